// video.c: INT 10h as the video BIOS answers it, through whatever the ROM puts before it.
#include "bios/selftest/selftest.h"

static uint8_t bytes[512];

static struct registers at(uint8_t row, uint8_t column)
{
	return R(.eax = 0x0200, .edx = row << 8 | column);
}

static uint16_t cursor(void)
{
	quiet(0x10, R(.eax = 0x0300));
	return out.edx;
}

static void type(uint8_t letter)
{
	quiet(0x10, R(.eax = 0x0e00 | letter, .ebx = 7));
}

static void test_text(void)
{
	call("10/00: mode 3", 0x10, A, R(.eax = 0x0003));
	call("10/0F: the mode", 0x10, A | B, R(.eax = 0x0f00));
	ax(0x5003);
	equal("page", out.ebx >> 8 & 0xff, 0);
	call("10/02: place the cursor", 0x10, A, at(5, 10));
	call("10/03: where is it?", 0x10, A | C | D, R(.eax = 0x0300));
	equal("DX", out.edx & 0xffff, 0x050a);
	begin("40:50 has it");
	equal("column, row", bda16(0x50), 0x050a);
	call("10/01: its form", 0x10, A, R(.eax = 0x0100, .ecx = 0x0607));
	call("10/03: its form", 0x10, A | C | D, R(.eax = 0x0300));
	equal("CX", out.ecx & 0xffff, 0x0607);
	call("10/09: letters with colours", 0x10, A, R(.eax = 0x0941, .ebx = 0x1e, .ecx = 3));
	call("10/08: read one", 0x10, A, R(.eax = 0x0800));
	ax(0x1e41);
	begin("B800 has three of them");
	equal("third", peek32(0xb800, (5 * 80 + 12) * 2) & 0xffff, 0x1e41);
	holds("no fourth", (peek32(0xb800, (5 * 80 + 13) * 2) & 0xff) != 0x41);
	call("10/0A: letters", 0x10, A, R(.eax = 0x0a42, .ecx = 1));
	quiet(0x10, R(.eax = 0x0800));
	begin("10/0A: colours stay");
	ax(0x1e42);
	call("10/0E: type", 0x10, A, R(.eax = 0x0e43, .ebx = 7));
	equal("cursor", cursor(), 0x050b);
	type('\r');
	begin("10/0E: carriage return");
	equal("cursor", cursor(), 0x0500);
	type('\n');
	begin("10/0E: line feed");
	equal("cursor", cursor(), 0x0600);
	type('x');
	type('\b');
	begin("10/0E: backspace");
	equal("cursor", cursor(), 0x0600);
	quiet(0x10, at(7, 79));
	type('y');
	begin("10/0E: the end of a line");
	equal("cursor", cursor(), 0x0800);
	quiet(0x10, at(1, 0));
	type('s');
	quiet(0x10, at(24, 0));
	type('\n');
	begin("10/0E: the last line scrolls");
	equal("cursor", cursor(), 0x1800);
	equal("line 0", peek8(0xb800, 0), 's');
	quiet(0x10, R(.eax = 0x0600, .ebx = 0x0700, .edx = 0x184f));
	begin("10/06: clear");
	equal("line 0", peek32(0xb800, 0), 0x07200720);
	quiet(0x10, at(3, 0));
	type('d');
	call("10/07: scroll down", 0x10, A, R(.eax = 0x0702, .ebx = 0x0700, .ecx = 0x0300, .edx = 0x184f));
	equal("two lines lower", peek8(0xb800, 5 * 160), 'd');
	call("10/05: page 1", 0x10, A, R(.eax = 0x0501));
	quiet(0x10, R(.eax = 0x0f00));
	equal("BH", out.ebx >> 8 & 0xff, 1);
	quiet(0x10, R(.eax = 0x0500));
	for (unsigned i = 0; i < 5; i++)
		bytes[i] = "Hello"[i];
	call("10/13: a text", 0x10, A, R(.eax = 0x1301, .ebx = 0x2f, .ecx = 5, .edx = 0x0910, .ebp = (uint32_t)bytes));
	equal("on the screen", peek32(0xb800, (9 * 80 + 16) * 2), 0x2f652f48);
	equal("cursor", cursor(), 0x0915);
}

static void test_information(void)
{
	call("10/1130: the font", 0x10, A | C | D | BP | ES, R(.eax = 0x1130, .ebx = 0x0600));
	equal("points", out.ecx & 0xffff, 16);
	equal("rows - 1", out.edx & 0xff, 24);
	call("10/12: EGA and later", 0x10, A | B | C, R(.eax = 0x1200, .ebx = 0x10));
	equal("memory", out.ebx & 0xff, 3);
	call("10/1A: a VGA", 0x10, A | B, R(.eax = 0x1a00));
	equal("AL", out.eax & 0xff, 0x1a);
	equal("BL", out.ebx & 0xff, 8);
	call("10/1B: state", 0x10, A, R(.eax = 0x1b00, .edi = (uint32_t)bytes));
	equal("AL", out.eax & 0xff, 0x1b);
	equal("mode", bytes[4], 3);
	*(uint32_t *)bytes = 0x32454256; // VBE2
	call("10/4F00: VESA", 0x10, A, R(.eax = 0x4f00, .edi = (uint32_t)bytes));
	ax(0x004f);
	equal("signature", *(uint32_t *)bytes, 0x41534556);
	call("10/4F01: mode 101h", 0x10, A, R(.eax = 0x4f01, .ecx = 0x101, .edi = (uint32_t)bytes));
	ax(0x004f);
	equal("columns", *(uint16_t *)(bytes + 18), 640);
	call("10/4F03: the mode", 0x10, A | B, R(.eax = 0x4f03));
	ax(0x004f);
	equal("BX", out.ebx & 0xffff, 3);
	call("10/FE: not there", 0x10, A, R(.eax = 0xfe00));
}

static void test_graphics(void)
{
	call("10/00: mode 13h", 0x10, A, R(.eax = 0x0013));
	quiet(0x10, R(.eax = 0x0f00));
	equal("mode", out.eax & 0xff, 0x13);
	call("10/0C: a point", 0x10, A, R(.eax = 0x0c2a, .ecx = 160, .edx = 100));
	equal("in memory", peek8(0xa000, 100 * 320 + 160), 0x2a);
	call("10/0D: read it", 0x10, A, R(.eax = 0x0d00, .ecx = 160, .edx = 100));
	equal("AL", out.eax & 0xff, 0x2a);
	call("10/4F02: 800 by 600", 0x10, A, R(.eax = 0x4f02, .ebx = 0x103));
	ax(0x004f);
	call("10/4F02: back to text", 0x10, A, R(.eax = 0x4f02, .ebx = 3));
	ax(0x004f);
}

void test_video(void)
{
	quiet(0x10, R(.eax = 0x1a00));
	if ((out.eax & 0xff) != 0x1a)
		return skip("10: no VGA");
	test_text();
	test_information();
	test_graphics();
}
