// cpu.h: what the processor says of itself. Processors without CPUID are 486s.
#pragma once
#include <stdbool.h>
#include <stdint.h>

struct cpuid {
	uint32_t eax, ebx, ecx, edx;
};

// CPUID leaf; all zeros where the processor does not have it.
struct cpuid cpuid(uint32_t leaf);
unsigned cpu_physical_bits(void);
