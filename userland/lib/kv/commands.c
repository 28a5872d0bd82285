// commands.c: the commands, one function each, and the table that names them with their number of words.
#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "userland/lib/kv/kv.h"

struct call {
	struct kv *kv;
	int count;
	const struct span *words;
	int64_t now_ms;
	struct bytes *reply;
	bool quit;
};

void bytes_add(struct bytes *bytes, const void *data, size_t size)
{
	if (size > bytes->room - bytes->size && !bytes->failed) {
		size_t room = (bytes->size + size) * 2 + 64;
		char *grown = realloc(bytes->data, room);
		bytes->failed = grown == NULL;
		if (grown != NULL) {
			bytes->data = grown;
			bytes->room = room;
		}
	}
	if (bytes->failed || size == 0)
		return;
	memcpy(bytes->data + bytes->size, data, size);
	bytes->size += size;
}

void bytes_print(struct bytes *bytes, const char *template, ...)
{
	char line[256];
	va_list args;
	va_start(args, template);
	int length = vsnprintf(line, sizeof(line), template, args);
	va_end(args);
	bytes_add(bytes, line, length < (int)sizeof(line) ? (size_t)length : sizeof(line) - 1);
}

void bytes_drop_front(struct bytes *bytes, size_t size)
{
	memmove(bytes->data, bytes->data + size, bytes->size - size);
	bytes->size -= size;
}

void bytes_free(struct bytes *bytes)
{
	free(bytes->data);
	*bytes = (struct bytes){0};
}

static void reply_integer(struct call *call, long long value)
{
	bytes_print(call->reply, ":%lld\r\n", value);
}

static void reply_error(struct call *call, const char *text)
{
	bytes_print(call->reply, "-%s\r\n", text);
}

static void reply_ok(struct call *call)
{
	bytes_add(call->reply, "+OK\r\n", 5);
}

static void reply_null(struct call *call)
{
	bytes_add(call->reply, "$-1\r\n", 5);
}

static void reply_bulk(struct call *call, struct span text)
{
	bytes_print(call->reply, "$%zu\r\n", text.size);
	bytes_add(call->reply, text.bytes, text.size);
	bytes_add(call->reply, "\r\n", 2);
}

static bool is_word(struct span span, const char *word)
{
	size_t i = 0;
	while (i < span.size && word[i] != '\0' && tolower((unsigned char)span.bytes[i]) == tolower((unsigned char)word[i]))
		i++;
	return i == span.size && word[i] == '\0';
}

// Redis's idea of a 64-bit number: no blanks, no plus, no leading zeros.
static bool parse_integer(struct span text, long long *value)
{
	char digits[24];
	if (text.size == 0 || text.size >= sizeof(digits))
		return false;
	memcpy(digits, text.bytes, text.size);
	digits[text.size] = '\0';
	char *end, back[24];
	*value = strtoll(digits, &end, 10);
	snprintf(back, sizeof(back), "%lld", *value);
	return *end == '\0' && strcmp(back, digits) == 0;
}

static void tell_effect(struct call *call, int count, const struct span *words)
{
	if (call->kv->effect != NULL)
		call->kv->effect(call->kv->effect_argument, count, words);
}

static struct span value_of(const struct kv_entry *entry)
{
	return (struct span){entry->data + entry->key_size, entry->value_size};
}

// The living entry; one whose time has come is removed first.
static struct kv_entry *find(struct call *call, struct span key)
{
	struct kv_entry *entry = kv_find(call->kv, key);
	if (entry == NULL || entry->expires_ms == 0 || entry->expires_ms > call->now_ms)
		return entry;
	tell_effect(call, 2, (struct span[]){{"DEL", 3}, key});
	kv_remove(call->kv, key);
	return NULL;
}

static void command_ping(struct call *call)
{
	if (call->count == 2)
		reply_bulk(call, call->words[1]);
	else
		bytes_add(call->reply, "+PONG\r\n", 7);
}

static void command_echo(struct call *call)
{
	reply_bulk(call, call->words[1]);
}

static void command_get(struct call *call)
{
	const struct kv_entry *entry = find(call, call->words[1]);
	if (entry != NULL)
		reply_bulk(call, value_of(entry));
	else
		reply_null(call);
}

struct set_options {
	bool only_new, only_old, keep_expiry, give_old;
	int64_t expires_ms;
};

