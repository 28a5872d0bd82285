// uart16550.c: serial ports with the 16550's FIFOs (PC16550D data sheet).
//
// A spinlock (irqsave) guards each port's registers. Received bytes go up from the interrupt. Output goes 16 bytes at a time into
// the empty FIFO; when it is not empty, the transmit interrupt is switched on and the terminal told to come back. The log writes
// by polling, for a bounded time, so that a stuck host cannot stop the kernel.
#include "drivers/char/uart16550.h"
#include "kernel/arch/x86_64/cpu/atomic.h"
#include "kernel/arch/x86_64/cpu/port.h"
#include "kernel/core/printk.h"
#include "kernel/core/trace.h"
#include "kernel/dev/irq.h"
#include "kernel/dev/terminal.h"
#include "kernel/sync/spinlock.h"

enum { DATA = 0, INTERRUPT_ENABLE = 1, FIFO_CONTROL = 2, LINE_CONTROL = 3, MODEM_CONTROL = 4, LINE_STATUS = 5, SCRATCH = 7 };
#define ENABLE_RECEIVE 1u
#define ENABLE_TRANSMIT 2u
#define STATUS_DATA 0x01u
#define STATUS_TRANSMIT_EMPTY 0x20u
#define FIFO_SIZE 16u
#define POLLS_MAX 200000u
#define TURNS_MAX 16u // of one interrupt
#define PORTS 4u

struct uart {
	struct terminal_port terminal;
	struct spinlock lock;
	uint16_t base;
	uint8_t line, interrupt_enable;
	bool present;
};

static struct uart uarts[PORTS] = {
	{.terminal.name = "ttyS0", .lock = SPINLOCK_INIT("uart"), .base = 0x3f8, .line = 4},
	{.terminal.name = "ttyS1", .lock = SPINLOCK_INIT("uart"), .base = 0x2f8, .line = 3},
	{.terminal.name = "ttyS2", .lock = SPINLOCK_INIT("uart"), .base = 0x3e8, .line = 4},
	{.terminal.name = "ttyS3", .lock = SPINLOCK_INIT("uart"), .base = 0x2e8, .line = 3},
};

static size_t uart_write(struct terminal_port *port, const char *bytes, size_t count)
{
	struct uart *uart = (struct uart *)port;
	size_t done = 0;
	unsigned long state = spin_lock_irqsave(&uart->lock);

	while (done < count && (inb(uart->base + LINE_STATUS) & STATUS_TRANSMIT_EMPTY) != 0) {
		size_t piece = count - done < FIFO_SIZE ? count - done : FIFO_SIZE;
		TRACE("UART: bytes into its FIFO", piece);
		outsb(uart->base + DATA, bytes + done, piece);
		done += piece;
	}
	if (done < count && (uart->interrupt_enable & ENABLE_TRANSMIT) == 0)
		outb(uart->base + INTERRUPT_ENABLE, uart->interrupt_enable |= ENABLE_TRANSMIT);
	spin_unlock_irqrestore(&uart->lock, state);
	return done;
}

static void set_receive(struct uart *uart, bool on)
{
	unsigned long state = spin_lock_irqsave(&uart->lock);

	uart->terminal.paused = !on;
	uart->interrupt_enable = (uint8_t)((uart->interrupt_enable & ~ENABLE_RECEIVE) | (on ? ENABLE_RECEIVE : 0));
	outb(uart->base + INTERRUPT_ENABLE, uart->interrupt_enable);
	spin_unlock_irqrestore(&uart->lock, state);
}

static void uart_resume(struct terminal_port *port)
{
	set_receive((struct uart *)port, true);
}

// Bytes that the terminal will take; with none, the receive interrupt is off and the FIFO, once full, holds the sender back.
static size_t room(struct uart *uart)
{
	struct terminal_port *port = &uart->terminal;
	size_t count = port->room != NULL ? port->room(port) : SIZE_MAX;

	if (count != 0)
		return count;
	set_receive(uart, false);
	count = port->room(port);
	if (count != 0)
		set_receive(uart, true);
	return count;
}

