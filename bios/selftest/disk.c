// disk.c: INT 13h on a hard disk: 80h, whose words count up from PATTERN_SECTOR on, and whose last sectors
// may be written to.
#include "bios/selftest/selftest.h"

#define DISK 0x80
#define SECOND 0x81
#define NOBODY 0x9f // no disk has this number

static struct {
	uint8_t size, reserved;
	uint16_t count, offset, segment;
	uint32_t lba, lba_high, address, address_high;
} packet;
static struct {
	uint16_t size, flags;
	uint32_t cylinders, heads, track, sectors, sectors_high;
	uint16_t sector_size;
	uint32_t table;
	uint16_t key;
	uint8_t path_size, reserved[3];
	char host_bus[4], bus[8];
	uint8_t rest[18];
	uint8_t beyond[8];
} __attribute__((packed)) parameters;
static uint32_t cylinders, heads, track, sectors;

static uint32_t near(const void *at)
{
	return (uint32_t)at;
}

static bool pattern(uint16_t segment, uint32_t offset, uint32_t lba, uint32_t count)
{
	for (uint32_t i = 0; i < count * 128; i++)
		if (peek32(segment, offset + 4 * i) != lba * 128 + i)
			return false;
	return true;
}

// The registers of 02h to 04h for a sector number.
static struct registers chs(uint16_t ax, uint32_t lba, uint16_t segment, uint16_t offset)
{
	uint32_t cylinder = lba / track / heads;

	return R(.eax = ax, .ebx = offset, .ecx = (cylinder & 0xff) << 8 | (cylinder >> 2 & 0xc0) | (lba % track + 1),
		 .edx = lba / track % heads << 8 | DISK, .es = segment);
}

static struct registers edd(uint16_t ax, uint32_t lba, uint16_t count, uint16_t segment, uint16_t offset)
{
	packet = (__typeof__(packet)){.size = 16, .count = count, .offset = offset, .segment = segment, .lba = lba};
	return R(.eax = ax, .edx = DISK, .esi = near(&packet));
}

static void test_status(void)
{
	call("13/00: reset", 0x13, A, R(.edx = DISK));
	ah(0);
	call("13/01: the status of one that went well", 0x13, A, R(.eax = 0x0100, .edx = DISK));
	ah(0);
	call("13/00: of no disk", 0x13, A, R(.edx = NOBODY));
	ah(1);
	call("13/01: the status of one that did not", 0x13, A, R(.eax = 0x0100, .edx = DISK));
	ah(1);
	begin("40:74 holds the status");
	equal("40:74", bda[0x74], 1);
	begin("40:75 counts the disks");
	holds("at least one", bda[0x75] >= 1);
	call("13/08: geometry", 0x13, A | B | C | D | DI | ES, R(.eax = 0x0800, .edx = DISK));
	ah(0);
	equal("DL", out.edx & 0xff, bda[0x75]);
	cylinders = ((out.ecx >> 8 & 0xff) | (out.ecx << 2 & 0x300)) + 1;
	heads = (out.edx >> 8 & 0xff) + 1;
	track = out.ecx & 63;
	holds("a track with sectors", track != 0);
	call("13/08: of no disk", 0x13, A | B | C | D | DI | ES, R(.eax = 0x0800, .edx = NOBODY));
	ah(1);
	call("13/15: a hard disk", 0x13, A | C | D, R(.eax = 0x1500, .edx = DISK));
	equal("AH", out.eax >> 8 & 0xff, 3);
	carry(false);
	sectors = (out.ecx & 0xffff) << 16 | (out.edx & 0xffff);
	equal("sectors", sectors, cylinders * heads * track);
	begin("INT 41h points to a table of the disk");
	equal("heads", peek8(ivt[0x41] >> 16, (ivt[0x41] & 0xffff) + 2), heads);
}

