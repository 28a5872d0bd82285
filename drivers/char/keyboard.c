// keyboard.c: PS/2 keyboard behind the 8042 controller, which translates to scan code set 1: a byte a key, bit 7 set on release,
// 0xe0 before the keys that the PC/AT had not. US layout. All state belongs to the interrupt.
#include "drivers/char/consoles.h"
#include <stdbool.h>
#include "kernel/arch/x86_64/cpu/port.h"
#include "kernel/dev/irq.h"
#include "kernel/dev/terminal.h"

#define DATA 0x60
#define STATUS 0x64
#define STATUS_OUTPUT 1u // a byte for us
#define STATUS_INPUT 2u  // the last one we wrote is still there
#define COMMAND_READ_CONFIGURATION 0x20
#define COMMAND_WRITE_CONFIGURATION 0x60
#define COMMAND_ENABLE 0xae
#define CONFIGURATION_INTERRUPT 0x01u
#define CONFIGURATION_DISABLED 0x10u
#define CONFIGURATION_TRANSLATE 0x40u
#define KEYBOARD_ENABLE 0xf4
#define POLLS_MAX 100000u

enum { CONTROL = 0x1d, LEFT_SHIFT = 0x2a, RIGHT_SHIFT = 0x36, CAPS_LOCK = 0x3a, EXTENDED = 0xe0 };

static const char plain[] = "\0\0331234567890-=\177\tqwertyuiop[]\r\0asdfghjkl;'`\0\\zxcvbnm,./\0*\0 ";
static const char shifted[] = "\0\033!@#$%^&*()_+\177\tQWERTYUIOP{}\r\0ASDFGHJKL:\"~\0|ZXCVBNM<>?\0*\0 ";

static struct terminal_port port = {.name = "keyboard", .mirror = true};
static bool shift, control, caps, extended;

static void send(const char *bytes, size_t count)
{
	if (port.receive != NULL)
		port.receive(&port, bytes, count);
}

// Keys that terminals send as sequences (what a VT100 and xterm send).
static void special_key(unsigned code)
{
	static const struct {
		unsigned char code;
		char text[4];
	} keys[] = {{0x48, "[A"}, {0x50, "[B"}, {0x4d, "[C"}, {0x4b, "[D"}, {0x47, "[H"}, {0x4f, "[F"}, {0x53, "[3~"}};

	for (unsigned i = 0; i < sizeof(keys) / sizeof(keys[0]); i++)
		if (keys[i].code == code) {
			char text[4] = {27, keys[i].text[0], keys[i].text[1], keys[i].text[2]};
			send(text, text[3] != 0 ? 4 : 3);
		}
	if (code == 0x1c) // enter of the number pad
		send("\r", 1);
}

static void key(unsigned code, bool release)
{
	if (code == LEFT_SHIFT || code == RIGHT_SHIFT)
		shift = !release;
	else if (code == CONTROL)
		control = !release;
	else if (code == CAPS_LOCK)
		caps ^= !release;
	else if (!release && code < sizeof(plain) - 1) {
		bool letter = plain[code] >= 'a' && plain[code] <= 'z';
		char c = shift != (letter && caps) ? shifted[code] : plain[code];
		if (control)
			c &= 0x1f;
		if (plain[code] != 0)
			send(&c, 1);
	}
}

static void interrupt(void *argument)
{
	for (unsigned i = 0; i < 64 && (inb(STATUS) & STATUS_OUTPUT) != 0; i++) {
		unsigned byte = inb(DATA);
		if (byte == EXTENDED) {
			extended = true;
			continue;
		}
		if (extended && (byte & 0x7f) != CONTROL) {
			if (byte < 0x80)
				special_key(byte);
		} else {
			key(byte & 0x7f, byte >= 0x80);
		}
		extended = false;
	}
}

// The controller takes a byte for `to` when its input is empty. False: it does not answer, there is none.
static bool put(uint16_t to, uint8_t byte)
{
	for (unsigned polls = 0; polls < POLLS_MAX; polls++)
		if ((inb(STATUS) & STATUS_INPUT) == 0) {
			outb(to, byte);
			return true;
		}
	return false;
}

void keyboard_init(void)
{
	unsigned polls = 0;

	while ((inb(STATUS) & STATUS_OUTPUT) != 0 && polls++ < 64) // what was typed at the firmware; 0xff: no controller
		inb(DATA);
	if (polls >= 64 || !put(STATUS, COMMAND_ENABLE) || !put(STATUS, COMMAND_READ_CONFIGURATION))
		return;
	for (polls = 0; (inb(STATUS) & STATUS_OUTPUT) == 0 && polls < POLLS_MAX; polls++)
		;
	uint8_t configuration = (inb(DATA) | CONFIGURATION_INTERRUPT | CONFIGURATION_TRANSLATE) & (uint8_t)~CONFIGURATION_DISABLED;
	terminal_port_register(&port);
	irq_request_isa(1, interrupt, NULL);
	put(STATUS, COMMAND_WRITE_CONFIGURATION);
	put(DATA, configuration);
	put(DATA, KEYBOARD_ENABLE); // it answers 0xfa, which is no key
}
