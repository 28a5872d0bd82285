// timer.h: the timer floor's inner doors.
#pragma once
#include <stdint.h>
#include "kernel/sched/time.h"

void timer_interrupt(void);               // hard interrupt: fires what is due, asks for the next one
void timer_slice_begins(uint32_t cpu);    // a second thread became runnable there: its current gets a slice end
void time_init(void);                     // reads the wall clock once
