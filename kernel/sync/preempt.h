// preempt.h: preemption off means that this thread stays on this CPU. It is also the RCU read side: a grace period ends
// when every CPU has passed schedule(), idle or user mode.
#pragma once

void preempt_disable(void);
void preempt_enable(void); // reschedules when that was asked for meanwhile

static inline void rcu_read_lock(void)
{
	preempt_disable();
}

static inline void rcu_read_unlock(void)
{
	preempt_enable();
}
