// kv_test.c: the kv engine against a naive list, replies byte by byte, hostile protocol.
// sources: userland/lib/kv/table.c userland/lib/kv/commands.c userland/lib/kv/resp.c kernel/lib/siphash.c
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "kernel/lib/siphash.h"
#include "userland/lib/kv/kv.h"

static const uint64_t key[2] = {0x0706050403020100, 0x0f0e0d0c0b0a0908};

Test(siphash, reference_vectors)
{
	unsigned char input[64];
	for (int i = 0; i < 64; i++)
		input[i] = i;
	cr_assert_eq(siphash(input, 0, key), 0x726fdb47dd0e0e31); // Aumasson and Bernstein's own vectors
	cr_assert_eq(siphash(input, 15, key), 0xa129ca6149be45e5);
	cr_assert_eq(siphash(input, 63, key), 0x958a324ceb064572);
}

static int64_t now = 1000000;
static char effects[4096];

static void record(void *argument, int count, const struct span *words)
{
	for (int i = 0; i < count && strlen(effects) < 4000; i++)
		snprintf(effects + strlen(effects), 64, "%.*s%c", (int)words[i].size, words[i].bytes, i + 1 < count ? ' ' : ';');
}

// Runs a line of words as a person types it; the reply as a string.
static const char *say(struct kv *kv, const char *line)
{
	static struct bytes reply;
	static struct span words[RESP_WORDS_MAX];
	char text[512];
	const char *error;
	int count;
	snprintf(text, sizeof(text), "%s\r\n", line);
	bytes_free(&reply);
	if (resp_parse((struct span){text, strlen(text)}, words, &count, &error) != (long)strlen(text))
		cr_assert_fail("%s", line);
	kv_execute(kv, count, words, now, &reply);
	bytes_add(&reply, "", 1);
	return reply.data;
}

Test(kv, replies)
{
	static const char *const dialogue[][2] = {
		{"PING", "+PONG\r\n"}, {"ping hi", "$2\r\nhi\r\n"}, {"ECHO a", "$1\r\na\r\n"}, {"GET a", "$-1\r\n"}, {"SET a 1", "+OK\r\n"},
		{"GET a", "$1\r\n1\r\n"}, {"INCR a", ":2\r\n"}, {"DECR a", ":1\r\n"}, {"SET a x NX", "$-1\r\n"}, {"SET b x XX", "$-1\r\n"},
		{"SET a y XX GET", "$1\r\n1\r\n"}, {"INCR a", "-ERR value is not an integer or out of range\r\n"},
		{"SET n 9223372036854775807", "+OK\r\n"}, {"INCR n", "-ERR increment or decrement would overflow\r\n"}, {"EXISTS a n b a", ":3\r\n"},
		{"TTL a", ":-1\r\n"}, {"TTL nope", ":-2\r\n"}, {"EXPIRE a 100", ":1\r\n"}, {"TTL a", ":100\r\n"}, {"PERSIST a", ":1\r\n"},
		{"TTL a", ":-1\r\n"}, {"EXPIRE nope 5", ":0\r\n"}, {"EXPIRE a -1", ":1\r\n"}, {"EXISTS a", ":0\r\n"}, {"DBSIZE", ":1\r\n"},
		{"KEYS n*", "*1\r\n$1\r\nn\r\n"}, {"DEL n nope", ":1\r\n"}, {"DBSIZE", ":0\r\n"}, {"GET", "-ERR wrong number of arguments for 'get' command\r\n"},
		{"SET a 1 EX 0", "-ERR invalid expire time in 'set' command\r\n"}, {"SET a 1 EX", "-ERR syntax error\r\n"},
		{"NOPE x", "-ERR unknown command 'NOPE', with args beginning with: 'x' \r\n"}};
	struct kv kv;
	kv_create(&kv, key);
	for (size_t i = 0; i < sizeof(dialogue) / sizeof(dialogue[0]); i++)
		cr_assert_str_eq(say(&kv, dialogue[i][0]), dialogue[i][1], "%s", dialogue[i][0]);
	kv_destroy(&kv);
}

