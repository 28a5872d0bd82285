#pragma once
#include_next <string.h>
typedef struct locale *locale_t;
int strcoll_l(const char *a, const char *b, locale_t locale);
size_t strxfrm_l(char *restrict to, const char *restrict from, size_t size, locale_t locale);
char *strerror_l(int number, locale_t locale);
