// smp.h: all processors awake, set up alike, and parked.
#pragma once
#include <stdint.h>

#define CPUS_MAX 255
extern uint8_t cpu_apic_ids[CPUS_MAX]; // [0] is the boot processor
extern unsigned cpu_count;

// Sets up this processor and sends the others their start-up interrupts. They come up while POST goes on.
void smp_start(void);
// Until all are parked: cpu_count is final.
void smp_wait(void);
// One of the others, on the shared stack, one at a time (entry.S).
void smp_arrive(void);
