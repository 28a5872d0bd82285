// cpu.c: see cpu.h.
#include "bios/cpu.h"

#define EFLAGS_ID (1u << 21) // can be flipped where there is a CPUID

static bool has_cpuid(void)
{
	uint32_t before, after;

	__asm__ volatile("pushf; pop %0; mov %0, %1; xor %2, %1; push %1; popf; pushf; pop %1; push %0; popf"
			 : "=&r"(before), "=&r"(after)
			 : "i"(EFLAGS_ID));
	return ((before ^ after) & EFLAGS_ID) != 0;
}

static struct cpuid ask(uint32_t leaf)
{
	struct cpuid r;

	__asm__ volatile("cpuid" : "=a"(r.eax), "=b"(r.ebx), "=c"(r.ecx), "=d"(r.edx) : "a"(leaf), "c"(0));
	return r;
}

struct cpuid cpuid(uint32_t leaf)
{
	if (!has_cpuid() || leaf > ask(leaf & 0x80000000).eax)
		return (struct cpuid){0};
	return ask(leaf);
}

unsigned cpu_physical_bits(void)
{
	uint32_t bits = cpuid(0x80000008).eax & 0xff;

	return bits != 0 ? bits : cpuid(1).edx & 1 << 6 ? 36 : 32; // bit 6: physical address extension
}
