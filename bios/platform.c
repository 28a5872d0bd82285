// platform.c: see platform.h. What DOS and every boot sector since find after POST: vectors, BIOS data
// area, 8259, 8254, MC146818.
#include "bios/platform.h"
#include "bios/bda.h"
#include "bios/keyboard.h"
#include "bios/memory.h"
#include "bios/port.h"
#include "bios/regs.h"
#include "kernel/lib/string.h"

#define PIC1 0x20
#define PIC2 0xa0
#define PIT_COMMAND 0x43
#define PIT_TICK 0x40
#define RTC_STATUS_A 0x0a
#define RTC_STATUS_B 0x0b
#define RTC_24_HOURS 2

// Offsets in SEGMENT_CODE. The classic addresses are in entry.S; what is not there is the lone IRET.
#define IRET 0xff53
static const struct {
	uint8_t first, last;
	uint16_t offset;
} vectors[] = {
	{0x00, 0xff, IRET},   {0x02, 0x02, 0xe2c3}, {0x05, 0x05, 0xff54}, {0x08, 0x08, 0xfea5}, {0x09, 0x09, 0xe987},
	{0x0a, 0x0f, 0xef57}, {0x10, 0x10, 0xf065}, {0x11, 0x11, 0xf84d}, {0x12, 0x12, 0xf841}, {0x13, 0x13, 0xe3fe},
	{0x14, 0x14, 0xe739}, {0x15, 0x15, 0xf859}, {0x16, 0x16, 0xe82e}, {0x17, 0x17, 0xefd2}, {0x19, 0x19, 0xe6f2},
	{0x1a, 0x1a, 0xfe6e}, {0x1e, 0x1e, 0xefc7}, {0x40, 0x40, 0xec59},
};
extern uint8_t pnp_header[], pmm_header[]; // in entry.S, writable until chipset_lock_shadow()
extern const uint16_t entry_int18, entry_int70, entry_int74,
    entry_irq_slave; // offsets of those with no classic address

static void set_vectors(void)
{
	for (unsigned i = 0; i < sizeof(vectors) / sizeof(vectors[0]); i++)
		for (unsigned vector = vectors[i].first; vector <= vectors[i].last; vector++)
			ivt[vector] = IVT_FAR(vectors[i].offset);
	for (unsigned vector = 0x70; vector <= 0x77; vector++)
		ivt[vector] = IVT_FAR(entry_irq_slave);
	ivt[0x18] = IVT_FAR(entry_int18);
	ivt[0x70] = IVT_FAR(entry_int70);
	ivt[0x74] = IVT_FAR(entry_int74);
	for (unsigned vector = 0x60; vector <= 0x66; vector++) // free for users: null, and tested for that
		ivt[vector] = 0;
	ivt[0x1d] = ivt[0x41] = ivt[0x46] = 0; // tables that others set
}

// A scratch register that keeps what is written tells a UART.
static bool has_serial(uint16_t port)
{
	out8(port + 7, 0x5a);
	return in8(port + 7) == 0x5a && in8(port + 2) != 0xff;
}

static bool has_parallel(uint16_t port)
{
	out8(port, 0x5a);
	return in8(port) == 0x5a;
}

static void find_ports(void)
{
	static const uint16_t com[4] = {0x3f8, 0x2f8, 0x3e8, 0x2e8}, lpt[3] = {0x378, 0x278, 0x3bc};
	unsigned coms = 0, lpts = 0;

	for (unsigned i = 0; i < 4; i++)
		if (has_serial(com[i]))
			bda.com[coms++] = com[i];
	for (unsigned i = 0; i < 3; i++)
		if (has_parallel(lpt[i]))
			bda.lpt[lpts++] = lpt[i];
	memset(bda.com_timeout, 1, 4); // seconds
	memset(bda.lpt_timeout, 0x14, 4);
	bda.equipment = 0x0026 | coms << 9 | lpts << 14; // 80 x 25 colour, a mouse, an FPU
}

static void init_pic(void)
{
	out8(PIC1, 0x11);
	out8(PIC2, 0x11);
	out8(PIC1 + 1, 0x08);
	out8(PIC2 + 1, 0x70);
	out8(PIC1 + 1, 4);
	out8(PIC2 + 1, 2);
	out8(PIC1 + 1, 1);
	out8(PIC2 + 1, 1);
	out8(PIC1 + 1, 0xb8); // open: timer, keyboard, cascade, floppy's
	out8(PIC2 + 1, 0x8e); // open: clock, mouse, FPU, disks
}

static unsigned from_bcd(uint8_t value)
{
	return (value >> 4) * 10 + (value & 15);
}

// 1193182 / 65536 ticks a second: 18.2065.
void clock_to_ticks(void)
{
	uint32_t seconds = from_bcd(cmos_read(4)) * 3600 + from_bcd(cmos_read(2)) * 60 + from_bcd(cmos_read(0));

	bda.ticks = (uint64_t)seconds * 1193182 >> 16;
	bda.midnight = 0;
}

static void init_clock(void)
{
	cmos_write(RTC_STATUS_A, 0x26);
	cmos_write(RTC_STATUS_B, (cmos_read(RTC_STATUS_B) & 1) | RTC_24_HOURS);
	cmos_read(0x0c); // what is pending goes
	clock_to_ticks();
	out8(PIT_COMMAND, 0x34); // counter 0, rate generator, 65536
	out8(PIT_TICK, 0);
	out8(PIT_TICK, 0);
}

// The byte at `at` makes the sum of `bytes` bytes zero.
void checksum(void *table, unsigned bytes, unsigned at)
{
	uint8_t *byte = table, sum = 0;

	byte[at] = 0;
	for (unsigned i = 0; i < bytes; i++)
		sum += byte[i];
	byte[at] = -sum;
}

void platform_init(void)
{
	checksum(pnp_header, 33, 8);
	checksum(pmm_header, 16, 6);
	memset(&bda, 0, sizeof(bda));
	set_vectors();
	memory_bda();
	bda.key_start = bda.key_head = bda.key_tail = 0x1e;
	bda.key_end = 0x3e;
	bda.key_flags = 0x10; // an enhanced keyboard
	out8(0x92, (in8(0x92) & ~1) | 2);
	init_pic();
	find_ports();
	init_clock();
	keyboard_init();
}
