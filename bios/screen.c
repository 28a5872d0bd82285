// screen.c: see screen.h.
#include "bios/screen.h"
#include "bios/bda.h"
#include "bios/port.h"
#include "bios/regs.h"
#include "kernel/lib/format.h"

#define LINE 200
#define LINE_STATUS 5
#define CAN_SEND 0x20
#define SEND_TRIES 10000

bool screen_has_video(void)
{
	return ivt[0x10] != 0 && ivt[0x10] != IVT_FAR(VIDEO_ENTRY);
}

void serial_put(char character)
{
	uint16_t port = bda.com[0];

	if (port == 0)
		return;
	for (unsigned i = 0; i < SEND_TRIES && (in8(port + LINE_STATUS) & CAN_SEND) == 0; i++)
		;
	out8(port, character);
}

static void put(char character)
{
	struct bios_regs r = {.eax = 0x0e00 | (uint8_t)character, .ebx = 7};

	if (ivt[0x10] != 0)
		call16_int(&r, 0x10);
}

void screen_text(const char *text)
{
	for (; *text != '\0'; text++) {
		if (*text == '\n')
			put('\r');
		put(*text);
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