static void test_simple(void)
{
	static const struct {
		uint16_t ax;
		uint8_t drive, wanted;
		const char *name;
	} cases[] = {
		{0x0900, DISK, 0, "13/09: drive parameters"}, {0x0c00, DISK, 0, "13/0C: seek"},
		{0x0d00, DISK, 0, "13/0D: the other reset"}, {0x1000, DISK, 0, "13/10: ready?"},
		{0x1100, DISK, 0, "13/11: recalibrate"}, {0x1400, DISK, 0, "13/14: diagnostic"},
		{0x1000, NOBODY, 1, "13/10: no disk"}, {0x0600, DISK, 1, "13/06: not there"},
		{0x1f00, DISK, 1, "13/1F: not there"}, {0x2500, DISK, 1, "13/25: not there"},
		{0x4000, DISK, 1, "13/40: not there"}, {0x4f00, DISK, 1, "13/4F: not there"},
		{0x7f00, DISK, 1, "13/7F: not there"}, {0xff00, DISK, 1, "13/FF: not there"},
		{0x0000, 0x00, 1, "13/00: a floppy that is not there"}, {0x0201, 0x00, 1, "13/02: a floppy that is not there"},
		{0x1000, 0x7f, 1, "13/10: floppy 7F"}, {0x1000, 0xff, 1, "13/10: disk FF"},
		{0x4900, DISK, 0, "13/49: the medium has not changed"}, {0x4b01, DISK, 1, "13/4B01: not booted from a CD"},
		{0x4e01, DISK, 0, "13/4E01: prefetch"}, {0x4e06, DISK, 0, "13/4E06: the best DMA"},
		{0x4e07, DISK, 1, "13/4E07: not there"}, {0x4100, NOBODY, 1, "13/41: no disk"},
		{0x4200, NOBODY, 1, "13/42: no disk"}, {0x4800, NOBODY, 1, "13/48: no disk"},
		{0x4600, DISK, 0xb2, "13/46: a disk cannot be ejected"},
	};
	for (unsigned i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		call(cases[i].name, 0x13, A, R(.eax = cases[i].ax | 0x12340000, .edx = cases[i].drive, .ecx = 1, .es = BUFFER_SEGMENT));
		ah(cases[i].wanted);
	}
}

static void test_read(void)
{
	uint32_t beyond = cylinders + 1; // some keep the last one for diagnostics

	call("13/02: the boot sector", 0x13, A, R(.eax = 0x0201, .ecx = 1, .edx = DISK, .es = BUFFER_SEGMENT));
	ax(1);
	carry(false);
	equal("its signature", peek32(BUFFER_SEGMENT, 508) >> 16, 0xaa55);
	call("13/02: 17 sectors across tracks", 0x13, A, chs(0x0211, 2 * track - 5, BUFFER_SEGMENT, 0));
	ax(17);
	carry(false);
	holds("what is on the disk", pattern(BUFFER_SEGMENT, 0, 2 * track - 5, 17));
	fill(BUFFER_SEGMENT, 0xeeeeeeee);
	call("13/02: 127 sectors", 0x13, A, chs(0x027f, 1000, BUFFER_SEGMENT, 0));
	ax(127);
	holds("what is on the disk", pattern(BUFFER_SEGMENT, 0, 1000, 127));
	equal("what lies behind", peek32(BUFFER_SEGMENT, 127 * 512), 0xeeeeeeee);
	call("13/02: an odd address", 0x13, A, chs(0x0203, 777, BUFFER_SEGMENT, 0x101));
	ax(3);
	holds("what is on the disk", pattern(BUFFER_SEGMENT, 0x101, 777, 3));
	call("13/02: an address of two bytes", 0x13, A, chs(0x0203, 779, BUFFER_SEGMENT, 0x202));
	holds("what is on the disk", pattern(BUFFER_SEGMENT, 0x202, 779, 3));
	call("13/02: across 64 KiB of memory", 0x13, A, chs(0x0208, 900, BUFFER_SEGMENT + 0xf80, 0));
	ax(8);
	holds("what is on the disk", pattern(BUFFER_SEGMENT + 0xf80, 0, 900, 8));
	call("13/02: the last sector", 0x13, A, chs(0x0201, cylinders * heads * track - 1, BUFFER_SEGMENT, 0));
	ax(1);
	call("13/02: no sectors", 0x13, A, chs(0x0200, 500, BUFFER_SEGMENT, 0));
	ah(1);
	call("13/02: more than 64 KiB", 0x13, A, chs(0x0281, 500, BUFFER_SEGMENT, 0));
	ah(1);
	call("13/02: sector 0", 0x13, A, R(.eax = 0x0201, .edx = DISK, .es = BUFFER_SEGMENT));
	ah(1);
	call("13/02: a head too far", 0x13, A, R(.eax = 0x0201, .ecx = 1, .edx = heads << 8 | DISK, .es = BUFFER_SEGMENT));
	if (heads < 256)
		ah(1);
	call("13/02: a cylinder too far", 0x13, A, R(.eax = 0x0201, .edx = DISK, .es = BUFFER_SEGMENT,
	     .ecx = (beyond & 0xff) << 8 | (beyond >> 2 & 0xc0) | 1));
	if (beyond < 1024)
		ah(1);
	call("13/02: no disk", 0x13, A, R(.eax = 0x0201, .ecx = 1, .edx = NOBODY, .es = BUFFER_SEGMENT));
	ah(1);
	call("13/04: verify", 0x13, A, chs(0x0420, 1234, BUFFER_SEGMENT, 0));
	ah(0);
	call("13/04: a cylinder too far", 0x13, A, R(.eax = 0x0401, .edx = DISK,
	     .ecx = (beyond & 0xff) << 8 | (beyond >> 2 & 0xc0) | 1));
	if (beyond < 1024)
		ah(1);
}

