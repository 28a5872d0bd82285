// interrupts.c: which C function answers which vector, and what a processor exception of our own prints.
#include "bios/bda.h"
#include "bios/keyboard.h"
#include "bios/log.h"
#include "bios/mouse.h"
#include "bios/regs.h"
#include "bios/rom.h"
#include "kernel/lib/string.h"

void bios_exception(uint32_t *frame);
extern const uint16_t entry_idle, entry_window;

void int11(struct bios_regs *r)
{
	r->ax = bda.equipment;
}

void int12(struct bios_regs *r)
{
	r->ax = bda.memory_kib;
}

static void (*const handlers[])(struct bios_regs *) = {
    [0x08] = keyboard_poll_serial,
    [0x09] = irq1,
    [0x10] = int10,
    [0x11] = int11,
    [0x12] = int12,
    [0x13] = int13,
    [0x14] = int14,
    [0x15] = int15,
    [0x16] = int16,
    [0x17] = int17,
    [0x18] = int18,
    [0x19] = int19,
    [0x1a] = int1a,
    [0x20] = pmm_service,
    [0x70] = irq8,
    [0x74] = irq12,
};

void bios_interrupt(uint32_t vector, struct bios_regs *r)
{
	handlers[vector](r);
}

void call16_int(struct bios_regs *r, uint8_t vector)
{
	call16(r, ivt[vector] >> 16, ivt[vector]);
}

void let_interrupts_in(void)
{
	struct bios_regs r = {.flags = FLAG_INTERRUPT};

	call16(&r, SEGMENT_CODE, entry_window);
}

void wait_interrupt(void)
{
	struct bios_regs r = {0};

	call16(&r, SEGMENT_CODE, entry_idle);
}

// A bug of ours: frame is pushal's registers, the number, perhaps an error code, EIP, CS, flags.
void bios_exception(uint32_t *frame)
{
	fail("BIOS bug: exception %u at %#x %#x, eax %#x ebx %#x ecx %#x edx %#x esi %#x edi %#x", frame[8],
	     frame[9], frame[10], frame[7], frame[4], frame[6], frame[5], frame[1], frame[0]);
}
