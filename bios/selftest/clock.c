// clock.c: INT 1Ah's clock, and the timer's interrupts.
#include "bios/selftest/selftest.h"

static bool decimal(uint8_t value)
{
	return (value & 15) <= 9 && value >> 4 <= 9;
}

static void test_ticks(void)
{
	uint32_t before = ticks();

	call("1A/00: ticks", 0x1a, A | C | D, R(.eax = 0));
	holds("those of 40:6C", ((out.ecx & 0xffff) << 16 | (out.edx & 0xffff)) - before <= 4);
	begin("IRQ 0 counts");
	before = ticks();
	for (uint32_t i = 0; i < 400000000 && ticks() - before < 2; i++)
		;
	equal("ticks", ticks() - before, 2);
	uint32_t old = ivt[0x1c];
	ticks_1c = 0;
	ivt[0x1c] = (uint32_t)hook_1c;
	before = ticks();
	while (ticks() - before < 3)
		;
	ivt[0x1c] = old;
	begin("INT 1Ch at each tick");
	holds("3 or 4", ticks_1c == 3 || ticks_1c == 4);
	call("1A/01: set the ticks", 0x1a, A, R(.eax = 0x0100, .ecx = 0x0012, .edx = 0x3456));
	holds("so", ticks() - 0x123456 <= 3);
	bda32(0x6c) = 0x1800af;
	while (ticks() >= 0x1800af)
		;
	call("1A/00: it was midnight", 0x1a, A | C | D, R(.eax = 0));
	equal("AL", out.eax & 0xff, 1);
	call("1A/00: no longer news", 0x1a, A | C | D, R(.eax = 0));
	equal("AL", out.eax & 0xff, 0);
	holds("ticks from 0", (out.edx & 0xffff) < 100);
}

static void test_real_time(void)
{
	call("1A/02: time of day", 0x1a, A | C | D, R(.eax = 0x0200));
	carry(false);
	holds("decimal digits", decimal(out.ecx >> 8) && decimal(out.ecx) && decimal(out.edx >> 8));
	holds("an hour, a minute, a second", (out.ecx >> 8 & 0xff) < 0x24 && (out.ecx & 0xff) < 0x60 && (out.edx >> 8 & 0xff) < 0x60);
	call("1A/04: date", 0x1a, A | C | D, R(.eax = 0x0400));
	carry(false);
	equal("century", out.ecx >> 8 & 0xff, 0x20);
	holds("a month, a day", decimal(out.edx >> 8) && decimal(out.edx) && (out.edx >> 8 & 0xff) <= 0x12 && (out.edx & 0xff) <= 0x31);
	call("1A/03: set the time", 0x1a, A, R(.eax = 0x0300, .ecx = 0x1234, .edx = 0x2000));
	carry(false);
	call("1A/02: as set", 0x1a, A | C | D, R(.eax = 0x0200));
	equal("hour and minute", out.ecx & 0xffff, 0x1234);
	holds("seconds", (out.edx >> 8 & 0xff) >= 0x20 && (out.edx >> 8 & 0xff) <= 0x29);
	call("1A/05: set the date", 0x1a, A, R(.eax = 0x0500, .ecx = 0x2031, .edx = 0x0715));
	carry(false);
	call("1A/04: as set", 0x1a, A | C | D, R(.eax = 0x0400));
	equal("century and year", out.ecx & 0xffff, 0x2031);
	equal("month and day", out.edx & 0xffff, 0x0715);
	call("1A/06: alarm", 0x1a, A, R(.eax = 0x0600, .ecx = 0x2359, .edx = 0x5900));
	carry(false);
	call("1A/06: one at a time", 0x1a, A, R(.eax = 0x0600, .ecx = 0x2359, .edx = 0x5900));
	carry(true);
	call("1A/07: no alarm", 0x1a, A, R(.eax = 0x0700));
	carry(false);
	call("1A/06: another one", 0x1a, A, R(.eax = 0x0600, .ecx = 0x2359, .edx = 0x5900));
	carry(false);
	quiet(0x1a, R(.eax = 0x0700));
	call("1A/FE: not there", 0x1a, A, R(.eax = 0xfe00));
}

void test_clock(void)
{
	test_ticks();
	test_real_time();
}
