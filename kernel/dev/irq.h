// irq.h: interrupt lines and message-signalled vectors.
#pragma once
#include <stdbool.h>
#include <stdint.h>

struct irq_message { // what a device writes to raise a vector (SDM vol. 3, 11.11)
	uint64_t address;
	uint32_t data;
};

typedef void irq_handler(void *argument); // hard-interrupt context

// Boot or probe time. 0, -EBUSY or -ENOSPC.
int irq_request_isa(unsigned line, irq_handler *handler, void *argument);
int irq_request_message(irq_handler *handler, void *argument, const char *name, struct irq_message *message);
void irq_init(void);

// For /proc/interrupts: the nth user of a vector; false: no more.
bool irq_describe(unsigned index, unsigned *vector, const char **name, uint64_t *count);
