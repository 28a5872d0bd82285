#pragma once
#include_next <strings.h>
typedef struct locale *locale_t;
int strcasecmp_l(const char *a, const char *b, locale_t locale), strncasecmp_l(const char *a, const char *b, size_t limit, locale_t locale);
