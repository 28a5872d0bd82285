// table.c: the hash table: power-of-two buckets of chains, SipHash, two tables while it grows.
//
// Invariants: 1 an entry is in exactly one table: in table 0 if its bucket there is >= moved, else in table 1; 2 outside a
// growth table 1 has no buckets; 3 volatile_count counts the entries whose expires_ms is not 0.
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include "kernel/lib/siphash.h"
#include "userland/lib/kv/kv.h"

#define FIRST_SIZE 16
#define MOVES 2 // buckets a command moves

int kv_create(struct kv *kv, const uint64_t hash_key[2])
{
	*kv = (struct kv){.hash_key = {hash_key[0], hash_key[1]}};
	kv->tables[0].buckets = calloc(FIRST_SIZE, sizeof(struct kv_entry *));
	kv->tables[0].mask = FIRST_SIZE - 1;
	return kv->tables[0].buckets != NULL ? 0 : -ENOMEM;
}

void kv_destroy(struct kv *kv)
{
	for (int t = 0; t < 2; t++) {
		for (size_t i = 0; kv->tables[t].buckets != NULL && i <= kv->tables[t].mask; i++)
			for (struct kv_entry *entry = kv->tables[t].buckets[i], *next; entry != NULL; entry = next) {
				next = entry->next;
				free(entry);
			}
		free(kv->tables[t].buckets);
	}
	*kv = (struct kv){0};
}

static void move_some(struct kv *kv)
{
	struct kv_table *old = &kv->tables[0], *new = &kv->tables[1];
	for (int i = 0; i < MOVES && new->buckets != NULL; i++) {
		for (struct kv_entry *entry = old->buckets[kv->moved], *next; entry != NULL; entry = next) {
			next = entry->next;
			entry->next = new->buckets[entry->hash & new->mask];
			new->buckets[entry->hash & new->mask] = entry;
			old->count--;
			new->count++;
		}
		old->buckets[kv->moved++] = NULL;
		if (kv->moved <= old->mask)
			continue;
		free(old->buckets);
		*old = *new;
		*new = (struct kv_table){0};
		kv->moved = 0;
	}
}

static void grow(struct kv *kv)
{
	struct kv_table *old = &kv->tables[0], *new = &kv->tables[1];
	if (new->buckets != NULL || old->count <= old->mask)
		return;
	new->buckets = calloc((old->mask + 1) * 2, sizeof(struct kv_entry *)); // no memory: chains get longer, nothing breaks
	new->mask = new->buckets != NULL ? old->mask * 2 + 1 : 0;
	kv->moved = 0;
}

static uint64_t hash_of(const struct kv *kv, struct span key)
{
	return siphash(key.bytes, key.size, kv->hash_key);
}

// The link that points to the key's entry, or to the NULL where it would hang.
static struct kv_entry **link_of(struct kv *kv, struct span key, uint64_t hash, struct kv_table **table)
{
	*table = &kv->tables[0];
	if (kv->tables[1].buckets != NULL && (hash & kv->tables[0].mask) < kv->moved)
		*table = &kv->tables[1];
	struct kv_entry **link = &(*table)->buckets[hash & (*table)->mask];
	while (*link != NULL && ((*link)->hash != hash || (*link)->key_size != key.size || memcmp((*link)->data, key.bytes, key.size) != 0))
		link = &(*link)->next;
	return link;
}

struct kv_entry *kv_find(struct kv *kv, struct span key)
{
	struct kv_table *table;
	move_some(kv);
	return *link_of(kv, key, hash_of(kv, key), &table);
}

struct kv_entry *kv_put(struct kv *kv, struct span key, struct span value, bool keep_expiry)
{
	struct kv_table *table;
	struct kv_entry *entry = malloc(sizeof(*entry) + key.size + value.size);
	if (entry == NULL)
		return NULL;
	grow(kv);
	move_some(kv);
	uint64_t hash = hash_of(kv, key);
	struct kv_entry **link = link_of(kv, key, hash, &table), *old = *link;
	*entry = (struct kv_entry){.next = old != NULL ? old->next : NULL, .hash = hash, .key_size = key.size, .value_size = value.size};
	memcpy(entry->data, key.bytes, key.size);
	memcpy(entry->data + key.size, value.bytes, value.size);
	if (old != NULL && keep_expiry)
		entry->expires_ms = old->expires_ms;
	else if (old != NULL && old->expires_ms != 0)
		kv->volatile_count--;
	*link = entry;
	table->count += old == NULL;
	free(old);
	return entry;
}

bool kv_remove(struct kv *kv, struct span key)
{
	struct kv_table *table;
	move_some(kv);
	struct kv_entry **link = link_of(kv, key, hash_of(kv, key), &table), *entry = *link;
	if (entry == NULL)
		return false;
	*link = entry->next;
	table->count--;
	kv->volatile_count -= entry->expires_ms != 0;
	free(entry);
	return true;
}

void kv_set_expiry(struct kv *kv, struct kv_entry *entry, int64_t expires_ms)
{
	kv->volatile_count += (expires_ms != 0) - (entry->expires_ms != 0);
	entry->expires_ms = expires_ms;
}

size_t kv_count(const struct kv *kv)
{
	return kv->tables[0].count + kv->tables[1].count;
}

void kv_each(struct kv *kv, void (*visit)(void *argument, struct kv_entry *entry), void *argument)
{
	for (int t = 0; t < 2; t++)
		for (size_t i = 0; kv->tables[t].buckets != NULL && i <= kv->tables[t].mask; i++)
			for (struct kv_entry *entry = kv->tables[t].buckets[i]; entry != NULL; entry = entry->next)
				visit(argument, entry);
}

void kv_expire_some(struct kv *kv, int64_t now_ms, size_t *cursor, unsigned limit)
{
	struct kv_table *table = &kv->tables[0];
	for (unsigned looked = 0; kv->volatile_count != 0 && looked < 64 && limit != 0; looked++, ++*cursor) {
		struct kv_entry *entry = table->buckets[*cursor & table->mask], *next;
		for (; entry != NULL && limit != 0; entry = next) {
			next = entry->next;
			if (entry->expires_ms == 0 || entry->expires_ms > now_ms)
				continue;
			struct span words[2] = {{"DEL", 3}, {entry->data, entry->key_size}};
			if (kv->effect != NULL)
				kv->effect(kv->effect_argument, 2, words);
			kv_remove(kv, words[1]);
			limit--;
			break; // removing may have moved the bucket
		}
	}
}
