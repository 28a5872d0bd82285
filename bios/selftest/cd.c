// cd.c: INT 13h on a CD drive: E0h, when there is one.
#include "bios/selftest/selftest.h"

#define CD 0xe0

static struct {
	uint8_t size, reserved;
	uint16_t count, offset, segment;
	uint32_t lba, lba_high;
} packet;
static uint32_t parameters[8];

static struct registers edd(uint16_t ax, uint32_t lba, uint16_t count)
{
	packet = (__typeof__(packet)){.size = 16, .count = count, .segment = BUFFER_SEGMENT, .lba = lba};
	return R(.eax = ax, .edx = CD, .esi = (uint32_t)&packet);
}

void test_cd(void)
{
	quiet(0x13, R(.eax = 0x4100, .ebx = 0x55aa, .edx = CD));
	if (out.flags & 1)
		return skip("13: no CD drive");
	call("CD 13/41: extensions", 0x13, A | B | C | D, R(.eax = 0x4100, .ebx = 0x55aa, .edx = CD));
	equal("BX", out.ebx & 0xffff, 0xaa55);
	equal("access, locking, parameters", out.ecx & 7, 7);
	call("CD 13/42: the volume descriptor", 0x13, A, edd(0x4200, 16, 1));
	ah(0);
	equal("its name", peek32(BUFFER_SEGMENT, 1), 0x30304443); // CD00
	call("CD 13/42: 31 sectors", 0x13, A, edd(0x4200, 1, 31));
	ah(0);
	equal("its count", packet.count, 31);
	equal("the volume descriptor's name", peek32(BUFFER_SEGMENT, 15 * 2048 + 1), 0x30304443);
	call("CD 13/42: beyond the end", 0x13, A, edd(0x4200, 0x7fffffff, 1));
	carry(true);
	equal("its count", packet.count, 0);
	parameters[0] = 30;
	call("CD 13/48: parameters", 0x13, A, R(.eax = 0x4800, .edx = CD, .esi = (uint32_t)parameters));
	ah(0);
	equal("removable, lockable", parameters[0] >> 16 & 0x24, 0x24);
	equal("sector size", parameters[6] & 0xffff, 2048);
	call("CD 13/02: not by cylinder", 0x13, A, R(.eax = 0x0201, .ecx = 1, .edx = CD, .es = BUFFER_SEGMENT));
	carry(true);
	call("CD 13/08: no geometry", 0x13, A | B | C | D | DI | ES, R(.eax = 0x0800, .edx = CD));
	carry(true);
	call("CD 13/43: read-only", 0x13, A, edd(0x4300, 16, 1));
	ah(3);
	call("CD 13/03: read-only", 0x13, A, R(.eax = 0x0301, .ecx = 1, .edx = CD, .es = BUFFER_SEGMENT));
	ah(3);
	call("CD 13/4502: not locked", 0x13, A, R(.eax = 0x4502, .edx = CD));
	ah(0);
	equal("AL", out.eax & 0xff, 0);
	call("CD 13/4500: lock", 0x13, A, R(.eax = 0x4500, .edx = CD));
	ah(0);
	call("CD 13/4502: locked", 0x13, A, R(.eax = 0x4502, .edx = CD));
	equal("AL", out.eax & 0xff, 1);
	call("CD 13/46: locked, so not ejected", 0x13, A, R(.eax = 0x4600, .edx = CD));
	ah(0xb1);
	call("CD 13/4501: unlock", 0x13, A, R(.eax = 0x4501, .edx = CD));
	ah(0);
	call("CD 13/4501: not locked", 0x13, A, R(.eax = 0x4501, .edx = CD));
	ah(0xb0);
	call("CD 13/4503: not there", 0x13, A, R(.eax = 0x4503, .edx = CD));
	ah(1);
	call("CD 13/49: who knows", 0x13, A, R(.eax = 0x4900, .edx = CD));
	ah(6);
	call("CD 13/4B01: not what was booted", 0x13, A, R(.eax = 0x4b01, .edx = CD, .esi = (uint32_t)parameters));
	carry(true);
	call("CD 13/46: eject", 0x13, A, R(.eax = 0x4600, .edx = CD));
	ah(0);
	call("CD 13/42: nothing in it", 0x13, A, edd(0x4200, 16, 1));
	carry(true);
}
