// memory.c: INT 15h: the memory map, memory above 1 MiB, waiting, tables, address line 20.
#include "bios/selftest/selftest.h"

static struct {
	uint32_t base, base_high, length, length_high, type, attributes;
} entry;
static uint8_t descriptors[48]; // of block moves
static volatile uint8_t flag;

static void test_line(void)
{
	call("15/2403: address line 20 can be", 0x15, A | B, R(.eax = 0x2403));
	ah(0);
	holds("opened by two ways", (out.ebx & 3) != 0);
	call("15/2401: open it", 0x15, A, R(.eax = 0x2401));
	ah(0);
	call("15/2402: it is open", 0x15, A, R(.eax = 0x2402));
	ax(1);
	call("15/2400: close it", 0x15, A, R(.eax = 0x2400));
	ah(0);
	begin("a closed line wraps addresses");
	poke32(0, 0x600, 0x12345678);
	equal("FFFF:0610", peek32(0xffff, 0x610), 0x12345678);
	call("15/2402: it is closed", 0x15, A, R(.eax = 0x2402));
	ax(0);
	quiet(0x15, R(.eax = 0x2401));
	begin("an open line does not");
	poke32(0xffff, 0x610, 0x9abcdef0);
	equal("0000:0600", peek32(0, 0x600), 0x12345678);
	call("15/2404: not there", 0x15, A, R(.eax = 0x2404));
	equal("carry", out.flags & 1, 1);
}

static void test_map(void)
{
	uint32_t next = 0, count = 0, end = 0, end_high = 0, low = 0, high = 0;
	bool sorted = true, marked = true;

	call("15/E820: the first range", 0x15, A | B | C | HIGH, R(.eax = 0xe820, .ecx = 20, .edx = 0x534d4150, .edi = (uint32_t)&entry));
	carry(false);
	equal("EAX", out.eax, 0x534d4150);
	equal("ECX", out.ecx, 20);
	equal("base", entry.base, 0);
	equal("type", entry.type, 1);
	do {
		entry.attributes = 0xcccccccc;
		quiet(0x15, R(.eax = 0xe820, .ebx = next, .ecx = 20, .edx = 0x534d4150, .edi = (uint32_t)&entry));
		sorted = sorted && (entry.base_high > end_high || (entry.base_high == end_high && entry.base >= end));
		end = entry.base + entry.length;
		end_high = entry.base_high + entry.length_high + (end < entry.base);
		marked = marked && entry.type >= 1 && entry.type <= 5 && entry.attributes == 0xcccccccc;
		if (entry.type == 1 && entry.base == 0 && entry.base_high == 0)
			low = entry.length;
		if (entry.type == 1 && entry.base == 0x100000 && entry.base_high == 0)
			high = entry.length;
		next = out.ebx;
	} while (!(out.flags & 1) && next != 0 && ++count < 200);
	begin("15/E820: ends");
	holds("within 128 ranges", count < 128);
	begin("15/E820: sorted, without overlaps");
	holds("so", sorted);
	begin("15/E820: known types, 20 bytes each");
	holds("so", marked);
	begin("15/E820: agrees with INT 12h");
	equal("KiB", low >> 10, bda16(0x13));
	call("15/E820: behind the last one", 0x15, A | B | C | HIGH, R(.eax = 0xe820, .ebx = 500, .ecx = 20, .edx = 0x534d4150,
	     .edi = (uint32_t)&entry));
	carry(true);
	call("15/E820: without SMAP", 0x15, A, R(.eax = 0xe820, .ecx = 20, .edi = (uint32_t)&entry));
	carry(true);
	call("15/E820: no room", 0x15, A, R(.eax = 0xe820, .ecx = 19, .edx = 0x534d4150, .edi = (uint32_t)&entry));
	carry(true);
	call("15/E801: memory in two parts", 0x15, A | B | C | D, R(.eax = 0xe801));
	carry(false);
	equal("KiB below 16 MiB", out.eax & 0xffff, high >= 15 << 20 ? 15 << 10 : high >> 10);
	equal("AX and CX", out.ecx & 0xffff, out.eax & 0xffff);
	equal("BX and DX", out.edx & 0xffff, out.ebx & 0xffff);
	equal("64 KiB above 16 MiB", out.ebx & 0xffff, high >= 15 << 20 ? (high - (15 << 20)) >> 16 : 0);
	call("15/88: memory above 1 MiB", 0x15, A, R(.eax = 0x8800));
	carry(false);
	holds("some, within 64 MiB", (out.eax & 0xffff) > 0 && (out.eax & 0xffff) <= (high >> 10));
}

static void describe(unsigned at, uint32_t base)
{
	*(uint16_t *)(descriptors + at) = 0xffff;
	*(uint32_t *)(descriptors + at + 2) = base | 0x93000000;
	*(uint16_t *)(descriptors + at + 6) = base >> 24 << 8;
}

