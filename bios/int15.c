// int15.c: INT 15h, system services: memory map, A20, block move, waits, configuration, mouse.
#include "bios/bda.h"
#include "bios/chipset.h"
#include "bios/memory.h"
#include "bios/mouse.h"
#include "bios/port.h"
#include "bios/regs.h"
#include "bios/time.h"
#include "kernel/lib/string.h"

#define E820_SIGNATURE 0x534d4150u // "SMAP"
#define E820_BYTES 20
#define UNSUPPORTED 0x86
#define GATE 0x92
#define GATE_A20 2
#define MIB (1u << 20)
#define BELOW_16M_KIB (15 * 1024)
#define TICK_US 60000 // more than the time between two of the timer's interrupts
#define OLD_LIMIT_KIB (63 * 1024) // what function 88h may say without confusing those who add to 16 bits

static void fails(struct bios_regs *r, uint8_t status)
{
	r->ah = status;
	set_carry(r, 1);
}

static void succeeds(struct bios_regs *r)
{
	r->ah = 0;
	set_carry(r, 0);
}

// EBX: which range comes next. ECX: room, at least 20 bytes.
static void e820(struct bios_regs *r)
{
	struct {
		uint64_t base, length;
		uint32_t type;
	} __attribute__((packed)) entry;
	const struct e820_range *range = &memory_map.range[r->ebx];

	if (r->edx != E820_SIGNATURE || r->ecx < E820_BYTES || r->ebx >= memory_map.count) {
		fails(r, UNSUPPORTED);
		return;
	}
	entry.base = range->base;
	entry.length = range->end - range->base;
	entry.type = range->type;
	memcpy(real_pointer(r->es, r->di), &entry, E820_BYTES);
	r->ebx = r->ebx + 1 < memory_map.count ? r->ebx + 1 : 0;
	r->eax = E820_SIGNATURE;
	r->ecx = E820_BYTES;
	set_carry(r, 0);
}

// KiB of usable RAM from 1 MiB on, below 4 GiB.
static uint32_t extended_kib(void)
{
	for (uint32_t i = 0; i < memory_map.count; i++)
		if (memory_map.range[i].type == E820_RAM && memory_map.range[i].base <= MIB &&
		    memory_map.range[i].end > MIB)
			return (memory_map.range[i].end - MIB) >> 10;
	return 0;
}

static void e801(struct bios_regs *r)
{
	uint32_t kib = extended_kib();

	r->ax = r->cx = kib < BELOW_16M_KIB ? kib : BELOW_16M_KIB;
	r->bx = r->dx = kib < BELOW_16M_KIB ? 0 : (kib - BELOW_16M_KIB) >> 6;
	set_carry(r, 0);
}

static void extended_size(struct bios_regs *r)
{
	uint32_t kib = extended_kib();

	r->ax = kib < OLD_LIMIT_KIB ? kib : OLD_LIMIT_KIB;
	set_carry(r, 0);
}

static void a20(struct bios_regs *r)
{
	uint8_t gate = r->a20 & ~1; // bit 0 would reset the machine

	switch (r->al) {
	case 0: r->a20 = gate & ~GATE_A20; break;
	case 1: r->a20 = gate | GATE_A20; break;
	case 2: r->al = (gate & GATE_A20) != 0; break;
	case 3: r->bx = 3; break; // keyboard controller and port 92
	default: fails(r, UNSUPPORTED); return;
	}
	succeeds(r);
}

static uintptr_t descriptor_base(const uint8_t *descriptor)
{
	return descriptor[2] | descriptor[3] << 8 | descriptor[4] << 16 | (uint32_t)descriptor[7] << 24;
}

// ES:SI: a table of six descriptors; source is the third, target the fourth. CX: words.
static void block_move(struct bios_regs *r)
{
	const uint8_t *table = real_pointer(r->es, r->si);

	if (r->cx > 0x8000) {
		fails(r, 2);
		return;
	}
	memmove((void *)descriptor_base(table + 24), (void *)descriptor_base(table + 16), r->cx * 2);
	succeeds(r);
}

// Interrupt 70h counts the wait down 1024 times a second and then sets bit 7 of the caller's byte.
static void event_wait(struct bios_regs *r)
{
	if (r->al == 1) {
		bda.wait_active = 0;
		cmos_write(0x0b, cmos_read(0x0b) & ~0x40);
	} else if (r->al != 0 || (bda.wait_active & 1)) {
		fails(r, r->al != 0 ? UNSUPPORTED : 0x83);
		return;
	} else {
		bda.wait_flag_address = (uint32_t)r->es << 16 | r->bx;
		bda.wait_us = (uint32_t)r->cx << 16 | r->dx;
		bda.wait_active = 1;
		cmos_write(0x0b, cmos_read(0x0b) | 0x40);
	}
	succeeds(r);
}

void irq8(struct bios_regs *r)
{
	uint8_t cause = cmos_read(0x0c);
	struct bios_regs none = {0};

	if ((cause & 0x40) && (bda.wait_active & 1)) {
		bda.wait_us = bda.wait_us > 976 ? bda.wait_us - 976 : 0;
		if (bda.wait_us == 0) {
			*(uint8_t *)real_pointer(bda.wait_flag_address >> 16, bda.wait_flag_address) |= 0x80;
			bda.wait_active = 0;
			cmos_write(0x0b, cmos_read(0x0b) & ~0x40);
		}
	}
	if ((cause & 0x20) && (cmos_read(0x0b) & 0x20))
		call16_int(&none, 0x4a); // the alarm
	out8(0xa0, 0x20);
	out8(0x20, 0x20);
}

// Long waits let interrupts in, so that no tick is lost.
static void wait(struct bios_regs *r)
{
	uint64_t deadline = time_us() + ((uint32_t)r->cx << 16 | r->dx);

	while (time_us() + TICK_US < deadline && !(in8(0x21) & 1)) // unless the timer is masked
		wait_interrupt();
	while (!expired(deadline))
		__asm__ volatile("pause");
	succeeds(r);
}

// Carry and flags return at once: device busy, device ready, media.
void int15(struct bios_regs *r)
{
	switch (r->ah) {
	case 0x24: a20(r); return;
	case 0x4f: return; // keyboard intercept: the key goes on
	case 0x52:
	case 0x90:
	case 0x91: succeeds(r); return;
	case 0x83: event_wait(r); return;
	case 0x86: wait(r); return;
	case 0x87: block_move(r); return;
	case 0x88: extended_size(r); return;
	case 0xc0:
		r->es = SEGMENT_CODE;
		r->bx = CONFIGURATION_TABLE;
		succeeds(r);
		return;
	case 0xc1:
		r->es = bda.ebda_segment;
		set_carry(r, 0);
		return;
	case 0xc2: mouse_service(r); return;
	}
	if (r->ax == 0xe820)
		e820(r);
	else if (r->ax == 0xe801)
		e801(r);
	else
		fails(r, UNSUPPORTED);
}
