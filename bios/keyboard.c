// keyboard.c: the PS/2 keyboard (IRQ 1, scan code set 1) into the ring at 40:1E, and INT 16h out of it.
//
// A key is a word: scan code << 8 | character. Keys of the extended keyboard have E0 as character or as
// scan code; functions 00-02, which are older than that keyboard, see them as the old keys or not at all.
// Where there is no video, characters from the first serial line are keys too.
#include "bios/keyboard.h"
#include "bios/bda.h"
#include "bios/chipset.h"
#include "bios/port.h"
#include "bios/regs.h"
#include "kernel/lib/string.h"

#define STATUS_PORT 0x64
#define DATA_PORT 0x60
#define STATUS_FULL 1
#define STATUS_BUSY 2
#define TRIES 10000
#define PREFIX_E0 2  // key_leds: the last byte was E0, E1
#define PREFIX_E1 1
#define RELEASED 0x80
enum { RIGHT_SHIFT = 1, LEFT_SHIFT = 2, CTRL = 4, ALT = 8, SCROLL = 0x10, NUM = 0x20, CAPS = 0x40, INSERT = 0x80 };
#define SERIAL_BURST 16 // characters a tick

// By scan code from 00 to 39.
static const char plain[] = "\0\0331234567890-=\b\tqwertyuiop[]\r\0asdfghjkl;'`\0\\zxcvbnm,./\0*\0 ";
static const char shifted[] = "\0\033!@#$%^&*()_+\b\0QWERTYUIOP{}\r\0ASDFGHJKL:\"~\0|ZXCVBNM<>?\0*\0 ";
// The keypad, 47 to 53.
static const char keypad_digits[] = "789-456+1230.";
static const uint8_t keypad_ctrl[] = {0x77, 0x8d, 0x84, 0x8e, 0x73, 0x8f, 0x74, 0x90, 0x75, 0x91, 0x76, 0x92, 0x93};

static uint16_t ring_next(uint16_t at)
{
	return at + 2 >= bda.key_end ? bda.key_start : at + 2;
}

static uint16_t *ring_word(uint16_t at)
{
	return real_pointer(0x40, at);
}

int keyboard_put(uint16_t key)
{
	uint16_t next = ring_next(bda.key_tail);

	if (next == bda.key_head)
		return 0;
	*ring_word(bda.key_tail) = key;
	bda.key_tail = next;
	return 1;
}

static uint16_t control_key(uint8_t code, char letter)
{
	if (letter >= 'a' && letter <= 'z')
		return code << 8 | (letter & 0x1f);
	switch (code) {
	case 0x01: return 0x011b;
	case 0x03: return 0x0300;
	case 0x07: return 0x071e;
	case 0x0c: return 0x0c1f;
	case 0x0e: return 0x0e7f;
	case 0x0f: return 0x9400;
	case 0x1a: return 0x1a1b;
	case 0x1b: return 0x1b1d;
	case 0x1c: return 0x1c0a;
	case 0x2b: return 0x2b1c;
	case 0x37: return 0x9600;
	case 0x39: return 0x3920;
	}
	return 0;
}

static uint16_t alt_key(uint8_t code)
{
	if (code >= 0x02 && code <= 0x0d) // digits, - and =
		return (code + 0x76) << 8;
	return code == 0x39 ? 0x3920 : code == 0x0f ? 0xa500 : code << 8;
}

static uint16_t main_key(uint8_t code, uint16_t flags)
{
	char letter = plain[code];
	bool shift = (flags & (LEFT_SHIFT | RIGHT_SHIFT)) != 0;

	if (letter == '\0')
		return 0;
	if (flags & ALT)
		return alt_key(code);
	if (flags & CTRL)
		return control_key(code, letter);
	if (letter >= 'a' && letter <= 'z' && (flags & CAPS))
		shift = !shift;
	return code << 8 | (uint8_t)(shift ? shifted[code] : letter);
}

// F1 to F10, F11, F12: rows of ten, of two.
static uint16_t function_key(uint8_t code, uint16_t flags)
{
	unsigned row = flags & ALT ? 3 : flags & CTRL ? 2 : flags & (LEFT_SHIFT | RIGHT_SHIFT) ? 1 : 0;
	static const uint8_t first[] = {0x3b, 0x54, 0x5e, 0x68};

	return (uint16_t)((code <= 0x44 ? first[row] + code - 0x3bu : 0x85 + 2 * row + code - 0x57) << 8);
}

