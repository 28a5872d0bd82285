// pci.c: INT 1Ah B1h: the PCI BIOS (PCI BIOS Specification 2.1).
#include "bios/selftest/selftest.h"

#define GOOD 0x00
#define UNSUPPORTED 0x81
#define BAD_VENDOR 0x83
#define NOT_FOUND 0x86
#define BAD_REGISTER 0x87

void test_pci(void)
{
	call("1A/B101: a PCI BIOS", 0x1a, A | B | C | D | DI | HIGH, R(.eax = 0xb101));
	ah(GOOD);
	equal("EDX", out.edx, 0x20494350);
	equal("version", out.ebx & 0xffff, 0x0210);
	holds("mechanism 1", out.eax & 1);
	call("1A/B108: a byte of 00:00.0", 0x1a, A | C, R(.eax = 0xb108, .edi = 0));
	ah(GOOD);
	equal("CL", out.ecx & 0xff, 0x86);
	call("1A/B109: a word of 00:00.0", 0x1a, A | C, R(.eax = 0xb109, .edi = 0));
	ah(GOOD);
	equal("CX", out.ecx & 0xffff, 0x8086);
	call("1A/B10A: 32 bits of 00:00.0", 0x1a, A | C | HIGH, R(.eax = 0xb10a, .edi = 0));
	ah(GOOD);
	equal("vendor", out.ecx & 0xffff, 0x8086);
	uint32_t host = out.ecx;
	call("1A/B109: an odd word", 0x1a, A | C, R(.eax = 0xb109, .edi = 1));
	ah(BAD_REGISTER);
	call("1A/B10A: not at a multiple of 4", 0x1a, A | C | HIGH, R(.eax = 0xb10a, .edi = 2));
	ah(BAD_REGISTER);
	call("1A/B108: a register too far", 0x1a, A | C, R(.eax = 0xb108, .edi = 256));
	ah(BAD_REGISTER);
	call("1A/B102: find the host bridge", 0x1a, A | B, R(.eax = 0xb102, .ecx = host >> 16, .edx = host & 0xffff));
	ah(GOOD);
	equal("BX", out.ebx & 0xffff, 0);
	call("1A/B102: there is no second one", 0x1a, A | B, R(.eax = 0xb102, .ecx = host >> 16, .edx = host & 0xffff, .esi = 1));
	ah(NOT_FOUND);
	call("1A/B102: vendor FFFF", 0x1a, A | B, R(.eax = 0xb102, .ecx = 0xffff, .edx = 0xffff));
	ah(BAD_VENDOR);
	call("1A/B103: find a host bridge by class", 0x1a, A | B, R(.eax = 0xb103, .ecx = 0x060000));
	ah(GOOD);
	equal("BX", out.ebx & 0xffff, 0);
	call("1A/B103: a class that nobody has", 0x1a, A | B, R(.eax = 0xb103, .ecx = 0x123456));
	ah(NOT_FOUND);
	call("1A/B10B: write a byte", 0x1a, A, R(.eax = 0xb10b, .ecx = 0x00, .edi = 0x0d));
	ah(GOOD);
	call("1A/B10C: write a word", 0x1a, A, R(.eax = 0xb10c, .ecx = 0x0000, .edi = 0x06)); // status: writing 0 changes nothing
	ah(GOOD);
	call("1A/B10C: an odd word", 0x1a, A, R(.eax = 0xb10c, .edi = 0x07));
	ah(BAD_REGISTER);
	call("1A/B10D: write 32 bits", 0x1a, A, R(.eax = 0xb10d, .ecx = host, .edi = 0));
	ah(GOOD);
	call("1A/B10D: not at a multiple of 4", 0x1a, A, R(.eax = 0xb10d, .ecx = host, .edi = 2));
	ah(BAD_REGISTER);
	call("1A/B106: no special cycles", 0x1a, A, R(.eax = 0xb106));
	ah(UNSUPPORTED);
	call("1A/B1FE: not there", 0x1a, A, R(.eax = 0xb1fe));
	ah(UNSUPPORTED);
}
