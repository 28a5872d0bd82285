// termios.h: speeds and delays of terminals that have any. A terminal of ours keeps the bits and waits for nothing.
#pragma once
#include_next <termios.h>
enum { B50 = 1, B75, B110, B134, B150, B200, B300, B600, B1200, B1800, B2400, B4800 };
enum { CS6 = 0x10, CS7 = 0x20, PARODD = 0x200, OFILL = 0x40, OFDEL = 0x80, NLDLY = 0x100, NL0 = 0, NL1 = 0x100, CRDLY = 0x600, CR0 = 0, CR1 = 0x200,
       CR2 = 0x400, CR3 = 0x600, TABDLY = 0x1800, TAB0 = 0, TAB1 = 0x800, TAB2 = 0x1000, TAB3 = 0x1800, BSDLY = 0x2000, BS0 = 0, BS1 = 0x2000,
       VTDLY = 0x4000, VT0 = 0, VT1 = 0x4000, FFDLY = 0x8000, FF0 = 0, FF1 = 0x8000 };
