// screen.c: see screen.h.
#include "bios/screen.h"
#include "bios/bda.h"
#include "bios/port.h"
#include "bios/regs.h"
#include "kernel/lib/format.h"
#include <stdbool.h>

#define LINE 200
#define COM1 0x3f8
#define LINE_STATUS 5
#define CAN_SEND 0x20
#define SEND_TRIES 10000

// Video without an option ROM: the vector still points into us.
static bool has_video(void)
{
	return ivt[0x10] >> 16 != SEGMENT_CODE && ivt[0x10] != 0;
}

static void serial_put(char character)
{
	for (unsigned i = 0; i < SEND_TRIES && (in8(COM1 + LINE_STATUS) & CAN_SEND) == 0; i++)
		;
	out8(COM1, character);
}

static void video_put(char character)
{
	struct bios_regs r = {.eax = 0x0e00 | (uint8_t)character, .ebx = 7};

	call16_int(&r, 0x10);
}

void screen_text(const char *text)
{
	bool video = has_video();

	for (; *text != '\0'; text++) {
		if (*text == '\n')
			video ? video_put('\r') : serial_put('\r');
		video ? video_put(*text) : serial_put(*text);
	}
}

void screen_line(const char *template, ...)
{
	char line[LINE];
	va_list args;

	va_start(args, template);
	format_buffer_list(line, sizeof(line), template, args);
	va_end(args);
	screen_text(line);
	screen_text("\n");
}
