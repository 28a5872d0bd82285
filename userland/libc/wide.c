// wide.c: UTF-8 to code points and back, what a character is, how wide it stands on a terminal, and strings of them. Only
// well-formed UTF-8 is taken: no overlong forms, no surrogates, nothing above U+10FFFF.
#define HOOK
#include "userland/libc/class.h"
#undef HOOK
#include "userland/libc/hook.h"
#include <ctype.h>
#include <errno.h>
#include <langinfo.h>
#include <limits.h>
#include <locale.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>
#include <wctype.h>
#include "kernel/lib/unicode.h"

struct case_run {
	unsigned first, last, step;
	int distance;
};
#include "userland/libc/unicode_tables.h"
#define COUNT(table) (sizeof(table) / sizeof(*table))

// -------- locales

// Bytes of the longest character in the locale of that name, 0 when there is none. "" asks LC_ALL, the category's own variable and LANG, in that
// order.
int locale_bytes(int category, const char *name)
{
	static const char *const variables[] = {"LC_CTYPE", "LC_NUMERIC", "LC_TIME", "LC_COLLATE", "LC_MONETARY", "LC_MESSAGES"};
	if (*name == '\0') {
		const char *asked = getenv("LC_ALL");
		if (asked == NULL || *asked == '\0')
			asked = getenv(variables[category == LC_ALL ? LC_CTYPE : category]);
		if (asked == NULL || *asked == '\0')
			asked = getenv("LANG");
		name = asked != NULL && *asked != '\0' ? asked : "C";
	}
	const char *dot = strchr(name, '.');
	if (dot != NULL && (strcasecmp(dot, ".UTF-8") == 0 || strcasecmp(dot, ".UTF8") == 0))
		return 4;
	return strcmp(name, "C") == 0 || strcmp(name, "POSIX") == 0 ? 1 : 0;
}

char *setlocale(int category, const char *name)
{
	if (category < 0 || category > LC_ALL)
		return NULL;
	if (name != NULL) {
		int bytes = locale_bytes(category, name);
		if (bytes == 0)
			return NULL;
		if (category == LC_ALL || category == LC_CTYPE)
			libc_mb_max = (unsigned char)bytes;
	}
	return libc_mb_max > 1 ? "C.UTF-8" : "C";
}

struct lconv *localeconv(void)
{
	static struct lconv plain = {".", "", "", "", "", "", "", "", "", "", 127, 127, 127, 127, 127, 127, 127, 127, 127, 127,
				     127, 127, 127, 127};
	return &plain;
}

char *nl_langinfo(nl_item item)
{
	static char *const days[] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sunday", "Monday", "Tuesday", "Wednesday",
				     "Thursday", "Friday", "Saturday", "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug",
				     "Sep", "Oct", "Nov", "Dec", "January", "February", "March", "April", "May", "June", "July",
				     "August", "September", "October", "November", "December", "AM", "PM", "%a %b %e %H:%M:%S %Y",
				     "%m/%d/%y", "%H:%M:%S", "%I:%M:%S %p"};
	if (item >= ABDAY_1 && item - ABDAY_1 < (int)COUNT(days))
		return days[item - ABDAY_1];
	return item == CODESET ? (MB_CUR_MAX > 1 ? "UTF-8" : "ANSI_X3.4-1968") : item == RADIXCHAR ? "." : item == YESEXPR
		   ? "^[yY]" : item == NOEXPR ? "^[nN]" : "";
}

// -------- bytes to characters

// One byte more of a character. 0: it is complete, in state->partial; 1: more are wanted; -1: no UTF-8.
static int take_byte(mbstate_t *state, unsigned char byte)
{
	if (state->missing == 0) {
		int length = byte < 0x80 ? 1 : byte >= 0xc2 && byte < 0xe0 ? 2 : (byte & 0xf0) == 0xe0 ? 3 : byte >= 0xf0 && byte < 0xf5 ? 4 : 0;
		if (length == 0)
			return -1;
		state->missing = length - 1;
		// the lowest bits above the data remember the length's least value until the second byte has shown it
		state->partial = length == 1 ? byte : byte & (0x7fu >> length);
		if (length > 1)
			state->missing |= length << 8;
		return length > 1;
	}
	unsigned length = state->missing >> 8, partial = state->partial << 6 | (byte & 0x3f);
	if ((byte & 0xc0) != 0x80)
		return -1;
	if (length != 0 && ((length == 3 && (partial < 0x20 || (partial >= 0x360 && partial < 0x380))) ||
			    (length == 4 && (partial < 0x10 || partial >= 0x110))))
		return -1; // overlong, a surrogate, or too high: the second byte shows it
	state->partial = partial;
	state->missing = (state->missing & 0xff) - 1;
	return state->missing != 0;
}

