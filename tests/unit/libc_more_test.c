// libc_more_test.c: glob, the tree and the table of <search.h>, UTF-8 both ways: beside the host's, or against a plain list.
// sources: kernel/lib/unicode.c
#include <criterion/criterion.h>
#include <errno.h>
#include <glob.h>
#include <locale.h>
#include <search.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>
#include <wctype.h>

static size_t our_strlcpy(char *to, const char *from, size_t size)
{
	return (size_t)snprintf(to, size, "%s", from);
}
#define strlcpy our_strlcpy
#define glob our_glob
#define globfree our_globfree
#define glob_t our_glob_t
typedef struct {
	size_t gl_pathc;
	char **gl_pathv;
	size_t gl_offs;
} our_glob_t;
int our_glob(const char *restrict pattern, int flags, int (*failed)(const char *path, int error), our_glob_t *restrict result);
void our_globfree(our_glob_t *result);
#include "userland/libc/glob.c"
#undef glob
#undef globfree
#undef glob_t

#define hcreate our_hcreate
#define hdestroy our_hdestroy
#define hsearch our_hsearch
#define insque our_insque
#define remque our_remque
#define lfind our_lfind
#define lsearch our_lsearch
#define tsearch our_tsearch
#define tfind our_tfind
#define tdelete our_tdelete
#define twalk our_twalk
#define compare compare_keys
#include "userland/libc/search.c"
#undef compare

// Our UTF-8 under other names; the host's runs in C.UTF-8.
typedef struct {
	unsigned partial, missing;
} our_mbstate_t;
#include <langinfo.h>
#define mbstate_t our_mbstate_t
#define setlocale our_setlocale
#define localeconv our_localeconv
#define nl_langinfo our_nl_langinfo
#define mbrtowc our_mbrtowc
#define mbrlen our_mbrlen
#define mbsinit our_mbsinit
#define wcrtomb our_wcrtomb
#define mbsrtowcs our_mbsrtowcs
#define mbsnrtowcs our_mbsnrtowcs
#define wcsnrtombs our_wcsnrtombs
#define wcsrtombs our_wcsrtombs
#define mbtowc our_mbtowc
#define mblen our_mblen
#define wctomb our_wctomb
#define mbstowcs our_mbstowcs
#define wcstombs our_wcstombs
#define btowc our_btowc
#define wctob our_wctob
#define towlower our_towlower
#define towupper our_towupper
#define iswupper our_iswupper
#define iswlower our_iswlower
#define iswdigit our_iswdigit
#define iswxdigit our_iswxdigit
#define iswalnum our_iswalnum
#define iswalpha our_iswalpha
#define iswblank our_iswblank
#define iswspace our_iswspace
#define iswcntrl our_iswcntrl
#define iswprint our_iswprint
#define iswgraph our_iswgraph
#define iswpunct our_iswpunct
#define wctype our_wctype
#define iswctype our_iswctype
#define wctrans our_wctrans
#define towctrans our_towctrans
#define wcwidth our_wcwidth
#define wcswidth our_wcswidth
#define wcsnlen our_wcsnlen
#define wcslen our_wcslen
#define wmemcpy our_wmemcpy
#define wmemmove our_wmemmove
#define wmemset our_wmemset
#define wmemcmp our_wmemcmp
#define wmemchr our_wmemchr
#define wcscpy our_wcscpy
#define wcsncpy our_wcsncpy
#define wcscat our_wcscat
#define wcsncat our_wcsncat
#define wcsdup our_wcsdup
#define wcsncmp our_wcsncmp
#define wcscmp our_wcscmp
#define wcscoll our_wcscoll
#define wcscasecmp our_wcscasecmp
#define wcschr our_wcschr
#define wcsrchr our_wcsrchr
#define wcsstr our_wcsstr
#define wcsspn our_wcsspn
#define wcscspn our_wcscspn
#define wcspbrk our_wcspbrk
#define wcstok our_wcstok
#define wcstol our_wcstol
#define wcstoul our_wcstoul
#define wcstod our_wcstod
unsigned char libc_mb_max = 1;
#undef MB_CUR_MAX
#define MB_CUR_MAX ((size_t)libc_mb_max)
#include "userland/libc/class.c"
#undef COUNT
#include "userland/libc/wide.c"
#undef mbstate_t
#undef setlocale
#undef localeconv
#undef nl_langinfo
#undef mbrtowc
#undef mbrlen
#undef mbsinit
#undef wcrtomb
#undef mbsrtowcs
#undef mbsnrtowcs
#undef wcsnrtombs
#undef wcsrtombs
#undef mbtowc
#undef mblen
#undef wctomb
#undef mbstowcs
#undef wcstombs
#undef btowc
#undef wctob
#undef towlower
#undef towupper
#undef iswupper
#undef iswlower
#undef iswdigit
#undef iswxdigit
#undef iswalnum
#undef iswalpha
#undef iswblank
#undef iswspace
#undef iswcntrl
#undef iswprint
#undef iswgraph
#undef iswpunct
#undef wctype
#undef iswctype
#undef wctrans
#undef towctrans
#undef wcwidth
#undef wcswidth
#undef wcsnlen
#undef wcslen
#undef wmemcpy
#undef wmemmove
#undef wmemset
#undef wmemcmp
#undef wmemchr
#undef wcscpy
#undef wcsncpy
#undef wcscat
#undef wcsncat
#undef wcsdup
#undef wcsncmp
#undef wcscmp
#undef wcscoll
#undef wcscasecmp
#undef wcschr
#undef wcsrchr
#undef wcsstr
#undef wcsspn
#undef wcscspn
#undef wcspbrk
#undef wcstok
#undef wcstol
#undef wcstoul
#undef wcstod

