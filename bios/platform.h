// platform.h: the AT's own devices and its tables in low memory.
#pragma once

// Interrupt vectors, BIOS data area, EBDA; interrupt controllers, timer, clock, keyboard, serial and
// parallel ports.
void platform_init(void);
// Sets the day's ticks from the clock.
void clock_to_ticks(void);
// Writes the byte at offset `at` of a table so that all its `bytes` bytes add up to zero.
void checksum(void *table, unsigned bytes, unsigned at);
