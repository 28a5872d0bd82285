// mouse.c: the PS/2 mouse. Its bytes come by IRQ 12; a packet that is whole goes to the program's handler
// (set by INT 15h C207), which expects four words on the stack: status, x, y, 0. entry.S pushes them when
// `mouse_packet.ready` says so.
#include "bios/mouse.h"
#include "bios/port.h"
#include <stdbool.h>

#define STATUS_PORT 0x64
#define DATA_PORT 0x60
#define FULL 1
#define BUSY 2
#define FROM_MOUSE 0x20
#define TRIES 20000
#define ACKNOWLEDGED 0xfa
#define PACKET_MAX 8
enum { OK = 0, BAD_FUNCTION = 1, BAD_INPUT = 2, NO_ANSWER = 3, NO_HANDLER = 5 };

extern struct { // in entry.S
	uint16_t status, x, y, zero;
	uint32_t handler; // segment << 16 | offset; 0: none
	uint8_t ready;
} mouse_packet;
static uint8_t bytes[PACKET_MAX], count, size = 3;

static int wait(uint8_t mask, uint8_t value)
{
	for (unsigned i = 0; i < TRIES; i++)
		if ((in8(STATUS_PORT) & mask) == value)
			return 1;
	return 0;
}

static int command(uint8_t byte)
{
	if (!wait(BUSY, 0))
		return 0;
	out8(STATUS_PORT, byte);
	return 1;
}

static int receive(uint8_t *byte)
{
	if (!wait(FULL, FULL))
		return 0;
	*byte = in8(DATA_PORT);
	return 1;
}

// To the mouse, which acknowledges each byte.
static int send(uint8_t byte)
{
	uint8_t answer;

	if (!command(0xd4) || !wait(BUSY, 0))
		return 0;
	out8(DATA_PORT, byte);
	return receive(&answer) && answer == ACKNOWLEDGED;
}

// The controller's command byte: bit 1 lets IRQ 12 through, bit 5 switches the mouse's port off.
static void set_interrupt(bool on)
{
	if (command(0x60) && wait(BUSY, 0))
		out8(DATA_PORT, on ? 0x47 : 0x45);
}

static uint8_t reset(struct bios_regs *r)
{
	uint8_t done, id;

	if (!send(0xff) || !receive(&done) || !receive(&id))
		return NO_ANSWER;
	r->bl = done;
	r->bh = id;
	return OK;
}

static uint8_t set_rate(uint8_t index)
{
	static const uint8_t rates[] = {10, 20, 40, 60, 80, 100, 200};

	if (index >= sizeof(rates))
		return BAD_INPUT;
	return send(0xf3) && send(rates[index]) ? OK : NO_ANSWER;
}

static uint8_t extended(struct bios_regs *r)
{
	uint8_t status[3];

	switch (r->bh) {
	case 0:
		if (!send(0xe9) || !receive(&status[0]) || !receive(&status[1]) || !receive(&status[2]))
			return NO_ANSWER;
		r->bl = status[0];
		r->cl = status[1];
		r->dl = status[2];
		return OK;
	case 1: return send(0xe6) ? OK : NO_ANSWER;
	case 2: return send(0xe7) ? OK : NO_ANSWER;
	}
	return BAD_INPUT;
}

static uint8_t get_type(struct bios_regs *r)
{
	uint8_t id;

	if (!send(0xf2) || !receive(&id))
		return NO_ANSWER;
	r->bh = id;
	return OK;
}

static uint8_t set_size(uint8_t wanted)
{
	if (wanted < 1 || wanted > PACKET_MAX)
		return BAD_INPUT;
	size = wanted;
	count = 0;
	return OK;
}

static uint8_t serve(struct bios_regs *r)
{
	switch (r->al) {
	case 0:
		if (r->bh > 1)
			return BAD_INPUT;
		if (r->bh == 1 && mouse_packet.handler == 0)
			return NO_HANDLER;
		return send(r->bh ? 0xf4 : 0xf5) ? OK : NO_ANSWER;
	case 1: return reset(r);
	case 2: return set_rate(r->bh);
	case 3: return r->bh > 3 ? BAD_INPUT : send(0xe8) && send(r->bh) ? OK : NO_ANSWER;
	case 4: return get_type(r);
	case 5: return set_size(r->bh) != OK ? BAD_INPUT : reset(r);
	case 6: return extended(r);
	case 7:
		mouse_packet.handler = (uint32_t)r->es << 16 | r->bx;
		return OK;
	}
	return BAD_FUNCTION;
}

// Bytes that the mouse answers with must not come as interrupts.
void mouse_service(struct bios_regs *r)
{
	set_interrupt(false);
	r->ah = serve(r);
	set_interrupt(mouse_packet.handler != 0);
	count = 0;
	set_carry(r, r->ah != OK);
}

void irq12(struct bios_regs *r)
{
	if ((in8(STATUS_PORT) & (FULL | FROM_MOUSE)) == (FULL | FROM_MOUSE)) {
		bytes[count++] = in8(DATA_PORT);
		if (count >= size) {
			count = 0;
			mouse_packet.status = bytes[0];
			mouse_packet.x = bytes[1];
			mouse_packet.y = bytes[2];
			mouse_packet.ready = mouse_packet.handler != 0;
		}
	}
	out8(0xa0, 0x20);
	out8(0x20, 0x20);
}
