// ports.c: INT 14h (serial lines) and INT 17h (printers): the caller names one by its number in the BIOS
// data area.
#include "bios/bda.h"
#include "bios/port.h"
#include "bios/regs.h"
#include "bios/time.h"

#define TIMED_OUT 0x80
#define UART_CLOCK 115200
enum { UART_DATA, UART_INTERRUPTS, UART_LINE_CONTROL = 3, UART_MODEM_CONTROL, UART_LINE_STATUS, UART_MODEM_STATUS };

// Polls until the bits in `mask` are there, at most the time-out that the data area holds (about a second
// each).
static int wait(uint16_t port, uint8_t mask, uint8_t value, uint8_t seconds)
{
	uint64_t deadline = time_us() + seconds * 1000000ull;

	while ((in8(port) & mask) != value)
		if (expired(deadline))
			return 0;
	return 1;
}

static void serial_init(uint16_t port, uint8_t settings)
{
	static const uint16_t rates[8] = {110, 150, 300, 600, 1200, 2400, 4800, 9600};
	uint16_t divisor = UART_CLOCK / rates[settings >> 5];

	out8(port + UART_LINE_CONTROL, 0x80 | (settings & 0x1f));
	out8(port, divisor);
	out8(port + 1, divisor >> 8);
	out8(port + UART_LINE_CONTROL, settings & 0x1f);
	out8(port + UART_INTERRUPTS, 0);
}

void int14(struct bios_regs *r)
{
	uint16_t port = r->dx < 4 ? bda.com[r->dx] : 0;

	if (port == 0)
		return;
	switch (r->ah) {
	case 0x00:
		serial_init(port, r->al);
		r->ah = in8(port + UART_LINE_STATUS);
		r->al = in8(port + UART_MODEM_STATUS);
		break;
	case 0x01:
		if (!wait(port + UART_LINE_STATUS, 0x20, 0x20, bda.com_timeout[r->dx])) {
			r->ah = in8(port + UART_LINE_STATUS) | TIMED_OUT;
			break;
		}
		out8(port, r->al);
		r->ah = in8(port + UART_LINE_STATUS);
		break;
	case 0x02:
		if (!wait(port + UART_LINE_STATUS, 1, 1, bda.com_timeout[r->dx])) {
			r->ah = TIMED_OUT;
			break;
		}
		r->al = in8(port);
		r->ah = in8(port + UART_LINE_STATUS) & 0x1e;
		break;
	case 0x03:
		r->ah = in8(port + UART_LINE_STATUS);
		r->al = in8(port + UART_MODEM_STATUS);
		break;
	}
}

void int17(struct bios_regs *r)
{
	uint16_t port = r->dx < 3 ? bda.lpt[r->dx] : 0;
	int late = 0;

	if (port == 0)
		return;
	if (r->ah == 0x00) {
		out8(port, r->al);
		late = !wait(port + 1, 0x80, 0x80, 1); // not busy
		out8(port + 2, 0x0d);
		out8(port + 2, 0x0c);
	} else if (r->ah == 0x01) {
		out8(port + 2, 0x08);
		out8(port + 2, 0x0c);
	} else if (r->ah != 0x02) {
		return;
	}
	r->ah = ((in8(port + 1) ^ 0x48) & 0xf8) | late;
}