size_t mbrtowc(wchar_t *restrict to, const char *restrict text, size_t size, mbstate_t *restrict state)
{
	static mbstate_t own;
	wchar_t ignored;
	state = state != NULL ? state : &own;
	if (text == NULL)
		return mbrtowc(&ignored, "", 1, state);
	to = to != NULL ? to : &ignored;
	for (size_t i = 0; i < size; i++) {
		int rc = MB_CUR_MAX == 1 ? 0 : take_byte(state, (unsigned char)text[i]);
		if (rc < 0) {
			*state = (mbstate_t){0, 0};
			errno = EILSEQ;
			return (size_t)-1;
		}
		if (rc > 0)
			continue;
		*to = MB_CUR_MAX == 1 ? (unsigned char)text[i] : (wchar_t)state->partial;
		*state = (mbstate_t){0, 0};
		return *to != 0 ? i + 1 : 0;
	}
	return (size_t)-2;
}

size_t mbrlen(const char *restrict text, size_t size, mbstate_t *restrict state)
{
	static mbstate_t own;
	return mbrtowc(NULL, text, size, state != NULL ? state : &own);
}

int mbsinit(const mbstate_t *state)
{
	return state == NULL || state->missing == 0;
}

size_t wcrtomb(char *restrict to, wchar_t wide, mbstate_t *restrict state)
{
	unsigned c = (unsigned)wide;
	if (to == NULL)
		return 1;
	if (c < (MB_CUR_MAX == 1 ? 0x100u : 0x80u)) {
		*to = (char)c;
		return 1;
	}
	if (MB_CUR_MAX == 1 || c > 0x10ffff || (c >= 0xd800 && c < 0xe000)) {
		errno = EILSEQ;
		return (size_t)-1;
	}
	size_t length = c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
	for (size_t i = length - 1; i > 0; i--, c >>= 6)
		to[i] = (char)(0x80 | (c & 0x3f));
	*to = (char)(c | 0xf00u >> length);
	return length;
}

size_t mbsnrtowcs(wchar_t *restrict to, const char **restrict from, size_t limit, size_t size,
		  mbstate_t *restrict state)
{
	static mbstate_t own;
	const char *text = *from;
	size_t count = 0;
	mbstate_t trial = *(state = state != NULL ? state : &own); // without a target, the state stays
	mbstate_t *used = to != NULL ? state : &trial;
	while (text != NULL && limit > 0 && (to == NULL || count < size)) {
		wchar_t c;
		size_t length = mbrtowc(&c, text, limit, used);
		if (length == (size_t)-1) {
			if (to != NULL)
				*from = text;
			return length;
		}
		if (length == (size_t)-2) {
			text += limit;
			break;
		}
		if (to != NULL)
			to[count] = c;
		count += c != 0;
		limit -= length;
		text = c != 0 ? text + length : NULL;
	}
	if (to != NULL)
		*from = text;
	return count;
}

size_t wcsnrtombs(char *restrict to, const wchar_t **restrict from, size_t limit, size_t size,
		  mbstate_t *restrict state)
{
	const wchar_t *text = *from;
	size_t count = 0;
	for (; text != NULL && limit > 0; limit--) {
		char bytes[MB_LEN_MAX];
		size_t length = wcrtomb(bytes, *text, state);
		if (length == (size_t)-1) {
			if (to != NULL)
				*from = text;
			return length;
		}
		if (to != NULL && count + length > size)
			break;
		if (to != NULL)
			memcpy(to + count, bytes, length);
		if (*text == 0) {
			text = NULL;
			break;
		}
		count += length;
		text++;
	}
	if (to != NULL)
		*from = text;
	return count;
}

size_t mbsrtowcs(wchar_t *restrict to, const char **restrict from, size_t size, mbstate_t *restrict state)
{
	return mbsnrtowcs(to, from, SIZE_MAX, size, state);
}

size_t wcsrtombs(char *restrict to, const wchar_t **restrict from, size_t size, mbstate_t *restrict state)
{
	return wcsnrtombs(to, from, SIZE_MAX, size, state);
}

int mbtowc(wchar_t *restrict to, const char *restrict text, size_t size)
{
	mbstate_t state = {0, 0};
	if (text == NULL)
		return 0;
	size_t length = mbrtowc(to, text, size, &state);
	return length >= (size_t)-2 ? -1 : (int)length;
}

int mblen(const char *text, size_t size)
{
	return mbtowc(NULL, text, size);
}

int wctomb(char *to, wchar_t c)
{
	return to == NULL ? 0 : (int)wcrtomb(to, c, NULL);
}