static void test_write(void)
{
	uint32_t last = cylinders * heads * track - SCRATCH_SECTORS;

	fill(BUFFER_SEGMENT, 0x13030303);
	call("13/03: write", 0x13, A, chs(0x0305, last, BUFFER_SEGMENT, 0));
	ax(5);
	carry(false);
	fill(BUFFER_SEGMENT, 0);
	call("13/02: what was written", 0x13, A, chs(0x0206, last - 1, BUFFER_SEGMENT, 0));
	holds("untouched before it", pattern(BUFFER_SEGMENT, 0, last - 1, 1));
	equal("first word", peek32(BUFFER_SEGMENT, 512), 0x13030303);
	equal("last word", peek32(BUFFER_SEGMENT, 6 * 512 - 4), 0x13030303);
	call("13/03: no sectors", 0x13, A, chs(0x0300, last, BUFFER_SEGMENT, 0));
	ah(1);
	call("13/03: no disk", 0x13, A, R(.eax = 0x0301, .ecx = 1, .edx = NOBODY, .es = BUFFER_SEGMENT));
	ah(1);
	fill(BUFFER_SEGMENT, 0x43434343);
	call("13/43: write", 0x13, A, edd(0x4300, last + 20, 70, BUFFER_SEGMENT, 2));
	ah(0);
	equal("its count", packet.count, 70);
	fill(BUFFER_SEGMENT, 0);
	call("13/42: what was written", 0x13, A, edd(0x4200, last + 19, 72, BUFFER_SEGMENT, 0));
	holds("untouched before it", pattern(BUFFER_SEGMENT, 0, last + 19, 1));
	equal("first word", peek32(BUFFER_SEGMENT, 512), 0x43434343);
	equal("last word", peek32(BUFFER_SEGMENT, 71 * 512 - 4), 0x43434343);
	holds("untouched behind it", pattern(BUFFER_SEGMENT, 71 * 512, last + 90, 1));
	call("13/43: with verification", 0x13, A, edd(0x4302, last + 20, 2, BUFFER_SEGMENT, 0));
	ah(0);
	call("13/43: beyond the end", 0x13, A, edd(0x4300, 0xfffffff0, 1, BUFFER_SEGMENT, 0));
	ah(1);
}