#include "tests/unit/cases.h"

Test(libc_more, glob_as_the_host)
{
	static const char *const patterns[] = {"*", "k*/*.c", "userland/*/*.mk", "[a-k]*", "./*", "/etc/h*", "nosuch*", "nosuch", "Makefile", "*/", "tests/*/",
		"\\M*", "?ests", "tests//unit//l*.c", "[!a-z]*", "userland/l[i]b*", "*/../R*", "/", "", "*\\*"};
	static const int flags[] = {0, GLOB_MARK, GLOB_NOCHECK, GLOB_NOCHECK | GLOB_NOESCAPE, GLOB_MARK | GLOB_NOCHECK};
	for (size_t i = 0; i < sizeof(patterns) / sizeof(*patterns); i++)
		for (size_t j = 0; j < sizeof(flags) / sizeof(*flags); j++) {
			our_glob_t ours;
			glob_t host;
			if ((flags[j] & GLOB_MARK) && *patterns[i] != '\0' && patterns[i][strlen(patterns[i]) - 1] == '/')
				continue; // glibc marks what is marked already
			int rc = our_glob(patterns[i], flags[j], NULL, &ours), wanted = glob(patterns[i], flags[j], NULL, &host);
			CHECK(rc == wanted && ours.gl_pathc == host.gl_pathc, "'%s' flags %d: %d and %zu paths, not %d and %zu", patterns[i], flags[j], rc,
			      ours.gl_pathc, wanted, host.gl_pathc);
			for (size_t k = 0; rc == 0 && k < ours.gl_pathc; k++)
				CHECK(strcmp(ours.gl_pathv[k], host.gl_pathv[k]) == 0, "'%s': %s, not %s", patterns[i], ours.gl_pathv[k], host.gl_pathv[k]);
			our_globfree(&ours);
			globfree(&host);
		}
}

static int compare_longs(const void *a, const void *b)
{
	return *(const long *)a < *(const long *)b ? -1 : *(const long *)a > *(const long *)b;
}

static long walked, last_walked, deepest;

static void note_node(const void *node, VISIT order, int depth)
{
	if (order != postorder && order != leaf)
		return;
	long key = **(long *const *)node;
	CHECK(key > last_walked, "%ld after %ld", key, last_walked);
	last_walked = key;
	walked++;
	deepest = depth > deepest ? depth : deepest;
}

Test(libc_more, the_tree_against_a_list)
{
	static long keys[2000];
	static bool there[2000];
	void *root = NULL;
	long count = 0;
	for (long i = 0; i < 2000; i++)
		keys[i] = i + 1;
	for (long i = 0; i < 2000; i++) // in order, which makes a plain tree a list
		count += !there[i] && our_tsearch(&keys[i], &root, compare_longs) != NULL && (there[i] = true);
	our_twalk(root, note_node);
	CHECK(walked == 2000 && deepest < 60, "%ld nodes, %ld deep", walked, deepest);
	for (int round = 0; round < 100000; round++) {
		long i = draw(2000);
		void *found = our_tfind(&keys[i], &root, compare_longs);
		CHECK((found != NULL) == there[i], "key %ld", i);
		if (draw(2))
			CHECK((our_tdelete(&keys[i], &root, compare_longs) != NULL) == there[i] && !(there[i] = false), "key %ld", i);
		else
			CHECK(**(long **)our_tsearch(&keys[i], &root, compare_longs) == i + 1 && (there[i] = true), "key %ld", i);
	}
	walked = last_walked = count = 0;
	our_twalk(root, note_node);
	for (long i = 0; i < 2000; i++)
		count += there[i];
	CHECK(walked == count, "%ld of %ld", walked, count);
	for (long i = 0; i < 2000; i++)
		our_tdelete(&keys[i], &root, compare_longs);
	CHECK(root == NULL, "something is left");
}

