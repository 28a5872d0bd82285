// apic.h: the local APIC of each CPU and the I/O APIC (SDM vol. 3, chapter 11; Intel 82093AA).
#pragma once
#include <stdint.h>
#include "kernel/arch/x86_64/machine/trap.h"

void apic_init(uint64_t ioapic_physical); // boot CPU; maps both
void apic_init_cpu(void);
uint32_t apic_id(void);
void apic_end_of_interrupt(void);
void apic_send(uint32_t lapic_id, unsigned vector);
void apic_send_mask(uint64_t cpus, unsigned vector);
void apic_send_nmi_mask(uint64_t cpus);
void apic_send_init(uint32_t lapic_id);
void apic_send_startup(uint32_t lapic_id, uint32_t page);

// One-shot timer of this CPU; 0 stops it. ticks_per_us comes from clock_init().
void apic_timer_start(uint32_t ticks);
uint32_t apic_timer_count(void); // ticks left
#define APIC_TIMER_MAX 0xffffffffu

// Routes an I/O APIC pin to a vector on a CPU. level: level-triggered, active low (PCI), else edge, active high (ISA).
void ioapic_route(unsigned pin, unsigned vector, uint32_t lapic_id, int level, int masked);
