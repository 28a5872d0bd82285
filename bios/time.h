// time.h: time by the power-management timer (3.579545 MHz, needs no calibration).
#pragma once
#include <stdbool.h>
#include <stdint.h>

// Microseconds since POST; never goes back. Gaps of more than 4.6 s between calls count as less.
uint64_t time_us(void);
// Has the time_us() value `deadline` passed? For loops that poll:  while (!ready) if (expired(deadline))
// return -ETIMEDOUT;
static inline bool expired(uint64_t deadline)
{
	return time_us() >= deadline;
}
void delay_us(uint32_t us);
// The timer's port, once the chipset decodes it.
void time_init(uint16_t port);
