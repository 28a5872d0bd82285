// log.h: what the floors above core set in the log.
#pragma once
#include <stdbool.h>
#include <stdint.h>

void log_set_clock(int64_t (*clock_ns)(void)); // stamps lines from now on; core has no clock of its own
void log_set_quiet(bool quiet);                // lines go to the ring only: somebody works at the console
void log_break_lock(void);                     // panic: the CPU that held it has stopped; quiet ends too
