// bios.h: BIOS calls from long mode. One at a time; pointers for the BIOS must lie below 1 MiB.
#pragma once
#include <stdint.h>

struct bios_registers {
	uint32_t eax, ebx, ecx, edx, esi, edi;
	uint32_t es;    // segment; DS is 0
	uint32_t carry; // after the call
};
_Static_assert(sizeof(struct bios_registers) == 32, "stage2.S reserves 8 words");

extern struct bios_registers bios;
extern uint32_t bios_drive; // the number stage 1 was started from

// INT `vector` with the registers in `bios`, which then holds the registers after it.
void bios_call(uint8_t vector);

struct boot_info;
int vbe_screen(struct boot_info *info) __attribute__((weak)); // 1: it set the mode that video=WIDTHxHEIGHT asks for (house only)
