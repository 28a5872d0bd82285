// locale_forms.c: the functions that take a locale: the plain ones, in it. (Classes are the same in both locales; conversions and CODESET differ.)
#include <ctype.h>
#include <langinfo.h>
#include <locale.h>
#include <string.h>
#include <strings.h>
#include <time.h>
#include <wchar.h>
#include <wctype.h>

#define IN(result, name, parameters, ...)                                                                          \
	result name##_l parameters                                                                                 \
	{                                                                                                          \
		locale_t before = uselocale(locale);                                                               \
		result answer = name(__VA_ARGS__);                                                                 \
		uselocale(before);                                                                                 \
		return answer;                                                                                     \
	}
#define BYTE(name) IN(int, name, (int c, locale_t locale), c)
#define WIDE(result, name) IN(result, name, (wint_t c, locale_t locale), c)
BYTE(isalnum)
BYTE(isalpha)
BYTE(isblank)
BYTE(iscntrl)
BYTE(isdigit)
BYTE(isgraph)
BYTE(islower)
BYTE(isprint)
BYTE(ispunct)
BYTE(isspace)
BYTE(isupper)
BYTE(isxdigit)
BYTE(tolower)
BYTE(toupper)
WIDE(int, iswalnum)
WIDE(int, iswalpha)
WIDE(int, iswblank)
WIDE(int, iswcntrl)
WIDE(int, iswdigit)
WIDE(int, iswgraph)
WIDE(int, iswlower)
WIDE(int, iswprint)
WIDE(int, iswpunct)
WIDE(int, iswspace)
WIDE(int, iswupper)
WIDE(int, iswxdigit)
WIDE(wint_t, towlower)
WIDE(wint_t, towupper)
IN(wint_t, towctrans, (wint_t c, wctrans_t map, locale_t locale), c, map)
IN(int, iswctype, (wint_t c, wctype_t type, locale_t locale), c, type)
IN(wctype_t, wctype, (const char *name, locale_t locale), name)
IN(wctrans_t, wctrans, (const char *name, locale_t locale), name)
IN(int, strcoll, (const char *a, const char *b, locale_t locale), a, b)
IN(size_t, strxfrm, (char *restrict to, const char *restrict from, size_t size, locale_t locale), to, from, size)
IN(char *, strerror, (int number, locale_t locale), number)
IN(int, strcasecmp, (const char *a, const char *b, locale_t locale), a, b)
IN(int, strncasecmp, (const char *a, const char *b, size_t limit, locale_t locale), a, b, limit)
IN(int, wcscoll, (const wchar_t *a, const wchar_t *b, locale_t locale), a, b)
IN(size_t, wcsxfrm, (wchar_t *restrict to, const wchar_t *restrict from, size_t size, locale_t locale), to, from, size)
IN(int, wcscasecmp, (const wchar_t *a, const wchar_t *b, locale_t locale), a, b)
IN(int, wcsncasecmp, (const wchar_t *a, const wchar_t *b, size_t size, locale_t locale), a, b, size)
IN(char *, nl_langinfo, (nl_item item, locale_t locale), item)
IN(size_t, strftime, (char *restrict to, size_t size, const char *restrict template, const struct tm *restrict fields, locale_t locale), to, size,
   template, fields)