static void uart_service(struct uart *uart)
{
	char bytes[64];
	size_t count = 0, limit = room(uart);

	spin_lock(&uart->lock);
	while (count < sizeof(bytes) && count < limit && (inb(uart->base + LINE_STATUS) & STATUS_DATA) != 0)
		bytes[count++] = (char)inb(uart->base + DATA);
	bool ready = (uart->interrupt_enable & ENABLE_TRANSMIT) != 0 &&
		     (inb(uart->base + LINE_STATUS) & STATUS_TRANSMIT_EMPTY) != 0;
	if (ready)
		outb(uart->base + INTERRUPT_ENABLE, uart->interrupt_enable &= (uint8_t)~ENABLE_TRANSMIT);
	spin_unlock(&uart->lock);
	if (count != 0 && uart->terminal.receive != NULL)
		uart->terminal.receive(&uart->terminal, bytes, count);
	if (ready && uart->terminal.writable != NULL)
		uart->terminal.writable(&uart->terminal);
}

// COM1 and COM3 share a line, COM2 and COM4 the other: each interrupt asks both. The line is edge-triggered, so a port is
// served until it has nothing more to say, or made to say it again.
static void uart_interrupt(void *argument)
{
	struct uart *first = argument;

	for (unsigned number = (unsigned)(first - uarts); number < PORTS; number += 2)
		for (unsigned turns = 0; uarts[number].present; turns++) {
			uart_service(&uarts[number]);
			if ((inb(uarts[number].base + FIFO_CONTROL) & 1) != 0) // no interrupt is pending
				break;
			if (turns == TURNS_MAX) { // others want the CPU: lower the line and raise it again
				outb(uarts[number].base + INTERRUPT_ENABLE, 0);
				outb(uarts[number].base + INTERRUPT_ENABLE, uarts[number].interrupt_enable);
				break;
			}
		}
}

static void uart_setup(struct uart *uart)
{
	outb(uart->base + INTERRUPT_ENABLE, 0);
	outb(uart->base + LINE_CONTROL, 0x80); // divisor: 115,200 baud
	outb(uart->base + DATA, 1);
	outb(uart->base + INTERRUPT_ENABLE, 0);
	outb(uart->base + LINE_CONTROL, 3);  // 8 bits, no parity, 1 stop bit
	outb(uart->base + FIFO_CONTROL, 0x87); // on, emptied, interrupt at 8 bytes
	outb(uart->base + MODEM_CONTROL, 0x0b); // DTR, RTS, and the gate of the interrupt line
}

static bool uart_present(struct uart *uart)
{
	outb(uart->base + SCRATCH, 0x5a);
	if (inb(uart->base + SCRATCH) != 0x5a)
		return false;
	outb(uart->base + SCRATCH, 0xa5);
	return inb(uart->base + SCRATCH) == 0xa5;
}

// The log's voice: any context, interrupts off.
static void console_write(const char *bytes, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		unsigned polls = 0;
		while ((inb(uarts[0].base + LINE_STATUS) & STATUS_TRANSMIT_EMPTY) == 0 && polls++ < POLLS_MAX)
			cpu_pause();
		if (bytes[i] == '\n')
			outb(uarts[0].base + DATA, '\r');
		outb(uarts[0].base + DATA, (uint8_t)bytes[i]);
	}
}

void uart16550_early(void)
{
	static struct console console = {console_write, NULL};

	uart_setup(&uarts[0]);
	console_register(&console);
}

void uart16550_init(void)
{
	for (unsigned number = PORTS; number-- > 0;) { // last first: the list is built from its end
		struct uart *uart = &uarts[number];
		uart->present = uart_present(uart);
		if (!uart->present)
			continue;
		if (number != 0)
			uart_setup(uart);
		uart->terminal.write = uart_write;
		uart->terminal.resume = uart_resume;
		terminal_port_register(&uart->terminal);
	}
	for (unsigned number = 0; number < 2; number++)
		if ((uarts[number].present || uarts[number + 2].present) &&
		    irq_request_isa(uarts[number].line, uart_interrupt, &uarts[number]) != 0)
			printk("uart: interrupt line %u is taken\n", uarts[number].line);
	for (unsigned number = 0; number < PORTS; number++)
		if (uarts[number].present)
			outb(uarts[number].base + INTERRUPT_ENABLE, uarts[number].interrupt_enable = ENABLE_RECEIVE);
}
