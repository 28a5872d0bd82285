// machine.h: bringing processors up: descriptors, control registers, system-call entry, start of the other CPUs.
#pragma once
#include <stdbool.h>
#include <stdint.h>
#include "kernel/arch/x86_64/cpu/percpu.h"

struct machine_cpu { // what only this floor knows of a CPU
	uint64_t gdt[10] __attribute__((aligned(16)));
	struct __attribute__((packed)) {
		uint32_t reserved0;
		uint64_t rsp0, rsp1, rsp2, reserved1;
		uint64_t ist[7];
		uint64_t reserved2;
		uint16_t reserved3, iomap;
	} tss;
	void *interrupt_stack_top;
	uint64_t timer_deadline; // TSC-independent: LAPIC ticks last programmed
};

extern struct cpu boot_cpu;
extern struct cpu *cpus[]; // by number; CPUS_MAX slots
uint32_t cpus_online(void);
uint64_t machine_online_mask(void);

struct machine_features {
	bool smep, smap, umip, xsave, rdrand;
	uint32_t xsave_size; // bytes of a state area, 512 with FXSAVE only
	uint64_t xsave_mask; // XCR0
};
extern struct machine_features machine_features;

void machine_init_boot(void); // the boot CPU, after the allocator
void machine_init_cpu(struct cpu *cpu);
// Starts the processors with these LAPIC ids, but the boot CPU's; each runs `entry` on its idle stack.
void machine_start_others(const uint8_t *lapic_ids, uint32_t count, void (*entry)(void));
void machine_set_kernel_stack(void *top); // of the thread that runs now
void machine_delay_us(uint32_t us);       // busy; after clock_init()

// FPU state of user threads (XSAVE or FXSAVE).
void fpu_init_area(void *area);
void fpu_save(void *area);
void fpu_restore(const void *area);
