// reschedule.h: the scheduler's entry for preempt_enable(), set by sched before the second thread exists.
#pragma once
extern void (*preempt_reschedule)(void);