// EX seconds, PX ms, EXAT, PXAT, NX, XX, KEEPTTL, GET. NULL: fine, else the error.
static const char *parse_set(struct call *call, struct set_options *options)
{
	for (int i = 3; i < call->count; i++) {
		struct span word = call->words[i];
		bool ex = is_word(word, "EX"), px = is_word(word, "PX"), exat = is_word(word, "EXAT"), pxat = is_word(word, "PXAT");
		long long number;
		if (is_word(word, "NX"))
			options->only_new = true;
		else if (is_word(word, "XX"))
			options->only_old = true;
		else if (is_word(word, "KEEPTTL"))
			options->keep_expiry = true;
		else if (is_word(word, "GET"))
			options->give_old = true;
		else if ((ex || px || exat || pxat) && i + 1 < call->count && options->expires_ms == 0) {
			if (!parse_integer(call->words[++i], &number))
				return "ERR value is not an integer or out of range";
			if (number <= 0 || number > INT64_MAX / 2000)
				return "ERR invalid expire time in 'set' command";
			options->expires_ms = (ex || exat ? number * 1000 : number) + (ex || px ? call->now_ms : 0);
		} else
			return "ERR syntax error";
	}
	bool both = (options->only_new && options->only_old) || (options->keep_expiry && options->expires_ms != 0);
	return both ? "ERR syntax error" : NULL;
}

static void command_set(struct call *call)
{
	struct set_options options = {0};
	const char *error = parse_set(call, &options);
	if (error != NULL) {
		reply_error(call, error);
		return;
	}
	struct kv_entry *old = find(call, call->words[1]);
	bool refused = (options.only_new && old != NULL) || (options.only_old && old == NULL);
	if (options.give_old && old != NULL)
		reply_bulk(call, value_of(old));
	else if (options.give_old || refused)
		reply_null(call);
	if (refused)
		return;
	struct kv_entry *entry = kv_put(call->kv, call->words[1], call->words[2], options.keep_expiry);
	if (entry == NULL) {
		reply_error(call, "OOM command not allowed: no memory for the value");
		return;
	}
	tell_effect(call, 3, (struct span[]){{"SET", 3}, call->words[1], call->words[2]});
	if (options.expires_ms != 0) {
		char number[24];
		kv_set_expiry(call->kv, entry, options.expires_ms);
		int length = snprintf(number, sizeof(number), "%lld", (long long)options.expires_ms);
		tell_effect(call, 3, (struct span[]){{"PEXPIREAT", 9}, call->words[1], {number, length}});
	}
	if (!options.give_old)
		reply_ok(call);
}

static void command_del(struct call *call)
{
	int removed = 0;
	for (int i = 1; i < call->count; i++) {
		if (find(call, call->words[i]) == NULL)
			continue;
		tell_effect(call, 2, (struct span[]){{"DEL", 3}, call->words[i]});
		removed += kv_remove(call->kv, call->words[i]);
	}
	reply_integer(call, removed);
}

static void command_exists(struct call *call)
{
	int found = 0;
	for (int i = 1; i < call->count; i++)
		found += find(call, call->words[i]) != NULL;
	reply_integer(call, found);
}

static void add_to(struct call *call, long long by)
{
	const struct kv_entry *entry = find(call, call->words[1]);
	long long value = 0;
	char text[24];
	if (entry != NULL && !parse_integer(value_of(entry), &value)) {
		reply_error(call, "ERR value is not an integer or out of range");
		return;
	}
	if (__builtin_add_overflow(value, by, &value)) {
		reply_error(call, "ERR increment or decrement would overflow");
		return;
	}
	struct span new = {text, snprintf(text, sizeof(text), "%lld", value)};
	if (kv_put(call->kv, call->words[1], new, true) == NULL) {
		reply_error(call, "OOM command not allowed: no memory for the value");
		return;
	}
	tell_effect(call, 4, (struct span[]){{"SET", 3}, call->words[1], new, {"KEEPTTL", 7}});
	reply_integer(call, value);
}

static void command_incr(struct call *call)
{
	add_to(call, 1);
}

static void command_decr(struct call *call)
{
	add_to(call, -1);
}

static void expire(struct call *call, int64_t unit_ms)
{
	long long number;
	char text[24];
	if (!parse_integer(call->words[2], &number)) {
		reply_error(call, "ERR value is not an integer or out of range");
		return;
	}
	if (number > INT64_MAX / 2000 || number < INT64_MIN / 2000) {
		reply_error(call, "ERR invalid expire time in 'expire' command");
		return;
	}
	struct kv_entry *entry = find(call, call->words[1]);
	int64_t when = call->now_ms + number * unit_ms;
	reply_integer(call, entry != NULL);
	if (entry == NULL)
		return;
	struct span at = {text, snprintf(text, sizeof(text), "%lld", (long long)when)};
	if (when <= call->now_ms) {
		tell_effect(call, 2, (struct span[]){{"DEL", 3}, call->words[1]});
		kv_remove(call->kv, call->words[1]);
		return;
	}
	kv_set_expiry(call->kv, entry, when);
	tell_effect(call, 3, (struct span[]){{"PEXPIREAT", 9}, call->words[1], at});
}

