// libc_text_test.c: patterns, numbers and sorting against the host's C library, on random input.
#include <criterion/criterion.h>
#include <ctype.h>
#include <errno.h>
#include <fnmatch.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <fcntl.h>
#include <sys/random.h>
#include <sys/times.h>
#include <unistd.h>
#include <stdio.h>
#include <limits.h>

int our_fnmatch(const char *pattern, const char *text, int flags);
#define fnmatch our_fnmatch
#include "tests/unit/seeds.h"
#include "userland/libc/fnmatch.c"
#include <wchar.h>

unsigned long class_decode(int *c, const char *text, unsigned long size) // the host's characters
{
	wchar_t wide = 0;
	size_t length = mbrtowc(&wide, text, size, &(mbstate_t){0});
	*c = (int)wide;
	return length;
}
#undef fnmatch

#define strtol our_strtol
#define strtoul our_strtoul
#define strtoll our_strtoll
#define strtoull our_strtoull
#define atoi our_atoi
#define atol our_atol
#define atoll our_atoll
#define qsort our_qsort
#define qsort_r our_qsort_r
#define bsearch our_bsearch
#define getenv our_getenv
#define putenv our_putenv
#define setenv our_setenv
#define unsetenv our_unsetenv
#define clearenv our_clearenv
#define rand our_rand
#define srand our_srand
#define mkstemp our_mkstemp
#define swap our_swap
int unsetenv(const char *name);
int mkstemp(char *template);
long our_strtol(const char *restrict text, char **restrict end, int base);
#include "userland/libc/stdlib.c"
#include "userland/libc/sort.c"
#include "userland/libc/random.c"
#undef strtol
#undef strtoul
#undef qsort
#undef qsort_r
#undef bsearch

#include "tests/unit/cases.h"

static void draw_text(char *text, const char *alphabet, int longest)
{
	int length = (int)draw(longest + 1);
	for (int i = 0; i < length; i++)
		text[i] = alphabet[draw((unsigned)strlen(alphabet))];
	text[length] = '\0';
}

Test(libc_text, fnmatch_as_the_host)
{
	char pattern[16], text[16];
	for (int i = 0; i < (int)seeds(20000); i++) {
		draw_text(pattern, "ab*?[]-!.", 7);
		draw_text(text, "aabb.-", 7);
		int flags = draw(2) ? FNM_PERIOD : 0, bracket = strchr(pattern, '[') != NULL;
		int wanted = fnmatch(pattern, text, flags);
		if (bracket && wanted != our_fnmatch(pattern, text, flags) && strstr(pattern, "[") > strrchr(pattern, ']'))
			continue; // glibc and POSIX differ on a bracket that never closes
		CHECK((our_fnmatch(pattern, text, flags) != 0) == (wanted != 0), "'%s' on '%s', flags %d", pattern, text, flags);
	}
}

Test(libc_text, integers_as_the_host)
{
	char text[32], *end, *wanted_end;
	for (int i = 0; i < (int)seeds(10000); i++) {
		draw_text(text, "0123456789abfxX+- z", 24);
		int base = draw(4) == 0 ? 0 : draw(4) == 0 ? 16 : 2 + (int)draw(35);
		errno = 0;
		long wanted = strtol(text, &wanted_end, base);
		int wanted_errno = errno;
		errno = 0;
		CHECK(our_strtol(text, &end, base) == wanted, "strtol '%s' base %d", text, base);
		CHECK(end == wanted_end && errno == wanted_errno, "strtol '%s' base %d", text, base);
		CHECK(our_strtoul(text, &end, base) == strtoul(text, &wanted_end, base), "strtoul '%s'", text);
	}
}

static int compare(const void *a, const void *b)
{
	return *(const unsigned char *)a - *(const unsigned char *)b;
}

static long comparisons;

static int count_compare(const void *a, const void *b)
{
	comparisons++;
	return (*(const int *)a > *(const int *)b) - (*(const int *)a < *(const int *)b);
}

Test(libc_text, sorting)
{
	for (int round = 0; round < 2000; round++) {
		unsigned char ours[240], theirs[240];
		size_t size = 1 + draw(12), count = draw(20);
		for (size_t i = 0; i < count * size; i++)
			ours[i] = theirs[i] = i % size == 0 ? (unsigned char)draw(9) : (unsigned char)(ours[i - i % size] * 7);
		our_qsort(ours, count, size, compare);
		qsort(theirs, count, size, compare);
		CHECK(memcmp(ours, theirs, count * size) == 0, "%zu elements of %zu bytes", count, size);
		unsigned char key = (unsigned char)draw(9);
		bool found = our_bsearch(&key, ours, count, size, compare) != NULL;
		CHECK(found == (bsearch(&key, ours, count, size, compare) != NULL), "%zu elements, key %d", count, key);
	}
}

// Answers so that the pivot is always among the smallest (McIlroy 1999, "A Killer Adversary for Quicksort").
static int adversary[20000], solid, candidate;

static int adversary_compare(const void *a, const void *b)
{
	int x = *(const int *)a, y = *(const int *)b;
	comparisons++;
	if (adversary[x] == INT_MAX && adversary[y] == INT_MAX)
		adversary[x == candidate ? x : y] = solid++;
	if (adversary[x] == INT_MAX)
		candidate = x;
	else if (adversary[y] == INT_MAX)
		candidate = y;
	return (adversary[x] > adversary[y]) - (adversary[x] < adversary[y]);
}

// No arrangement may be quadratic: sorted, reversed, equal, organ pipe, and the worst an adversary can do.
Test(libc_text, sorting_stays_fast)
{
	enum { COUNT = 20000 };
	static int numbers[COUNT];
	for (int shape = 0; shape < 5; shape++) {
		for (int i = 0; i < COUNT; i++)
			numbers[i] = shape == 0 ? i : shape == 1 ? COUNT - i : shape == 2 ? 1 : shape == 3 ? abs(COUNT / 2 - i) : i % 2;
		comparisons = 0;
		our_qsort(numbers, COUNT, sizeof(int), count_compare);
		for (int i = 1; i < COUNT; i++)
			if (numbers[i - 1] > numbers[i])
				cr_assert_fail("shape %d", shape);
		CHECK(comparisons < COUNT * 15 * 4, "shape %d: %ld comparisons", shape, comparisons);
	}
	for (int i = 0; i < COUNT; i++) {
		numbers[i] = i;
		adversary[i] = INT_MAX;
	}
	comparisons = 0;
	our_qsort(numbers, COUNT, sizeof(int), adversary_compare);
	CHECK(comparisons < COUNT * 15 * 6, "adversary: %ld comparisons", comparisons);
}

