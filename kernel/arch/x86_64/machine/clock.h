// clock.h: the time-stamp counter as the clock, measured against the ACPI PM timer (3.579545 MHz) or, without one, PIT
// channel 2. Floors above see sched/time.h.
#pragma once
#include <stdint.h>

void clock_init(uint16_t pm_timer_port); // 0: none. Measures TSC and LAPIC timer, 5 ms
int64_t clock_read_ns(void);             // since the TSC was 0: reset
int64_t clock_tsc_to_ns(uint64_t tsc);
uint64_t clock_tsc_khz(void);
uint32_t clock_ns_to_apic_ticks(int64_t ns); // at least 1, at most what the timer holds
int64_t clock_read_rtc_seconds(void);        // CMOS clock, as seconds since 1970 UTC