static void test_extended(void)
{
	call("13/41: extensions", 0x13, A | B | C | D, R(.eax = 0x4100, .ebx = 0x55aa, .edx = DISK));
	carry(false);
	equal("BX", out.ebx & 0xffff, 0xaa55);
	holds("access by packet", out.ecx & 1);
	holds("version 1.x or later", (out.eax >> 8 & 0xff) >= 0x01);
	call("13/41: without 55AA", 0x13, A, R(.eax = 0x4100, .ebx = 0x1234, .edx = DISK));
	ah(1);
	call("13/42: one sector", 0x13, A, edd(0x4200, 4321, 1, BUFFER_SEGMENT, 0));
	ah(0);
	equal("its count", packet.count, 1);
	holds("what is on the disk", pattern(BUFFER_SEGMENT, 0, 4321, 1));
	call("13/42: 127 sectors", 0x13, A, edd(0x4200, 5000, 127, BUFFER_SEGMENT, 0));
	ah(0);
	equal("its count", packet.count, 127);
	holds("what is on the disk", pattern(BUFFER_SEGMENT, 0, 5000, 127));
	call("13/42: an odd address", 0x13, A, edd(0x4200, 200, 4, BUFFER_SEGMENT, 0x8001));
	ah(0);
	holds("what is on the disk", pattern(BUFFER_SEGMENT, 0x8001, 200, 4));
	call("13/42: no sectors", 0x13, A, edd(0x4200, 200, 0, BUFFER_SEGMENT, 0));
	ah(0);
	call("13/42: beyond the end", 0x13, A, edd(0x4200, 0x7fffffff, 1, BUFFER_SEGMENT, 0));
	ah(1);
	equal("its count", packet.count, 0);
	edd(0x4200, 0, 1, BUFFER_SEGMENT, 0);
	packet.lba_high = 1;
	call("13/42: 2^32", 0x13, A, R(.eax = 0x4200, .edx = DISK, .esi = near(&packet)));
	ah(1);
	edd(0x4200, 0, 1, BUFFER_SEGMENT, 0);
	packet.size = 15;
	call("13/42: a packet too small", 0x13, A, R(.eax = 0x4200, .edx = DISK, .esi = near(&packet)));
	ah(1);
	edd(0x4200, 700, 3, 0xffff, 0xffff);
	packet.size = 24;
	packet.address = (BUFFER_SEGMENT << 4) + 0x7000;
	call("13/42: a flat 64-bit address", 0x13, A, R(.eax = 0x4200, .edx = DISK, .esi = near(&packet)));
	ah(0);
	holds("what is on the disk", pattern(BUFFER_SEGMENT, 0x7000, 700, 3));
	edd(0x4200, 700, 3, 0xffff, 0xffff);
	packet.size = 24;
	packet.address_high = 1;
	call("13/42: an address above 4 GiB", 0x13, A, R(.eax = 0x4200, .edx = DISK, .esi = near(&packet)));
	ah(1);
	call("13/44: verify", 0x13, A, edd(0x4400, 300, 50, 0, 0));
	ah(0);
	call("13/44: beyond the end", 0x13, A, edd(0x4400, 0x7fffffff, 1, 0, 0));
	ah(1);
	call("13/47: seek", 0x13, A, edd(0x4700, 300, 0, 0, 0));
	ah(0);
	call("13/47: beyond the end", 0x13, A, edd(0x4700, 0x7fffffff, 1, 0, 0));
	ah(1);
}

static void describe(const char *name, uint16_t size)
{
	for (unsigned i = 0; i < sizeof(parameters); i++)
		((uint8_t *)&parameters)[i] = 0xcc;
	parameters.size = size;
	call(name, 0x13, A, R(.eax = 0x4800, .edx = DISK, .esi = near(&parameters)));
}

static void test_parameters(void)
{
	uint8_t sum = 0;

	describe("13/48: version 1", 26);
	ah(0);
	equal("size", parameters.size, 26);
	equal("sector size", parameters.sector_size, 512);
	equal("sectors above 2^32", parameters.sectors_high, 0);
	holds("at least the geometry's sectors", parameters.sectors >= cylinders * heads * track);
	equal("what lies behind", parameters.table, 0xcccccccc);
	describe("13/48: version 2", 30);
	ah(0);
	equal("size", parameters.size, 30);
	equal("what lies behind", parameters.key, 0xcccc);
	describe("13/48: version 3", 66);
	ah(0);
	equal("size", parameters.size, 66);
	equal("key", parameters.key, 0xbedd);
	equal("path size", parameters.path_size, 36);
	equal("host bus", *(uint32_t *)parameters.host_bus, 0x20494350);
	for (unsigned i = 30; i < 66; i++)
		sum += ((uint8_t *)&parameters)[i];
	equal("sum", sum, 0);
	equal("what lies behind", parameters.beyond[0], 0xcc);
	describe("13/48: more room than there is to say", 74);
	ah(0);
	holds("no more than the room", parameters.size <= 74);
	describe("13/48: too small", 25);
	ah(1);
}

// What programs rely on beside the answers: address line 20 and big real mode survive a call, ticks go on.
static void test_surroundings(void)
{
	quiet(0x15, R(.eax = 0x2400));
	call("13/02: with address line 20 closed", 0x13, A, chs(0x0204, 640, BUFFER_SEGMENT, 0));
	ax(4);
	holds("what is on the disk", pattern(BUFFER_SEGMENT, 0, 640, 4));
	quiet(0x15, R(.eax = 0x2402));
	equal("the line, still", out.eax & 0xff, 0);
	quiet(0x15, R(.eax = 0x2401));
	big_real_mode();
	call("13/42: in big real mode", 0x13, A, edd(0x4200, 640, 4, BUFFER_SEGMENT, 0));
	uint32_t word;
	__asm__ volatile("movw %1, %%fs; movl %%fs:0x10000(%2), %0" : "=r"(word) : "r"((uint16_t)0), "r"((BUFFER_SEGMENT - 0x1000) << 4));
	equal("a word above 64 KiB", word, 640 * 128);
	call("13/42: all upper halves stay", 0x13, A, R(.eax = 0xdead4200, .ebx = 0xbeef0001, .ecx = 0x12345678, .edx = 0x9abc0080,
	     .esi = near(&packet), .edi = 0x87654321, .ebp = 0xfedcba98, .es = 0x1234));
	ah(0);
}

