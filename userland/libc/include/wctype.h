#pragma once
typedef unsigned wint_t;
typedef unsigned long wctype_t;
typedef const int *wctrans_t;
#ifndef WEOF
#define WEOF 0xffffffffu
#endif
int iswalnum(wint_t c), iswalpha(wint_t c), iswblank(wint_t c), iswcntrl(wint_t c), iswdigit(wint_t c), iswgraph(wint_t c);
int iswlower(wint_t c), iswprint(wint_t c), iswpunct(wint_t c), iswspace(wint_t c), iswupper(wint_t c), iswxdigit(wint_t c);
wint_t towlower(wint_t c), towupper(wint_t c);
wctype_t wctype(const char *name);
int iswctype(wint_t c, wctype_t type);
wctrans_t wctrans(const char *name);
wint_t towctrans(wint_t c, wctrans_t map);