static void command_expire(struct call *call)
{
	expire(call, 1000);
}

static void command_pexpire(struct call *call)
{
	expire(call, 1);
}

static void time_to_live(struct call *call, int64_t unit_ms)
{
	const struct kv_entry *entry = find(call, call->words[1]);
	if (entry == NULL)
		reply_integer(call, -2);
	else if (entry->expires_ms == 0)
		reply_integer(call, -1);
	else
		reply_integer(call, (entry->expires_ms - call->now_ms + unit_ms / 2) / unit_ms);
}

static void command_ttl(struct call *call)
{
	time_to_live(call, 1000);
}

static void command_pttl(struct call *call)
{
	time_to_live(call, 1);
}

static void command_persist(struct call *call)
{
	struct kv_entry *entry = find(call, call->words[1]);
	bool had = entry != NULL && entry->expires_ms != 0;
	if (had) {
		kv_set_expiry(call->kv, entry, 0);
		tell_effect(call, 2, (struct span[]){{"PERSIST", 7}, call->words[1]});
	}
	reply_integer(call, had);
}

struct key_search {
	struct call *call;
	struct bytes found;
	size_t count;
};

static void match_key(void *argument, struct kv_entry *entry)
{
	struct key_search *search = argument;
	struct span key = {entry->data, entry->key_size};
	if ((entry->expires_ms != 0 && entry->expires_ms <= search->call->now_ms) || !kv_glob(search->call->words[1], key))
		return;
	struct call list = {.reply = &search->found};
	reply_bulk(&list, key);
	search->count++;
}

static void command_keys(struct call *call)
{
	struct key_search search = {.call = call};
	kv_each(call->kv, match_key, &search);
	bytes_print(call->reply, "*%zu\r\n", search.count);
	bytes_add(call->reply, search.found.data, search.found.size);
	call->reply->failed |= search.found.failed;
	bytes_free(&search.found);
}

static void command_dbsize(struct call *call)
{
	reply_integer(call, kv_count(call->kv));
}

static void command_flushall(struct call *call)
{
	struct kv empty;
	if (kv_create(&empty, call->kv->hash_key) != 0) {
		reply_error(call, "OOM command not allowed");
		return;
	}
	empty.effect = call->kv->effect;
	empty.effect_argument = call->kv->effect_argument;
	kv_destroy(call->kv);
	*call->kv = empty;
	tell_effect(call, 1, (struct span[]){{"FLUSHALL", 8}});
	reply_ok(call);
}

static void command_quit(struct call *call)
{
	reply_ok(call);
	call->quit = true;
}

static const struct command {
	const char *name;
	int least, most; // words with the name; most 0: any
	void (*run)(struct call *call);
} commands[] = {{"PING", 1, 2, command_ping},	   {"ECHO", 2, 2, command_echo},       {"SET", 3, 0, command_set},
		{"GET", 2, 2, command_get},	   {"DEL", 2, 0, command_del},	       {"EXISTS", 2, 0, command_exists},
		{"INCR", 2, 2, command_incr},	   {"DECR", 2, 2, command_decr},       {"EXPIRE", 3, 3, command_expire},
		{"PEXPIRE", 3, 3, command_pexpire}, {"TTL", 2, 2, command_ttl},	       {"PTTL", 2, 2, command_pttl},
		{"PERSIST", 2, 2, command_persist}, {"KEYS", 2, 2, command_keys},	       {"DBSIZE", 1, 1, command_dbsize},
		{"FLUSHALL", 1, 1, command_flushall}, {"QUIT", 1, 1, command_quit}};

static void unknown(struct call *call)
{
	bytes_print(call->reply, "-ERR unknown command '%.*s', with args beginning with: ",
		    (int)(call->words[0].size < 128 ? call->words[0].size : 128), call->words[0].bytes);
	for (int i = 1; i < call->count && i < 4; i++)
		bytes_print(call->reply, "'%.*s' ", (int)(call->words[i].size < 64 ? call->words[i].size : 64), call->words[i].bytes);
	bytes_add(call->reply, "\r\n", 2);
}

bool kv_execute(struct kv *kv, int count, const struct span *words, int64_t now_ms, struct bytes *reply)
{
	struct call call = {kv, count, words, now_ms, reply, false};
	const struct command *command = commands, *end = commands + sizeof(commands) / sizeof(commands[0]);
	while (command < end && !is_word(words[0], command->name))
		command++;
	if (command == end)
		unknown(&call);
	else if (count < command->least || (command->most != 0 && count > command->most)) {
		char name[16];
		for (size_t i = 0; i <= strlen(command->name); i++)
			name[i] = tolower((unsigned char)command->name[i]);
		bytes_print(reply, "-ERR wrong number of arguments for '%s' command\r\n", name);
	} else
		command->run(&call);
	return !call.quit;
}