// A second disk, whose words count up too, of whatever sector size; the host may have made it read-only.
static void test_second(void)
{
	quiet(0x13, R(.eax = 0x1500, .edx = SECOND));
	if (out.flags & 1)
		return skip("13: no second disk");
	for (unsigned i = 0; i < sizeof(parameters); i++)
		((uint8_t *)&parameters)[i] = 0;
	parameters.size = 30;
	call("second disk 13/48: its sectors", 0x13, A, R(.eax = 0x4800, .edx = SECOND, .esi = near(&parameters)));
	ah(0);
	uint32_t size = parameters.sector_size, last = parameters.sectors - 1;
	holds("of 512 to 4096 bytes", size == 512 || size == 1024 || size == 2048 || size == 4096);
	edd(0x4200, 7, 3, BUFFER_SEGMENT, 1);
	call("second disk 13/42: three sectors, an odd address", 0x13, A, R(.eax = 0x4200, .edx = SECOND, .esi = near(&packet)));
	ah(0);
	holds("what is on the disk", pattern(BUFFER_SEGMENT, 1, 7 * size / 512, 3 * size / 512));
	call("second disk 13/02: sector 2", 0x13, A, R(.eax = 0x0201, .ecx = 2, .edx = SECOND, .es = BUFFER_SEGMENT));
	ax(1);
	holds("what is on the disk", pattern(BUFFER_SEGMENT, 0, size / 512, size / 512));
	fill(BUFFER_SEGMENT, 0x22222222);
	edd(0x4300, last, 1, BUFFER_SEGMENT, 0);
	call("second disk 13/43: its last sector", 0x13, A, R(.eax = 0x4300, .edx = SECOND, .esi = near(&packet)));
	ah(trouble == 'r' ? 3 : 0);
	edd(0x4200, last, 1, BUFFER_SEGMENT, 0);
	call("second disk 13/42: its last sector", 0x13, A, R(.eax = 0x4200, .edx = SECOND, .esi = near(&packet)));
	ah(0);
	equal("its last word", peek32(BUFFER_SEGMENT, size - 4), trouble == 'r' ? (last + 1) * (size / 4) - 1 : 0x22222222);
	edd(0x4200, last, 2, BUFFER_SEGMENT, 0);
	call("second disk 13/42: beyond its end", 0x13, A, R(.eax = 0x4200, .edx = SECOND, .esi = near(&packet)));
	ah(1);
}

// Only on a disk that the host has prepared.
void test_trouble(void)
{
	if (trouble == 'f') {
		call("13/43: a write that the medium does not take", 0x13, A, edd(0x4300, TROUBLE_SECTOR, 1, BUFFER_SEGMENT, 0));
		ah(0x10);
		return;
	}
	if (trouble == 't') // all that the host lets through
		quiet(0x13, edd(0x4200, TROUBLE_SECTOR, 127, BUFFER_SEGMENT, 0));
	call(trouble == 'e' ? "13/42: a sector that cannot be read" : "13/42: a disk that does not answer", 0x13, A,
	     edd(0x4200, TROUBLE_SECTOR, 1, BUFFER_SEGMENT, 0));
	ah(trouble == 'e' ? 0x10 : 0x80);
	equal("its count", packet.count, 0);
	equal("40:74", bda[0x74], trouble == 'e' ? 0x10 : 0x80);
	if (trouble == 't')
		return;
	call("13/00: reset after an error", 0x13, A, R(.edx = DISK));
	ah(0);
	call("13/42: the sector behind it", 0x13, A, edd(0x4200, TROUBLE_SECTOR + 8, 3, BUFFER_SEGMENT, 0));
	ah(0);
	holds("what is on the disk", pattern(BUFFER_SEGMENT, 0, TROUBLE_SECTOR + 8, 3));
}

void test_disk(void)
{
	test_status();
	test_simple();
	test_read();
	test_write();
	test_extended();
	test_parameters();
	test_surroundings();
	test_second();
}