static uint16_t keypad_key(uint8_t code, uint16_t flags, bool extended)
{
	char digit = keypad_digits[code - 0x47];
	bool numbers = !extended && ((flags & NUM) != 0) != ((flags & (LEFT_SHIFT | RIGHT_SHIFT)) != 0);

	if ((flags & ALT) && !extended && digit >= '0' &&
	    digit <= '9') { // a character by its number: complete when alt goes up
		bda.alt_number = bda.alt_number * 10 + digit - '0';
		return 0;
	}
	if (flags & ALT)
		return extended ? (code + 0x50) << 8 : code << 8;
	if (flags & CTRL)
		return keypad_ctrl[code - 0x47] << 8 | (extended ? 0xe0 : 0);
	if (numbers || digit == '-' || digit == '+')
		return code << 8 | (uint8_t)digit;
	return code << 8 | (extended ? 0xe0 : 0);
}

static uint16_t key_of(uint8_t code, uint16_t flags, bool extended)
{
	if (extended && code == 0x1c)
		return flags & CTRL ? 0xe00a : flags & ALT ? 0xa600 : 0xe00d;
	if (extended && code == 0x35)
		return flags & CTRL ? 0x9500 : flags & ALT ? 0xa400 : 0xe02f;
	if (code <= 0x39)
		return main_key(code, flags);
	if ((code >= 0x3b && code <= 0x44) || code == 0x57 || code == 0x58)
		return function_key(code, flags);
	if (code >= 0x47 && code <= 0x53)
		return keypad_key(code, flags, extended);
	return code == 0x56 ? (flags & (LEFT_SHIFT | RIGHT_SHIFT) ? 0x567c : 0x565c) : 0;
}

// Shift, lock and the like: a bit in the flags each. Returns whether it was one.
static bool modifier(uint8_t code, bool released, bool extended)
{
	uint16_t held = 0, toggles = 0;
	uint8_t right = 0; // key_flags' bit of the right one

	switch (code) {
	case 0x2a: held = extended ? 0 : LEFT_SHIFT; break;
	case 0x36: held = extended ? 0 : RIGHT_SHIFT; break;
	case 0x1d: held = CTRL; right = extended ? 4 : 0; break;
	case 0x38: held = ALT; right = extended ? 8 : 0; break;
	case 0x3a: toggles = CAPS; break;
	case 0x45: toggles = NUM; break;
	case 0x46: toggles = SCROLL; break;
	default: return false;
	}
	if (released && held == ALT && bda.alt_number != 0)
		keyboard_put(bda.alt_number);
	if (held & ALT)
		bda.alt_number = 0;
	if (right == 0 && (held & (CTRL | ALT)) != 0)
		held |= held << 6; // 40:18 has the left ones apart
	if (released) {
		bda.shift_flags &= ~held & ~(toggles << 8);
		bda.key_flags &= ~right;
	} else {
		bda.shift_flags = (bda.shift_flags | held | toggles << 8) ^ toggles;
		bda.key_flags |= right;
	}
	return true;
}

static void scan_code(uint8_t byte)
{
	bool extended = (bda.key_flags & PREFIX_E0) != 0, pause = (bda.key_flags & PREFIX_E1) != 0;
	uint8_t code = byte & ~RELEASED;
	uint16_t key;

	if (byte == 0xe0 || byte == 0xe1) {
		bda.key_flags |= byte == 0xe0 ? PREFIX_E0 : PREFIX_E1;
		return;
	}
	if (pause) { // E1 1D 45: two bytes that mean nothing here
		if (code == 0x45)
			bda.key_flags &= ~PREFIX_E1;
		return;
	}
	bda.key_flags &= ~PREFIX_E0;
	if (modifier(code, byte & RELEASED, extended) || (byte & RELEASED))
		return;
	if (code == 0x53 && (bda.shift_flags & (CTRL | ALT)) == (CTRL | ALT))
		chipset_reset();
	if (code == 0x52 && (bda.shift_flags & (CTRL | ALT | LEFT_SHIFT | RIGHT_SHIFT)) == 0)
		bda.shift_flags ^= INSERT;
	key = key_of(code, bda.shift_flags, extended);
	if (key != 0)
		keyboard_put(key);
}

