// regs.h: control registers, model-specific registers, flags, CPUID and descriptor selectors (Intel SDM vol. 3 and 4).
#pragma once
#ifndef __ASSEMBLER__
#include <stdbool.h>
#include <stdint.h>
#define UL(value) value##ul
#else
#define UL(value) value // clang's assembler takes no suffix
#endif

#define SELECTOR_KERNEL_CODE 0x10
#define SELECTOR_KERNEL_DATA 0x18
#define SELECTOR_USER_DATA 0x2b // Linux's numbers: programs and debuggers know them
#define SELECTOR_USER_CODE 0x33
#define SELECTOR_TSS 0x40

#define CR0_MP UL(0x2)
#define CR0_NE UL(0x20)
#define CR0_WP UL(0x10000)
#define CR0_PG UL(0x80000000)
#define CR4_PAE UL(0x20)
#define CR4_PGE UL(0x80)
#define CR4_OSFXSR UL(0x200)
#define CR4_OSXMMEXCPT UL(0x400)
#define CR4_UMIP UL(0x800)
#define CR4_OSXSAVE UL(0x40000)
#define CR4_SMEP UL(0x100000)
#define CR4_SMAP UL(0x200000)

#define MSR_APIC_BASE 0x1b
#define MSR_EFER 0xc0000080
#define MSR_STAR 0xc0000081
#define MSR_LSTAR 0xc0000082
#define MSR_FMASK 0xc0000084
#define MSR_FS_BASE 0xc0000100
#define MSR_GS_BASE 0xc0000101
#define MSR_KERNEL_GS_BASE 0xc0000102
#define EFER_SCE UL(0x1)
#define EFER_LME UL(0x100)
#define EFER_NXE UL(0x800)

#define FLAGS_TF UL(0x100)
#define FLAGS_IF UL(0x200)
#define FLAGS_DF UL(0x400)
#define FLAGS_NT UL(0x4000)
#define FLAGS_RF UL(0x10000)
#define FLAGS_AC UL(0x40000)
#define FLAGS_USER_MASK UL(0x240dd5) // what a program may change: CF PF AF ZF SF TF DF OF RF AC ID

#ifndef __ASSEMBLER__
#define CPU_REGISTER(name, instruction)                                                                           \
	static inline uint64_t read_##name(void)                                                                       \
	{                                                                                                              \
		uint64_t value;                                                                                        \
		__asm__ volatile("mov %%" #name ", %0" : "=r"(value)::"memory");                                       \
		return value;                                                                                          \
	}                                                                                                              \
	static inline void write_##name(uint64_t value)                                                                \
	{                                                                                                              \
		__asm__ volatile("mov %0, %%" #name ::"r"(value) : "memory");                                          \
	}
CPU_REGISTER(cr0, )
CPU_REGISTER(cr2, )
CPU_REGISTER(cr3, )
CPU_REGISTER(cr4, )
#undef CPU_REGISTER

static inline uint64_t read_msr(uint32_t index)
{
	uint32_t low, high;
	__asm__ volatile("rdmsr" : "=a"(low), "=d"(high) : "c"(index) : "memory");
	return (uint64_t)high << 32 | low;
}

static inline void write_msr(uint32_t index, uint64_t value)
{
	__asm__ volatile("wrmsr" ::"c"(index), "a"((uint32_t)value), "d"((uint32_t)(value >> 32)) : "memory");
}

static inline uint64_t read_flags(void)
{
	uint64_t flags;
	__asm__ volatile("pushfq\n\tpopq %0" : "=r"(flags)::"memory");
	return flags;
}

static inline bool interrupts_enabled(void)
{
	return (read_flags() & FLAGS_IF) != 0;
}

static inline void interrupts_disable(void)
{
	__asm__ volatile("cli" ::: "memory");
}

static inline void interrupts_enable(void)
{
	__asm__ volatile("sti" ::: "memory");
}

static inline unsigned long interrupts_save(void)
{
	unsigned long flags = read_flags();
	interrupts_disable();
	return flags;
}

static inline void interrupts_restore(unsigned long flags)
{
	if (flags & FLAGS_IF)
		interrupts_enable();
}

static inline uint64_t read_tsc(void) // ordered after earlier loads
{
	uint32_t low, high;
	__asm__ volatile("lfence\n\trdtsc" : "=a"(low), "=d"(high)::"memory");
	return (uint64_t)high << 32 | low;
}

struct cpuid {
	uint32_t eax, ebx, ecx, edx;
};

static inline struct cpuid cpuid(uint32_t leaf, uint32_t subleaf)
{
	struct cpuid id;
	__asm__ volatile("cpuid" : "=a"(id.eax), "=b"(id.ebx), "=c"(id.ecx), "=d"(id.edx) : "a"(leaf), "c"(subleaf));
	return id;
}

static inline void invalidate_page(uint64_t address)
{
	__asm__ volatile("invlpg (%0)" ::"r"(address) : "memory");
}

static inline void cpu_halt(void) // with interrupts on; wakes at the next one
{
	__asm__ volatile("sti\n\thlt" ::: "memory");
}
#endif
