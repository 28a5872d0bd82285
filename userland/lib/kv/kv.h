// kv.h: the key-value engine of c_redis as a pure state machine: a command goes in, a reply and the effects come out. It has no
// sockets, no files and no clock; the caller brings bytes, time and randomness.
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct span { // bytes, not NUL-terminated
	const char *bytes;
	size_t size;
};

struct bytes { // a growing buffer; `failed` once memory ran out
	char *data;
	size_t size, room;
	bool failed;
};

void bytes_add(struct bytes *bytes, const void *data, size_t size);
void bytes_print(struct bytes *bytes, const char *template, ...) __attribute__((format(printf, 2, 3)));
void bytes_drop_front(struct bytes *bytes, size_t size);
void bytes_free(struct bytes *bytes);

struct kv_entry {
	struct kv_entry *next; // in its bucket
	uint64_t hash;
	int64_t expires_ms; // wall clock; 0: never
	uint32_t key_size;
	uint32_t value_size;
	char data[]; // key, then value
};

struct kv_table {
	struct kv_entry **buckets;
	size_t mask, count;
};

struct kv {
	struct kv_table tables[2]; // 1 is the new one while entries move over, a few buckets a command
	size_t moved;              // buckets of table 0 that have moved
	uint64_t hash_key[2];
	uint64_t volatile_count;   // entries with an expiry
	// Every change as a command that repeats it exactly (EXPIRE becomes PEXPIREAT ...): what a log or a replica reads. May be NULL.
	void (*effect)(void *argument, int count, const struct span *words);
	void *effect_argument;
};

// hash_key: 128 random bits. 0 or -ENOMEM.
int kv_create(struct kv *kv, const uint64_t hash_key[2]);
void kv_destroy(struct kv *kv);

// Runs one command at wall time now_ms and appends its RESP2 reply. count >= 1. False: the client asked to go (QUIT).
bool kv_execute(struct kv *kv, int count, const struct span *words, int64_t now_ms, struct bytes *reply);
// Removes up to `limit` entries whose time has come, looking at a few buckets from `*cursor` on.
void kv_expire_some(struct kv *kv, int64_t now_ms, size_t *cursor, unsigned limit);

// table.c
struct kv_entry *kv_find(struct kv *kv, struct span key);
// Replaces or makes. NULL: no memory, and nothing has changed. Keeps the expiry when `keep_expiry`.
struct kv_entry *kv_put(struct kv *kv, struct span key, struct span value, bool keep_expiry);
bool kv_remove(struct kv *kv, struct span key);
void kv_set_expiry(struct kv *kv, struct kv_entry *entry, int64_t expires_ms);
size_t kv_count(const struct kv *kv);
void kv_each(struct kv *kv, void (*visit)(void *argument, struct kv_entry *entry), void *argument);

// Redis's glob: * ? [abc] [^a-c] and backslash.
bool kv_glob(struct span pattern, struct span text);

// resp.c: takes one command from the front of `input`. Words point into it. Returns the bytes it took, 0 when more must come, -1
// with *error when the client breaks the protocol.
#define RESP_WORDS_MAX 1024
#define RESP_WORD_MAX (64u << 20)
long resp_parse(struct span input, struct span words[RESP_WORDS_MAX], int *count, const char **error);
