#pragma once
#include_next <wctype.h>
typedef struct locale *locale_t;
int iswalnum_l(wint_t c, locale_t locale), iswalpha_l(wint_t c, locale_t locale), iswblank_l(wint_t c, locale_t locale);
int iswcntrl_l(wint_t c, locale_t locale), iswdigit_l(wint_t c, locale_t locale), iswgraph_l(wint_t c, locale_t locale);
int iswlower_l(wint_t c, locale_t locale), iswprint_l(wint_t c, locale_t locale), iswpunct_l(wint_t c, locale_t locale);
int iswspace_l(wint_t c, locale_t locale), iswupper_l(wint_t c, locale_t locale), iswxdigit_l(wint_t c, locale_t locale);
wint_t towlower_l(wint_t c, locale_t locale), towupper_l(wint_t c, locale_t locale), towctrans_l(wint_t c, wctrans_t map, locale_t locale);
wctype_t wctype_l(const char *name, locale_t locale);
wctrans_t wctrans_l(const char *name, locale_t locale);
int iswctype_l(wint_t c, wctype_t type, locale_t locale);