Test(kv, effects_repeat_exactly_what_happened)
{
	struct kv kv;
	kv_create(&kv, key);
	kv.effect = record;
	now = 1000000;
	say(&kv, "SET a 1 EX 10");
	say(&kv, "INCR a");
	say(&kv, "EXPIRE a 20");
	now += 20001;
	cr_assert_str_eq(say(&kv, "GET a"), "$-1\r\n");
	cr_assert_str_eq(effects, "SET a 1;PEXPIREAT a 1010000;SET a 2 KEEPTTL;PEXPIREAT a 1020000;DEL a;");
	kv_destroy(&kv);
}

Test(kv, random_operations_agree_with_a_list)
{
	enum { KEYS = 500 };
	static int present[KEYS], value[KEYS];
	struct kv kv;
	char line[64], wanted[64];
	kv_create(&kv, key);
	srand(3);
	for (int i = 0; i < 100000; i++) {
		int k = rand() % KEYS, v = rand() % 1000, count = 0;
		switch (rand() % 4) {
		case 0:
			snprintf(line, sizeof(line), "DEL key%d", k);
			snprintf(wanted, sizeof(wanted), ":%d\r\n", present[k]);
			present[k] = 0;
			break;
		case 1:
			snprintf(line, sizeof(line), "GET key%d", k);
			snprintf(wanted, sizeof(wanted), present[k] ? "$%d\r\n%d\r\n" : "$-1\r\n", snprintf(NULL, 0, "%d", value[k]), value[k]);
			break;
		case 2:
			for (int n = 0; n < KEYS; n++)
				count += present[n];
			snprintf(line, sizeof(line), "DBSIZE");
			snprintf(wanted, sizeof(wanted), ":%d\r\n", count);
			break;
		default:
			snprintf(line, sizeof(line), "SET key%d %d", k, v);
			snprintf(wanted, sizeof(wanted), "+OK\r\n");
			present[k] = 1;
			value[k] = v;
		}
		if (strcmp(say(&kv, line), wanted) != 0)
			cr_assert_fail("%s", line);
	}
	kv_destroy(&kv);
}

Test(resp, pieces_and_nonsense)
{
	static struct span words[RESP_WORDS_MAX];
	static const char whole[] = "*3\r\n$3\r\nSET\r\n$1\r\na\r\n$5\r\nb\r\nc\0\r\n";
	static const char *const bad[] = {"*x\r\n", "*99999\r\n", "*1\r\n+3\r\n", "*1\r\n$-1\r\n", "*1\r\n$99999999999\r\n", "*1\r\n$\r\n"};
	const char *error;
	int count;
	for (size_t size = 0; size < sizeof(whole) - 1; size++)
		cr_assert_eq(resp_parse((struct span){whole, size}, words, &count, &error), 0, "%zu bytes are no command yet", size);
	cr_assert_eq(resp_parse((struct span){whole, sizeof(whole) - 1}, words, &count, &error), (long)sizeof(whole) - 1);
	cr_assert_eq(count, 3);
	cr_assert_eq(words[2].size, 5);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		cr_assert_eq(resp_parse((struct span){bad[i], strlen(bad[i])}, words, &count, &error), -1, "%s", bad[i]);
	srand(1);
	for (int i = 0; i < 200000; i++) { // any bytes: no crash, never more than there is
		char noise[48];
		for (size_t n = 0; n < sizeof(noise); n++)
			noise[n] = "*$0123456789-\r\n aZ"[rand() % 18];
		if (resp_parse((struct span){noise, sizeof(noise)}, words, &count, &error) > (long)sizeof(noise))
			cr_assert_fail("%.48s", noise);
	}
}

Test(kv, glob)
{
	static const struct {
		const char *pattern, *text;
		bool match;
	} cases[] = {{"*", "", true}, {"a*b", "axxb", true}, {"a*b", "axxc", false}, {"?", "x", true}, {"?", "", false}, {"[a-c]x", "bx", true},
		     {"[^a-c]x", "bx", false}, {"\\*", "*", true}, {"\\*", "x", false}, {"a*a*a*a*b", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaac", false}, {"[", "a", false}};
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		cr_assert_eq(kv_glob((struct span){cases[i].pattern, strlen(cases[i].pattern)}, (struct span){cases[i].text, strlen(cases[i].text)}),
			     cases[i].match, "%s %s", cases[i].pattern, cases[i].text);
}