static void test_move(void)
{
	fill(BUFFER_SEGMENT, 0x87878787);
	describe(0x10, BUFFER_SEGMENT << 4);
	describe(0x18, 0x300000);
	call("15/87: move to 3 MiB", 0x15, A, R(.eax = 0x8700, .ecx = 0x8000, .esi = (uint32_t)descriptors));
	ah(0);
	fill(BUFFER_SEGMENT, 0);
	describe(0x10, 0x300000);
	describe(0x18, BUFFER_SEGMENT << 4);
	call("15/87: and back", 0x15, A, R(.eax = 0x8700, .ecx = 0x7ffe, .esi = (uint32_t)descriptors));
	ah(0);
	equal("first word", peek32(BUFFER_SEGMENT, 0), 0x87878787);
	equal("last word", peek32(BUFFER_SEGMENT, 0xfff8), 0x87878787);
	equal("what lies behind", peek32(BUFFER_SEGMENT, 0xfffc), 0);
}

static void test_time(void)
{
	call("15/86: wait for 1 ms", 0x15, A, R(.eax = 0x8600, .edx = 1000));
	carry(false);
	uint32_t before = ticks();
	call("15/86: wait for 300 ms", 0x15, A, R(.eax = 0x8600, .ecx = 4, .edx = 300000 - 4 * 65536));
	carry(false);
	holds("5 or 6 ticks, or a little more", ticks() - before >= 5 && ticks() - before < 40);
	flag = 0;
	call("15/8300: tell me in 10 ms", 0x15, A, R(.eax = 0x8300, .edx = 10000, .ebx = (uint32_t)&flag));
	carry(false);
	call("15/8300: one at a time", 0x15, A, R(.eax = 0x8300, .edx = 10000, .ebx = (uint32_t)&flag));
	carry(true);
	for (before = ticks(); ticks() - before < 40 && flag == 0;)
		;
	begin("15/8300: it tells");
	equal("bit 7", flag, 0x80);
	quiet(0x15, R(.eax = 0x8300, .ecx = 100, .ebx = (uint32_t)&flag));
	call("15/8301: never mind", 0x15, A, R(.eax = 0x8301));
	carry(false);
	call("15/8302: not there", 0x15, A, R(.eax = 0x8302));
	carry(true);
}

static void test_tables(void)
{
	call("15/C0: configuration", 0x15, A | B | ES, R(.eax = 0xc000));
	ah(0);
	holds("8 bytes or more", (peek32(out.es, out.ebx & 0xffff) & 0xffff) >= 8);
	equal("model", peek8(out.es, (out.ebx & 0xffff) + 2), 0xfc);
	holds("a second PIC, a clock", (peek8(out.es, (out.ebx & 0xffff) + 5) & 0x60) == 0x60);
	call("15/C1: the EBDA", 0x15, A | ES, R(.eax = 0xc100));
	carry(false);
	equal("segment", out.es, bda16(0x0e));
	call("15/4F: a key passes", 0x15, A, R(.eax = 0x4f1e, .flags = 1));
	equal("AL", out.eax & 0xff, 0x1e);
	carry(true);
	call("15/90: a device is busy", 0x15, A, R(.eax = 0x9000));
	carry(false);
	call("15/91: it no longer is", 0x15, A, R(.eax = 0x9100));
	carry(false);
	static const uint16_t absent[] = {0x0000, 0x1234, 0x5555, 0x8a00, 0xda88, 0xe980, 0xec00, 0xfe00};
	static const char *const names[] = {"15/00: not there", "15/12: not there", "15/55: not there", "15/8A: not there",
					    "15/DA: not there", "15/E980: not there", "15/EC: not there", "15/FE: not there"};
	for (unsigned i = 0; i < sizeof(absent) / sizeof(*absent); i++) {
		call(names[i], 0x15, A, R(.eax = absent[i] | 0x77770000));
		ah(0x86);
	}
}

static void test_mouse(void)
{
	quiet(0x15, R(.eax = 0xc205, .ebx = 0x0300));
	if (out.flags & 1)
		return skip("15/C2: no mouse");
	call("15/C205: a mouse of three bytes", 0x15, A | B, R(.eax = 0xc205, .ebx = 0x0300));
	ah(0);
	call("15/C205: nine bytes", 0x15, A | B, R(.eax = 0xc205, .ebx = 0x0900));
	carry(true);
	call("15/C201: reset", 0x15, A | B, R(.eax = 0xc201));
	ah(0);
	equal("BL", out.ebx & 0xff, 0xaa);
	call("15/C200: on, without a handler", 0x15, A | B, R(.eax = 0xc200, .ebx = 0x0100));
	carry(true);
	call("15/C207: a handler", 0x15, A | B, R(.eax = 0xc207, .ebx = 0xff53, .es = 0xf000));
	ah(0);
	call("15/C200: on", 0x15, A | B, R(.eax = 0xc200, .ebx = 0x0100));
	ah(0);
	call("15/C202: rate", 0x15, A | B, R(.eax = 0xc202, .ebx = 0x0500));
	ah(0);
	call("15/C202: a rate that is none", 0x15, A | B, R(.eax = 0xc202, .ebx = 0x0700));
	carry(true);
	call("15/C203: resolution", 0x15, A | B, R(.eax = 0xc203, .ebx = 0x0300));
	ah(0);
	call("15/C206: status", 0x15, A | B | C | D, R(.eax = 0xc206));
	ah(0);
	call("15/C200: off", 0x15, A | B, R(.eax = 0xc200));
	ah(0);
	call("15/C20A: not there", 0x15, A | B, R(.eax = 0xc20a));
	carry(true);
}

void test_memory(void)
{
	test_line();
	test_map();
	test_move();
	test_time();
	test_tables();
	test_mouse();
}