void irq1(struct bios_regs *r)
{
	uint8_t status = in8(STATUS_PORT), byte = in8(DATA_PORT);
	struct bios_regs intercept = {.eax = 0x4f00 | byte, .flags = FLAG_CARRY};

	if (status & STATUS_FULL) {
		call16_int(&intercept, 0x15); // a program may change the code, or eat it
		if (intercept.flags & FLAG_CARRY)
			scan_code(intercept.al);
	}
	out8(0x20, 0x20);
}

static unsigned code_of(uint8_t character)
{
	for (unsigned code = 1; code < sizeof(plain); code++)
		if (plain[code] == (char)character || shifted[code] == (char)character)
			return code;
	return 0;
}

// The timer's tick, where the serial line is the keyboard.
void keyboard_poll_serial(struct bios_regs *r)
{
	uint16_t port = bda.com[0];

	for (unsigned i = 0; i < SERIAL_BURST && port != 0 && (in8(port + 5) & 1); i++) {
		uint8_t character = in8(port);
		keyboard_put(code_of(character) << 8 | character);
	}
}

static int controller(uint8_t port, uint8_t value)
{
	for (unsigned i = 0; in8(STATUS_PORT) & STATUS_BUSY; i++)
		if (i == TRIES)
			return 0;
	out8(port, value);
	return 1;
}

// The keyboard is on, translated to set 1, its interrupts reach the PIC; the mouse stays off until INT 15h
// C2 asks.
void keyboard_init(void)
{
	if (in8(STATUS_PORT) == 0xff) // there is no controller
		return;
	for (unsigned i = 0; i < 16 && (in8(STATUS_PORT) & STATUS_FULL); i++)
		in8(DATA_PORT);
	if (controller(STATUS_PORT, 0x60))
		controller(DATA_PORT, 0x65);
	bda.key_flags = 0x10;
}

// What the old functions see: the key, changed; 0: nothing.
static uint16_t old_key(uint16_t key)
{
	uint8_t code = key >> 8, character = key;

	if (code == 0xe0)
		return (character == '/' ? 0x3500 : 0x1c00) | character;
	if (character == 0xe0 && code != 0)
		return code << 8;
	return code >= 0x85 ? 0 : key;
}

static bool next_key(uint16_t *key, bool extended)
{
	while (bda.key_head != bda.key_tail) {
		*key = *ring_word(bda.key_head);
		if (!extended)
			*key = old_key(*key);
		if (*key != 0 || extended)
			return true;
		bda.key_head = ring_next(bda.key_head);
	}
	return false;
}

// Waits with interrupts on. entry.S already did, unless what lay there was no key for the old functions.
static void read_key(struct bios_regs *r, bool extended)
{
	uint16_t key;

	while (!next_key(&key, extended))
		wait_interrupt();
	bda.key_head = ring_next(bda.key_head);
	r->ax = key;
}

static void check_key(struct bios_regs *r, bool extended)
{
	uint16_t key;
	bool some = next_key(&key, extended);

	if (some)
		r->ax = key;
	r->flags = (r->flags & ~FLAG_ZERO) | (some ? 0 : FLAG_ZERO);
}

void int16(struct bios_regs *r)
{
	switch (r->ah) {
	case 0x00: read_key(r, false); break;
	case 0x01: check_key(r, false); break;
	case 0x02: r->al = bda.shift_flags; break;
	case 0x03: break; // repeat rate: QEMU's keyboard repeats as the host's does
	case 0x05: r->al = keyboard_put(r->cx) ? 0 : 1; break;
	case 0x09: r->al = 0x30; break; // functions 10 to 12 and 0A are there
	case 0x0a: r->bx = 0x41ab; break; // an MF2 keyboard, translated
	case 0x10:
	case 0x20: read_key(r, true); break;
	case 0x11:
	case 0x21: check_key(r, true); break;
	case 0x12:
	case 0x22:
		r->al = bda.shift_flags;
		r->ah = (bda.shift_flags >> 8 & 0x73) | (bda.key_flags & 0x0c) |
			(bda.shift_flags >> 8 & 4 ? 0x80 : 0);
		break;
	}
}
