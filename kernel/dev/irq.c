// irq.c: see irq.h. The table is written at probe time, before its vector can be raised; counts are statistics only.
#include "kernel/dev/irq.h"
#include "kernel/arch/x86_64/machine/apic.h"
#include "kernel/arch/x86_64/machine/machine.h"
#include "kernel/arch/x86_64/machine/trap.h"
#include "kernel/sync/spinlock.h"
#include "kernel/uapi/errno.h"

#define MESSAGE_FIRST (VECTOR_DEVICE_FIRST + 16)

static struct {
	irq_handler *handler;
	void *argument;
	const char *name;
	uint64_t count;
} vectors[256];
static struct spinlock irq_lock = SPINLOCK_INIT("irq");
static unsigned next_cpu;

static void interrupt(unsigned vector)
{
	if (vectors[vector].handler == NULL)
		return; // a line nobody asked for
	vectors[vector].count++;
	vectors[vector].handler(vectors[vector].argument);
}

void irq_init(void)
{
	trap_handlers.interrupt = interrupt;
}

int irq_request_isa(unsigned line, irq_handler *handler, void *argument)
{
	unsigned vector = VECTOR_DEVICE_FIRST + line;
	if (line > 15 || vectors[vector].handler != NULL)
		return -EBUSY;
	vectors[vector].argument = argument;
	vectors[vector].name = "ISA";
	vectors[vector].handler = handler;
	ioapic_route(line, vector, apic_id(), 0, 0);
	return 0;
}

int irq_request_message(irq_handler *handler, void *argument, const char *name, struct irq_message *message)
{
	unsigned long state = spin_lock_irqsave(&irq_lock);
	unsigned vector = MESSAGE_FIRST;
	while (vector <= VECTOR_DEVICE_LAST && vectors[vector].handler != NULL)
		vector++;
	if (vector > VECTOR_DEVICE_LAST) {
		spin_unlock_irqrestore(&irq_lock, state);
		return -ENOSPC;
	}
	vectors[vector].argument = argument;
	vectors[vector].name = name;
	vectors[vector].handler = handler;
	uint32_t target = cpus[next_cpu++ % cpus_online()]->lapic_id;
	spin_unlock_irqrestore(&irq_lock, state);
	*message = (struct irq_message){0xfee00000ul | target << 12, vector};
	return 0;
}

bool irq_describe(unsigned index, unsigned *vector, const char **name, uint64_t *count)
{
	for (*vector = VECTOR_DEVICE_FIRST; *vector <= VECTOR_DEVICE_LAST; ++*vector)
		if (vectors[*vector].handler != NULL && index-- == 0) {
			*name = vectors[*vector].name;
			*count = vectors[*vector].count;
			return true;
		}
	return false;
}
