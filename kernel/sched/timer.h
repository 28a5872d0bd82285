// timer.h: the timer floor's inner doors.
#pragma once
#include <stdint.h>
#include "kernel/sched/time.h"

void timer_interrupt(void);               // hard interrupt: fires what is due, asks for the next one
void timer_slice_begins(void);            // a second thread is runnable on this CPU: its current gets a slice end; IRQs off
void time_init(void);                     // reads the wall clock once
