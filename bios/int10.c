// int10.c: INT 10h where there is no video BIOS: text goes to the first serial line, with ANSI sequences
// for the cursor, so that boot loaders can be used on a machine without a screen. With a video BIOS and
// fw_cfg file opt/groundup/rom-serial both get it.
#include "bios/bda.h"
#include "bios/port.h"
#include "bios/regs.h"
#include "bios/screen.h"
#include "kernel/lib/format.h"

static uint32_t video_vector; // the video BIOS, where we stand before it; else 0

void screen_mirror(void)
{
	video_vector = ivt[0x10];
	ivt[0x10] = IVT_FAR(VIDEO_ENTRY);
}

static void text(const char *bytes)
{
	while (*bytes != '\0')
		serial_put(*bytes++);
}

// Where the cursor is after a character, as a video BIOS keeps it at 40:50.
static void put(uint8_t character)
{
	uint8_t *column = &bda.cursor[0].column, *row = &bda.cursor[0].row;

	serial_put(character);
	if (character == '\r')
		*column = 0;
	else if (character == '\n')
		(*row)++;
	else if (character == '\b')
		*column -= *column > 0;
	else if (character != 7 && ++*column == bda.video_columns) {
		*column = 0;
		(*row)++;
	}
	if (*row > bda.video_rows)
		*row = bda.video_rows;
}

static void set_cursor(uint8_t row, uint8_t column)
{
	char sequence[20];

	if (row == bda.cursor[0].row && column == bda.cursor[0].column)
		return;
	bda.cursor[0].row = row;
	bda.cursor[0].column = column;
	format_buffer(sequence, sizeof(sequence), "\033[%u;%uH", row + 1, column + 1);
	text(sequence);
}

// Function 13h: AL bit 0: the cursor moves along, bit 1: attributes lie between the characters.
static void write_string(const struct bios_regs *r)
{
	const uint8_t *from = real_pointer(r->es, r->bp);

	set_cursor(r->dh, r->dl);
	for (unsigned i = 0; i < r->cx; i++)
		put(from[r->al & 2 ? 2 * i : i]);
	if ((r->al & 1) == 0)
		set_cursor(r->dh, r->dl);
}

static void serial_video(struct bios_regs *r)
{
	switch (r->ah) {
	case 0x00:
		set_cursor(0, 0);
		text("\033[2J");
		break;
	case 0x02: set_cursor(r->dh, r->dl); break;
	case 0x06:
	case 0x07:
		if (r->al == 0)
			text("\033[2J");
		break;
	case 0x09:
	case 0x0a: // a character that does not move the cursor
		for (unsigned i = 0; i < r->cx; i++)
			serial_put(r->al);
		for (unsigned i = 0; i < r->cx; i++)
			serial_put('\b');
		break;
	case 0x0e: put(r->al); break;
	case 0x13: write_string(r); break;
	}
}

void int10(struct bios_regs *r)
{
	serial_video(r);
	if (video_vector != 0) {
		call16(r, video_vector >> 16, video_vector);
		return;
	}
	if (r->ah == 0x03) {
		r->cx = bda.cursor_type;
		r->dl = bda.cursor[0].column;
		r->dh = bda.cursor[0].row;
	} else if (r->ah == 0x08) {
		r->ax = 0x0720;
	}
}
