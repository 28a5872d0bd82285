// ctype.h: the forms that take a locale. Bytes above 127 are in no class of either.
#pragma once
#include_next <ctype.h>
typedef struct locale *locale_t;
#define _tolower(c) ((c) | 32)
#define _toupper(c) ((c) & ~32)
int(_tolower)(int c), (_toupper)(int c);
int isalnum_l(int c, locale_t locale), isalpha_l(int c, locale_t locale), isblank_l(int c, locale_t locale), iscntrl_l(int c, locale_t locale);
int isdigit_l(int c, locale_t locale), isgraph_l(int c, locale_t locale), islower_l(int c, locale_t locale), isprint_l(int c, locale_t locale);
int ispunct_l(int c, locale_t locale), isspace_l(int c, locale_t locale), isupper_l(int c, locale_t locale), isxdigit_l(int c, locale_t locale);
int tolower_l(int c, locale_t locale), toupper_l(int c, locale_t locale);
