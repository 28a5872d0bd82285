#pragma once
typedef int nl_item;
enum { CODESET = 14, RADIXCHAR = 0x10000, THOUSEP, DAY_1 = 0x20007, ABDAY_1 = 0x20000, MON_1 = 0x2001a, ABMON_1 = 0x2000e,
       AM_STR = 0x20026, PM_STR, D_T_FMT, D_FMT, T_FMT, T_FMT_AMPM, YESEXPR = 0x50000, NOEXPR };
char *nl_langinfo(nl_item item);
