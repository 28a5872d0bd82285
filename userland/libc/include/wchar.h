// wchar.h: wide characters are code points; the multibyte form is UTF-8 (in the C locale: single bytes).
#pragma once
#include <stdarg.h>
#include <stddef.h>
#include <wctype.h>
typedef struct stream FILE;
struct tm;
#ifndef WCHAR_MIN
#define WCHAR_MIN (-1 - 0x7fffffff)
#define WCHAR_MAX 0x7fffffff
#endif
#ifndef MB_CUR_MAX
extern unsigned char libc_mb_max;
extern _Thread_local unsigned char libc_mb_thread;
#define MB_CUR_MAX ((size_t)(libc_mb_thread != 0 ? libc_mb_thread : libc_mb_max))
#endif
typedef struct {
	unsigned partial, missing; // the bits of a character so far, and how many bytes it still lacks
} mbstate_t;
wint_t btowc(int byte);
int wctob(wint_t c), mbsinit(const mbstate_t *state);
size_t mbrlen(const char *restrict text, size_t size, mbstate_t *restrict state);
size_t mbrtowc(wchar_t *restrict to, const char *restrict text, size_t size, mbstate_t *restrict state);
size_t wcrtomb(char *restrict to, wchar_t c, mbstate_t *restrict state);
size_t mbsrtowcs(wchar_t *restrict to, const char **restrict from, size_t size, mbstate_t *restrict state);
size_t wcsrtombs(char *restrict to, const wchar_t **restrict from, size_t size, mbstate_t *restrict state);
wchar_t *wcscpy(wchar_t *restrict to, const wchar_t *restrict from);
wchar_t *wcsncpy(wchar_t *restrict to, const wchar_t *restrict from, size_t size);
wchar_t *wcscat(wchar_t *restrict to, const wchar_t *restrict from);
wchar_t *wcsncat(wchar_t *restrict to, const wchar_t *restrict from, size_t size), *wcsdup(const wchar_t *text);
int wcscmp(const wchar_t *a, const wchar_t *b), wcsncmp(const wchar_t *a, const wchar_t *b, size_t size);
int wcscasecmp(const wchar_t *a, const wchar_t *b), wcscoll(const wchar_t *a, const wchar_t *b);
wchar_t *wcschr(const wchar_t *text, wchar_t c), *wcsrchr(const wchar_t *text, wchar_t c);
wchar_t *wcsstr(const wchar_t *text, const wchar_t *wanted), *wcspbrk(const wchar_t *text, const wchar_t *accept);
size_t wcsspn(const wchar_t *text, const wchar_t *accept), wcscspn(const wchar_t *text, const wchar_t *reject);
wchar_t *wcstok(wchar_t *restrict text, const wchar_t *restrict separators, wchar_t **restrict rest);
size_t wcslen(const wchar_t *text), wcsnlen(const wchar_t *text, size_t limit);
wchar_t *wmemcpy(wchar_t *restrict to, const wchar_t *restrict from, size_t count);
wchar_t *wmemmove(wchar_t *to, const wchar_t *from, size_t count), *wmemset(wchar_t *to, wchar_t c, size_t count);
int wmemcmp(const wchar_t *a, const wchar_t *b, size_t count);
wchar_t *wmemchr(const wchar_t *text, wchar_t c, size_t count);
long wcstol(const wchar_t *restrict text, wchar_t **restrict end, int base);
unsigned long wcstoul(const wchar_t *restrict text, wchar_t **restrict end, int base);
double wcstod(const wchar_t *restrict text, wchar_t **restrict end);
int wcwidth(wchar_t c), wcswidth(const wchar_t *text, size_t size);
float wcstof(const wchar_t *restrict text, wchar_t **restrict end);
long double wcstold(const wchar_t *restrict text, wchar_t **restrict end);
long long wcstoll(const wchar_t *restrict text, wchar_t **restrict end, int base);
unsigned long long wcstoull(const wchar_t *restrict text, wchar_t **restrict end, int base);
size_t mbsnrtowcs(wchar_t *restrict to, const char **restrict from, size_t limit, size_t size, mbstate_t *restrict state);
size_t wcsnrtombs(char *restrict to, const wchar_t **restrict from, size_t limit, size_t size, mbstate_t *restrict state);
wchar_t *wcpcpy(wchar_t *restrict to, const wchar_t *restrict from), *wcpncpy(wchar_t *restrict to, const wchar_t *restrict from, size_t size);
int wcsncasecmp(const wchar_t *a, const wchar_t *b, size_t size);
size_t wcsxfrm(wchar_t *restrict to, const wchar_t *restrict from, size_t size);
size_t wcsftime(wchar_t *restrict to, size_t size, const wchar_t *restrict template, const struct tm *restrict fields);
FILE *open_wmemstream(wchar_t **text, size_t *size);
int fwide(FILE *file, int mode);
wint_t fgetwc(FILE *file), getwc(FILE *file), getwchar(void), ungetwc(wint_t c, FILE *file);
wint_t fputwc(wchar_t c, FILE *file), putwc(wchar_t c, FILE *file), putwchar(wchar_t c);
wchar_t *fgetws(wchar_t *restrict to, int size, FILE *restrict file);
int fputws(const wchar_t *restrict text, FILE *restrict file);
int wprintf(const wchar_t *restrict template, ...), fwprintf(FILE *restrict file, const wchar_t *restrict template, ...);
int swprintf(wchar_t *restrict to, size_t size, const wchar_t *restrict template, ...);
int vwprintf(const wchar_t *restrict template, va_list args), vfwprintf(FILE *restrict file, const wchar_t *restrict template, va_list args);
int vswprintf(wchar_t *restrict to, size_t size, const wchar_t *restrict template, va_list args);
int wscanf(const wchar_t *restrict template, ...), fwscanf(FILE *restrict file, const wchar_t *restrict template, ...);
int swscanf(const wchar_t *restrict text, const wchar_t *restrict template, ...);
int vwscanf(const wchar_t *restrict template, va_list args), vfwscanf(FILE *restrict file, const wchar_t *restrict template, va_list args);
int vswscanf(const wchar_t *restrict text, const wchar_t *restrict template, va_list args);
typedef struct locale *locale_t;
int wcscasecmp_l(const wchar_t *a, const wchar_t *b, locale_t locale), wcsncasecmp_l(const wchar_t *a, const wchar_t *b, size_t size, locale_t locale);
int wcscoll_l(const wchar_t *a, const wchar_t *b, locale_t locale);
size_t wcsxfrm_l(wchar_t *restrict to, const wchar_t *restrict from, size_t size, locale_t locale);
