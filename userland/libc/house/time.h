#pragma once
#include_next <time.h>
typedef struct locale *locale_t;
size_t strftime_l(char *restrict to, size_t size, const char *restrict template, const struct tm *restrict fields, locale_t locale);
extern int getdate_err;
struct tm *getdate(const char *text);
