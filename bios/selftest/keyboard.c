// keyboard.c: INT 16h and INT 09h: the buffer, and keys that the controller is told to report (8042 command
// D2h).
#include "bios/selftest/selftest.h"

static void drain(void)
{
	do {
		quiet(0x16, R(.eax = 0x1100));
		if (!(out.flags & 0x40))
			quiet(0x16, R(.eax = 0x1000));
	} while (!(out.flags & 0x40));
}

// The controller says that this byte came from the keyboard; then time for IRQ 1.
static void scan(uint8_t code)
{
	uint32_t start = ticks();

	while (in8(0x64) & 2)
		;
	out8(0x64, 0xd2);
	while (in8(0x64) & 2)
		;
	out8(0x60, code);
	while ((in8(0x64) & 1) && ticks() - start < 20)
		;
}

static void press(uint8_t code)
{
	scan(code);
	scan(code | 0x80);
}

// The next key, or 0: none.
static uint16_t key(uint8_t function)
{
	quiet(0x16, R(.eax = (function + 1) << 8));
	if (out.flags & 0x40)
		return 0;
	quiet(0x16, R(.eax = function << 8));
	return out.eax;
}

static void test_buffer(void)
{
	drain();
	call("16/01: no key", 0x16, A, R(.eax = 0x0100));
	equal("ZF", out.flags >> 6 & 1, 1);
	call("16/11: no key", 0x16, A, R(.eax = 0x1100));
	equal("ZF", out.flags >> 6 & 1, 1);
	call("16/05: put a key", 0x16, A, R(.eax = 0x0500, .ecx = 0x1e61));
	equal("AL", out.eax & 0xff, 0);
	call("16/01: look at it", 0x16, A, R(.eax = 0x0100));
	equal("ZF", out.flags >> 6 & 1, 0);
	ax(0x1e61);
	call("16/00: take it", 0x16, A, R(.eax = 0x0000));
	ax(0x1e61);
	quiet(0x16, R(.eax = 0x0500, .ecx = 0x3920));
	call("16/10: take one", 0x16, A, R(.eax = 0x1000));
	ax(0x3920);
	quiet(0x16, R(.eax = 0x0500, .ecx = 0x48e0));
	call("16/00: an arrow, as of old", 0x16, A, R(.eax = 0x0000));
	ax(0x4800);
	quiet(0x16, R(.eax = 0x0500, .ecx = 0x48e0));
	call("16/10: an arrow, as of new", 0x16, A, R(.eax = 0x1000));
	ax(0x48e0);
	for (unsigned i = 0; i < 15; i++)
		quiet(0x16, R(.eax = 0x0500, .ecx = 0x0200 + i));
	call("16/05: the buffer is full", 0x16, A, R(.eax = 0x0500, .ecx = 0x1234));
	equal("AL", out.eax & 0xff, 1);
	begin("16/00: 15 keys, in their order");
	for (unsigned i = 0; i < 15; i++)
		equal("key", key(0), 0x0200 + i);
	call("16/03: repeat rate", 0x16, A, R(.eax = 0x0305, .ebx = 0x000b));
	call("16/09: what there is", 0x16, A, R(.eax = 0x0900));
	holds("functions 10h to 12h", out.eax & 0x20);
	call("16/0A: the keyboard's identity", 0x16, A | B, R(.eax = 0x0a00));
	equal("BX", out.ebx & 0xffff, 0x41ab);
	call("16/FE: not there", 0x16, A, R(.eax = 0xfe00));
}

static void test_keys(void)
{
	drain();
	press(0x1e);
	begin("09: a");
	equal("key", key(0x00), 0x1e61);
	scan(0x2a);
	call("16/02: shift is held", 0x16, A, R(.eax = 0x0200));
	equal("AL", out.eax & 0x0f, 2);
	press(0x1e);
	scan(0xaa);
	begin("09: A");
	equal("key", key(0x00), 0x1e41);
	call("16/02: shift is not held", 0x16, A, R(.eax = 0x0200));
	equal("AL", out.eax & 0x0f, 0);
	scan(0x1d);
	press(0x2e);
	call("16/12: left control is held", 0x16, A, R(.eax = 0x1200));
	equal("AX", out.eax & 0x010f, 0x0104);
	scan(0x9d);
	begin("09: control C");
	equal("key", key(0x00), 0x2e03);
	press(0x3a);
	press(0x10);
	begin("09: Q, by caps lock");
	equal("key", key(0x00), 0x1051);
	equal("40:17", bda[0x17] & 0x40, 0x40);
	press(0x3a);
	press(0x10);
	begin("09: q, without");
	equal("key", key(0x00), 0x1071);
	scan(0x38);
	press(0x1e);
	scan(0xb8);
	begin("09: alt a");
	equal("key", key(0x00), 0x1e00);
	press(0x3b);
	begin("09: F1");
	equal("key", key(0x00), 0x3b00);
	press(0x58);
	begin("09: F12");
	equal("key", key(0x10), 0x8600);
	scan(0xe0);
	scan(0x48);
	scan(0xe0);
	scan(0xc8);
	begin("09: up");
	equal("key", key(0x10), 0x48e0);
	scan(0xe0);
	press(0x1c);
	begin("09: the other enter");
	equal("key", key(0x10), 0xe00d);
	press(0x1c);
	begin("09: enter");
	equal("key", key(0x00), 0x1c0d);
	press(0x0e);
	begin("09: backspace");
	equal("key", key(0x00), 0x0e08);
	press(0x01);
	begin("09: escape");
	equal("key", key(0x00), 0x011b);
	scan(0x38); // alt and digits of the keypad: a letter by its number
	press(0x4d);
	press(0x4c);
	scan(0xb8);
	begin("09: alt 65 on the keypad");
	equal("letter", key(0x00) & 0xff, 'A');
}

void test_keyboard(void)
{
	test_buffer();
	test_keys();
	drain();
}
