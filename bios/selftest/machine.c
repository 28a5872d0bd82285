// machine.c: what old programs take for granted: vectors, fixed addresses, equipment, serial and parallel
// ports.
#include "bios/selftest/selftest.h"

static void test_vectors(void)
{
	static const struct {
		uint8_t vector;
		uint16_t offset;
		const char *name;
	} vectors[] = {
		{0x11, 0xf84d, "vector 11 at its classic address"}, {0x12, 0xf841, "vector 12 at its classic address"},
		{0x13, 0xe3fe, "vector 13 at its classic address"}, {0x14, 0xe739, "vector 14 at its classic address"},
		{0x15, 0xf859, "vector 15 at its classic address"}, {0x16, 0xe82e, "vector 16 at its classic address"},
		{0x17, 0xefd2, "vector 17 at its classic address"}, {0x19, 0xe6f2, "vector 19 at its classic address"},
		{0x1a, 0xfe6e, "vector 1A at its classic address"}, {0x08, 0xfea5, "vector 08 at its classic address"},
		{0x09, 0xe987, "vector 09 at its classic address"},
	};
	for (unsigned i = 0; i < sizeof(vectors) / sizeof(*vectors); i++) {
		begin(vectors[i].name);
		equal("it", ivt[vectors[i].vector], 0xf0000000 | vectors[i].offset);
	}
	begin("F000:FFF0 jumps");
	holds("a far or near jump", peek8(0xf000, 0xfff0) == 0xea || peek8(0xf000, 0xfff0) == 0xe9);
	begin("F000:FFF5 is a date");
	holds("two slashes", peek8(0xf000, 0xfff7) == '/' && peek8(0xf000, 0xfffa) == '/');
	begin("F000:FFFE is a PC/AT");
	equal("model", peek8(0xf000, 0xfffe), 0xfc);
	begin("vector 1E: a floppy has 512 bytes a sector");
	equal("code", peek8(ivt[0x1e] >> 16, (ivt[0x1e] & 0xffff) + 3), 2);
	begin("F000:FF53 returns");
	equal("iret", peek8(0xf000, 0xff53), 0xcf);
	begin("all vectors of interrupts lead somewhere");
	for (unsigned i = 0; i < 0x20; i++)
		if (i != 0x1d && i != 0x1f) // tables of the video BIOS
			holds("all of them in a ROM", ivt[i] >> 16 >= 0xc000);
}

static void test_equipment(void)
{
	uint16_t ebda = bda16(0x0e);

	call("11: equipment", 0x11, A, R(.eax = 0x55aaffff));
	ax(bda16(0x10));
	call("12: memory", 0x12, A, R(.eax = 0x55aa0000));
	ax(bda16(0x13));
	holds("600 to 640 KiB", (out.eax & 0xffff) >= 600 && (out.eax & 0xffff) <= 640);
	begin("40:0E is the EBDA behind that memory");
	equal("segment", ebda, bda16(0x13) << 6);
	begin("the EBDA begins with its size");
	equal("KiB", peek8(ebda, 0), 640 - bda16(0x13));
	begin("40:10 knows the serial ports");
	unsigned ports = 0;
	for (unsigned i = 0; i < 4; i++)
		ports += bda16(2 * i) != 0;
	equal("count", bda16(0x10) >> 9 & 7, ports);
}

static void test_serial(void)
{
	if (bda16(0) == 0)
		return skip("14: no serial port");
	call("14/00: 9600 8N1", 0x14, A, R(.eax = 0x00e3));
	equal("ready to send", out.eax >> 8 & 0x60, 0x60);
	call("14/03: status", 0x14, A, R(.eax = 0x0300));
	equal("ready to send", out.eax >> 8 & 0x60, 0x60);
	call("14/01: send", 0x14, A, R(.eax = 0x0100 | '.'));
	equal("AL", out.eax & 0xff, '.');
	equal("no time-out", out.eax >> 15 & 1, 0);
	call("14/02: nothing to receive", 0x14, A, R(.eax = 0x0200));
	equal("time-out", out.eax >> 15 & 1, 1);
	call("14/03: a port that is not there", 0x14, A, R(.eax = 0x0300, .edx = 3));
	call("14/FE: not there", 0x14, A, R(.eax = 0xfe00));
	call("17/02: a printer that is not there", 0x17, A, R(.eax = 0x0200, .edx = 2));
	call("17/01: initialize it", 0x17, A, R(.eax = 0x0100, .edx = 2));
	call("17/00: print on it", 0x17, A, R(.eax = 0x0041, .edx = 2));
}

void test_machine(void)
{
	test_vectors();
	test_equipment();
	test_serial();
}
