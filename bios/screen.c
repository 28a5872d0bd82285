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

// A piece of a line by one call: switching to 16-bit code and back costs more than what it does there.
static void video_write(const char *text, uint16_t length)
{
	struct bios_regs r = {.eax = 0x0300};

	call16_low(&r, ivt[0x10] >> 16, ivt[0x10]); // where is the cursor?
	r = (struct bios_regs){.eax = 0x1301, .ebx = 7, .ecx = length, .edx = r.edx, .es = SEGMENT_DATA,
			       .ebp = (uintptr_t)text - ROM_BASE};
	call16_low(&r, ivt[0x10] >> 16, ivt[0x10]);
}

void screen_text(const char *text)
{
	char line[LINE];
	unsigned length = 0;

	for (; *text != '\0' && length < LINE - 1; text++) {
		if (*text == '\n')
			line[length++] = '\r';
		line[length++] = *text;
	}
	if (ivt[0x10] != 0 && ivt[0x10] != IVT_FAR(VIDEO_ENTRY))
		video_write(line, length);
	else
		for (unsigned i = 0; i < length; i++)
			serial_put(line[i]);
}

void screen_line(const char *template, ...)
{
	char line[LINE - 4];
	va_list args;
	size_t length;

	va_start(args, template);
	length = format_buffer_list(line, sizeof(line) - 1, template, args);
	va_end(args);
	length = length < sizeof(line) - 2 ? length : sizeof(line) - 2;
	line[length] = '\n';
	line[length + 1] = '\0';
	screen_text(line);
}