Test(libc_more, the_table_and_the_lists)
{
	static char names[100][8];
	CHECK(our_hcreate(100) && !our_hcreate(5), "one table at a time");
	for (long i = 0; i < 100; i++) {
		sprintf(names[i], "k%ld", i);
		CHECK(our_hsearch((ENTRY){names[i], (void *)i}, ENTER) != NULL, "%ld", i);
	}
	for (long i = 0; i < 100; i++)
		CHECK(our_hsearch((ENTRY){names[i], NULL}, FIND)->data == (void *)i, "%ld", i);
	CHECK(our_hsearch((ENTRY){"new", NULL}, ENTER) == NULL && errno == ENOMEM, "the table is full");
	CHECK(our_hsearch((ENTRY){"new", NULL}, FIND) == NULL && errno == ESRCH, "not there");
	our_hdestroy();
	long list[4] = {3, 1}, key = 7;
	size_t count = 2;
	CHECK(our_lfind(&key, list, &count, sizeof(long), compare_longs) == NULL && our_lsearch(&key, list, &count, sizeof(long), compare_longs) == &list[2] &&
	      count == 3, "lsearch");
	struct element a, b, c;
	our_insque(&a, NULL);
	our_insque(&b, &a);
	our_insque(&c, &a);
	our_remque(&c);
	CHECK(a.next == &b && b.previous == &a && b.next == NULL, "insque and remque");
}

Test(libc_more, utf8_as_the_host)
{
	CHECK(setlocale(LC_ALL, "C.UTF-8") != NULL, "the host has no C.UTF-8");
	libc_mb_max = 4;
	for (unsigned c = 0; c < 0x110000; c++) {
		char ours[8] = "", theirs[8] = "";
		mbstate_t host = {0};
		size_t size = our_wcrtomb(ours, (wchar_t)c, NULL), wanted = wcrtomb(theirs, (wchar_t)c, &host);
		CHECK(size == wanted && (size == (size_t)-1 || memcmp(ours, theirs, size) == 0), "U+%04X", c);
	}
	for (int round = 0; round < 1000000; round++) {
		static const unsigned char starts[] = {0x00, 0x41, 0x7f, 0x80, 0xbf, 0xc0, 0xc1, 0xc2, 0xdf, 0xe0, 0xe1, 0xed, 0xef, 0xf0, 0xf4, 0xf5, 0xff, 0x9f, 0xa0, 0x8f, 0x90};
		char bytes[6];
		for (int i = 0; i < 6; i++)
			bytes[i] = (char)(draw(3) ? starts[draw(sizeof(starts))] : draw(256));
		size_t given = draw(6);
		wchar_t ours = 0, theirs = 0;
		our_mbstate_t our_state = {0};
		mbstate_t host = {0};
		size_t got = our_mbrtowc(&ours, bytes, given, &our_state), wanted = mbrtowc(&theirs, bytes, given, &host);
		if (got == (size_t)-1 && (wanted == (size_t)-2 || theirs > 0x10ffff))
			continue; // we refuse at the byte that shows it, glibc at the last, or above U+10FFFF not at all
		CHECK(got == wanted && ours == theirs, "%02x %02x %02x %02x: %zd, not %zd", bytes[0] & 0xff, bytes[1] & 0xff, bytes[2] & 0xff, bytes[3] & 0xff, got,
		      wanted);
		if (got == (size_t)-2 && given > 0 && given < 6) { // the rest in a second call
			got = our_mbrtowc(&ours, bytes + given, 6 - given, &our_state);
			wanted = mbrtowc(&theirs, bytes + given, 6 - given, &host);
			CHECK(wanted > 6 || theirs > 0x10ffff ? got > 6 : got == wanted && ours == theirs, "%02x %02x %02x in two calls, %zu bytes in the first: %zd, not %zd", bytes[0] & 0xff,
			      bytes[1] & 0xff, bytes[2] & 0xff, given, got, wanted);
		}
	}
	for (wint_t c = 0; c < 128; c++)
		CHECK(!our_iswalpha(c) == !iswalpha(c) && !our_iswpunct(c) == !iswpunct(c) && our_towupper(c) == towupper(c) && !our_iswspace(c) == !iswspace(c), "U+%04X", c);
	for (wint_t c = 0xc0; c < 0x250; c++) // Latin
		CHECK(our_towlower(c) == towlower(c) && !our_iswalpha(c) == !iswalpha(c), "U+%04X", c);
	CHECK(our_wcwidth(0x4e2d) == 2 && our_wcwidth(0x301) == 0 && our_wcwidth('a') == 1 && our_wcwidth(7) == -1, "widths");
}