size_t mbstowcs(wchar_t *restrict to, const char *restrict text, size_t size)
{
	mbstate_t state = {0, 0};
	const char *from = text;
	return mbsrtowcs(to, &from, size, &state);
}

size_t wcstombs(char *restrict to, const wchar_t *restrict text, size_t size)
{
	const wchar_t *from = text;
	return wcsrtombs(to, &from, size, NULL);
}

wint_t btowc(int byte)
{
	return byte == -1 || (MB_CUR_MAX > 1 && byte > 127) ? WEOF : (wint_t)(unsigned char)byte;
}

int wctob(wint_t c)
{
	return c < (MB_CUR_MAX > 1 ? 128u : 256u) ? (int)c : -1;
}

// -------- what a character is

#define IS_IN(table, c) unicode_in(table, COUNT(table), c)

static wint_t map_case(const struct case_run *table, size_t count, wint_t c)
{
	for (size_t low = 0; low < count;) {
		size_t middle = (low + count) / 2;
		if (c < table[middle].first)
			count = middle;
		else if (c > table[middle].last)
			low = middle + 1;
		else
			return (c - table[middle].first) % table[middle].step == 0 ? c + table[middle].distance : c;
	}
	return c;
}

wint_t towlower(wint_t c)
{
	return c < 128 ? (wint_t)tolower((int)c) : map_case(to_lower, COUNT(to_lower), c);
}

wint_t towupper(wint_t c)
{
	return c < 128 ? (wint_t)toupper((int)c) : map_case(to_upper, COUNT(to_upper), c);
}

int iswupper(wint_t c)
{
	return towlower(c) != c;
}

int iswlower(wint_t c)
{
	return towupper(c) != c || c == 0xdf;
}

int iswdigit(wint_t c)
{
	return c - '0' < 10;
}

int iswxdigit(wint_t c)
{
	return c < 128 && isxdigit((int)c);
}

int iswalnum(wint_t c)
{
	return c < 128 ? isalnum((int)c) : IS_IN(alphas, c);
}

int iswalpha(wint_t c)
{
	return iswalnum(c) && !iswdigit(c);
}

int iswblank(wint_t c)
{
	return c == ' ' || c == '\t' || c == 0x1680 || (c >= 0x2000 && c <= 0x200a && c != 0x2007) || c == 0x205f || c == 0x3000;
}

int iswspace(wint_t c)
{
	return c - '\t' < 5 || c == 0x2028 || c == 0x2029 || iswblank(c);
}

int iswcntrl(wint_t c)
{
	return c < 32 || (c >= 127 && c < 160) || c == 0x2028 || c == 0x2029;
}

int iswprint(wint_t c)
{
	return c <= 0x10ffff && !iswcntrl(c) && !(c > 127 && IS_IN(unassigned, c));
}

int iswgraph(wint_t c)
{
	return iswprint(c) && !iswspace(c);
}

int iswpunct(wint_t c)
{
	return iswgraph(c) && !iswalnum(c);
}

unsigned long class_decode(int *c, const char *text, unsigned long size)
{
	wchar_t wide = 0;
	mbstate_t state = {0};
	size_t length = mbrtowc(&wide, text, size, &state);
	*c = (int)wide;
	return length;
}

int class_has_wide(unsigned c, wctype_t type)
{
#define TEST(name) isw##name,
	static int (*const tests[])(wint_t c) = {CLASSES(TEST)};
	return tests[type - 1](c);
}

wctrans_t wctrans(const char *name)
{
	static const int maps[2] = {0, 1};
	return strcmp(name, "tolower") == 0 ? &maps[0] : strcmp(name, "toupper") == 0 ? &maps[1] : NULL;
}

wint_t towctrans(wint_t c, wctrans_t map)
{
	return map == NULL ? c : *map == 0 ? towlower(c) : towupper(c);
}

// Columns on a terminal: 0 for what is put over another character, 2 for East Asian wide ones, -1 for what is not printed.
int wcwidth(wchar_t wide)
{
	wint_t c = (wint_t)wide;
	if (c < 127)
		return c == 0 ? 0 : c < 32 ? -1 : 1;
	return iswprint(c) ? unicode_width(c) : -1;
}

int wcswidth(const wchar_t *text, size_t size)
{
	int columns = 0;
	for (; size > 0 && *text != 0; text++, size--) {
		int width = wcwidth(*text);
		if (width < 0)
			return -1;
		columns += width;
	}
	return columns;
}

// -------- strings

size_t wcsnlen(const wchar_t *text, size_t limit)
{
	size_t length = 0;
	while (length < limit && text[length] != 0)
		length++;
	return length;
}

