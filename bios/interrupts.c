// interrupts.c: which C function answers which vector, and what a processor exception of our own prints.
#include "bios/bda.h"
#include "bios/log.h"
#include "bios/regs.h"
#include "kernel/lib/string.h"

void bios_exception(uint32_t *frame);

static void (*const handlers[])(struct bios_regs *) = {
	[0x13] = int13,
};

void bios_interrupt(uint32_t vector, struct bios_regs *r)
{
	if (vector < sizeof(handlers) / sizeof(handlers[0]) && handlers[vector] != NULL)
		handlers[vector](r);
}

void call16_int(struct bios_regs *r, uint8_t vector)
{
	call16(r, ivt[vector] >> 16, ivt[vector]);
}

// A bug of ours: frame is pushal's registers, the number, perhaps an error code, EIP, CS, flags.
void bios_exception(uint32_t *frame)
{
	fail("BIOS bug: exception %u at %#x %#x, eax %#x ebx %#x ecx %#x edx %#x esi %#x edi %#x", frame[8], frame[9], frame[10],
	     frame[7], frame[4], frame[6], frame[5], frame[1], frame[0]);
}
