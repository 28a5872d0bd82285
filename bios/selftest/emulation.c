// emulation.c: booted from a CD that pretends to be a floppy or a hard disk ("El Torito" 1.0); the host has
// also attached an ordinary disk, which stays 80h beside a floppy and becomes 81h behind a hard disk.
#include "bios/selftest/selftest.h"

#define CD 0xe0
#define REAL_SIGNATURE 0x21444552 // "RED!", word 32 of the ordinary disk

static struct {
	uint8_t size, media, drive, controller;
	uint32_t lba;
	uint16_t device, buffer, segment, sectors;
	uint8_t cylinders_low, sectors_cylinders, heads;
} __attribute__((packed)) packet;
static struct {
	uint8_t size, reserved;
	uint16_t count, offset, segment;
	uint32_t lba, lba_high;
} transfer;

static bool pattern(uint32_t lba, uint32_t count)
{
	for (uint32_t i = 0; i < count * 128; i++)
		if (peek32(BUFFER_SEGMENT, 4 * i) != lba * 128 + i)
			return false;
	return true;
}

static void test_common(uint8_t drive, uint8_t heads, uint8_t track, uint8_t last)
{
	call("El Torito 13/4B01: what was booted", 0x13, A, R(.eax = 0x4b01, .edx = drive, .esi = (uint32_t)&packet));
	carry(false);
	equal("size", packet.size, 0x13);
	equal("drive", packet.drive, drive);
	equal("load segment", packet.segment, 0x07c0);
	equal("sectors", packet.sectors, 1);
	equal("heads", packet.heads, heads - 1);
	equal("sectors a track", packet.sectors_cylinders & 63, track);
	equal("cylinders", packet.cylinders_low, last);
	call("El Torito 13/08: geometry", 0x13, A | B | C | D | DI | ES, R(.eax = 0x0800, .edx = drive));
	carry(false);
	equal("last head", out.edx >> 8 & 0xff, heads - 1);
	equal("sectors a track", out.ecx & 63, track);
	// sector 200 by geometry
	uint32_t cylinder = 200 / track / heads, head = 200 / track % heads;
	call("El Torito 13/02: 40 sectors", 0x13, A, R(.eax = 0x0228, .ecx = cylinder << 8 | (200 % track + 1), .edx = head << 8 | drive,
	     .es = BUFFER_SEGMENT));
	ax(40);
	carry(false);
	holds("what is on the image", pattern(200, 40));
	call("El Torito 13/03: read-only", 0x13, A, R(.eax = 0x0301, .ecx = 1, .edx = drive, .es = BUFFER_SEGMENT));
	ah(3);
	call("El Torito 13/02: a head too far", 0x13, A, R(.eax = 0x0201, .ecx = 1, .edx = heads << 8 | drive, .es = BUFFER_SEGMENT));
	carry(true);
	call("El Torito 13/02: a sector too far", 0x13, A, R(.eax = 0x0201, .ecx = track + 1, .edx = drive, .es = BUFFER_SEGMENT));
	carry(true);
}

static void test_floppy(void)
{
	test_common(0, 2, 18, 79);
	call("El Torito 13/08: a floppy of 1.44 MB", 0x13, A | B | C | D | DI | ES, R(.eax = 0x0800));
	equal("type", out.ebx & 0xff, 4);
	equal("last cylinder", out.ecx >> 8 & 0xff, 79);
	equal("drives", out.edx & 0xff, 1);
	call("El Torito 13/15: a floppy", 0x13, A, R(.eax = 0x1500));
	carry(false);
	equal("AH", out.eax >> 8 & 0xff, 1);
	call("El Torito 11: a floppy", 0x11, A, R(0));
	equal("bit 0", out.eax & 1, 1);
}

static void test_hard_disk(void)
{
	test_common(0x80, 16, 63, 23);
	transfer = (__typeof__(transfer)){.size = 16, .count = 7, .segment = BUFFER_SEGMENT, .lba = 5001};
	call("El Torito 13/42: in the middle of a CD sector", 0x13, A, R(.eax = 0x4200, .edx = 0x80, .esi = (uint32_t)&transfer));
	ah(0);
	holds("what is on the image", pattern(5001, 7));
	begin("El Torito: 40:75 counts the emulated disk");
	equal("disks", bda[0x75], 2);
}

static void test_ordinary(uint8_t drive, const char *name)
{
	call(name, 0x13, A, R(.eax = 0x0201, .ecx = 1, .edx = drive, .es = BUFFER_SEGMENT));
	carry(false);
	equal("its first sector", peek32(BUFFER_SEGMENT, 128), REAL_SIGNATURE);
}

bool test_emulation(void)
{
	quiet(0x13, R(.eax = 0x4b01, .edx = boot_drive, .esi = (uint32_t)&packet));
	if ((out.flags & 1) || packet.media == 0 || packet.media > 4)
		return false;
	if (packet.media == 4)
		test_hard_disk();
	else
		test_floppy();
	test_ordinary(packet.media == 4 ? 0x81 : 0x80, "El Torito: the ordinary disk's number");
	transfer = (__typeof__(transfer)){.size = 16, .count = 1, .segment = BUFFER_SEGMENT, .lba = 16};
	call("El Torito: the CD itself", 0x13, A, R(.eax = 0x4200, .edx = CD, .esi = (uint32_t)&transfer));
	ah(0);
	equal("its name", peek32(BUFFER_SEGMENT, 1), 0x30304443);
	call("El Torito 13/4B00: the end of it", 0x13, A, R(.eax = 0x4b00, .edx = boot_drive, .esi = (uint32_t)&packet));
	carry(false);
	test_ordinary(0x80, "El Torito: the ordinary disk's number afterwards");
	call("El Torito 13/4B01: nothing any more", 0x13, A, R(.eax = 0x4b01, .edx = boot_drive, .esi = (uint32_t)&packet));
	carry(true);
	return true;
}