size_t wcslen(const wchar_t *text)
{
	return wcsnlen(text, SIZE_MAX);
}

wchar_t *wmemcpy(wchar_t *restrict to, const wchar_t *restrict from, size_t count)
{
	return memcpy(to, from, count * sizeof(*to));
}

wchar_t *wmemmove(wchar_t *to, const wchar_t *from, size_t count)
{
	return memmove(to, from, count * sizeof(*to));
}

wchar_t *wmemset(wchar_t *to, wchar_t c, size_t count)
{
	for (size_t i = 0; i < count; i++)
		to[i] = c;
	return to;
}

int wmemcmp(const wchar_t *a, const wchar_t *b, size_t count)
{
	for (; count > 0; count--, a++, b++)
		if (*a != *b)
			return *a < *b ? -1 : 1;
	return 0;
}

wchar_t *wmemchr(const wchar_t *text, wchar_t c, size_t count)
{
	for (; count > 0; count--, text++)
		if (*text == c)
			return (wchar_t *)text;
	return NULL;
}

wchar_t *wcscpy(wchar_t *restrict to, const wchar_t *restrict from)
{
	return wmemcpy(to, from, wcslen(from) + 1);
}

wchar_t *wcsncpy(wchar_t *restrict to, const wchar_t *restrict from, size_t size)
{
	size_t length = wcsnlen(from, size);
	wmemset(wmemcpy(to, from, length) + length, 0, size - length);
	return to;
}

wchar_t *wcscat(wchar_t *restrict to, const wchar_t *restrict from)
{
	wcscpy(to + wcslen(to), from);
	return to;
}

wchar_t *wcsncat(wchar_t *restrict to, const wchar_t *restrict from, size_t size)
{
	size_t length = wcsnlen(from, size);
	wchar_t *end = wmemcpy(to + wcslen(to), from, length) + length;
	*end = 0;
	return to;
}

wchar_t *wcsdup(const wchar_t *text)
{
	size_t size = wcslen(text) + 1;
	wchar_t *copy = reallocarray(NULL, size, sizeof(*copy));
	return copy != NULL ? wmemcpy(copy, text, size) : NULL;
}

int wcsncmp(const wchar_t *a, const wchar_t *b, size_t size)
{
	for (; size > 0; size--, a++, b++)
		if (*a != *b || *a == 0)
			return *a < *b ? -1 : *a > *b;
	return 0;
}

int wcscmp(const wchar_t *a, const wchar_t *b)
{
	return wcsncmp(a, b, SIZE_MAX);
}

int wcscoll(const wchar_t *a, const wchar_t *b)
{
	return wcscmp(a, b);
}

int wcscasecmp(const wchar_t *a, const wchar_t *b)
{
	while (*a != 0 && towlower(*a) == towlower(*b)) {
		a++;
		b++;
	}
	return (int)towlower(*a) - (int)towlower(*b);
}

wchar_t *wcschr(const wchar_t *text, wchar_t c)
{
	return wmemchr(text, c, wcslen(text) + 1);
}

wchar_t *wcsrchr(const wchar_t *text, wchar_t c)
{
	for (const wchar_t *at = text + wcslen(text); at >= text; at--)
		if (*at == c)
			return (wchar_t *)at;
	return NULL;
}

wchar_t *wcsstr(const wchar_t *text, const wchar_t *wanted)
{
	size_t size = wcslen(wanted);
	for (; wcsncmp(text, wanted, size) != 0; text++)
		if (*text == 0)
			return NULL;
	return (wchar_t *)text;
}

size_t wcsspn(const wchar_t *text, const wchar_t *accept)
{
	size_t length = 0;
	while (text[length] != 0 && wcschr(accept, text[length]) != NULL)
		length++;
	return length;
}

size_t wcscspn(const wchar_t *text, const wchar_t *reject)
{
	size_t length = 0;
	while (text[length] != 0 && wcschr(reject, text[length]) == NULL)
		length++;
	return length;
}

wchar_t *wcspbrk(const wchar_t *text, const wchar_t *accept)
{
	text += wcscspn(text, accept);
	return *text != 0 ? (wchar_t *)text : NULL;
}

wchar_t *wcstok(wchar_t *restrict text, const wchar_t *restrict separators, wchar_t **restrict rest)
{
	text = text != NULL ? text : *rest;
	if (text == NULL || *(text += wcsspn(text, separators)) == 0) {
		*rest = NULL;
		return NULL;
	}
	wchar_t *end = text + wcscspn(text, separators);
	*rest = *end != 0 ? end + 1 : NULL;
	*end = 0;
	return text;
}
