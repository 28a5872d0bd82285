// log.c: see log.h.
#include "bios/log.h"
#include "bios/fw_cfg.h"
#include "bios/port.h"
#include "bios/screen.h"
#include "kernel/lib/format.h"

#define LOG_PORT 0x402
#define LOG_PRESENT 0xe9 // what the port reads as when somebody listens
#define EXIT_PORT 0xf4
#define EXIT_FAILED 0x55
#define LINE 200

static int log_level = -1;

static void log_write(const char *text)
{
	for (; *text != '\0'; text++)
		out8(LOG_PORT, *text);
}

void log_line(int level, const char *template, ...)
{
	char line[LINE];
	va_list args;

	if (level > log_level)
		return;
	va_start(args, template);
	format_buffer_list(line, sizeof(line), template, args);
	va_end(args);
	log_write("rom: ");
	log_write(line);
	log_write("\n");
}

void log_init(void)
{
	char digit = '0' + LOG_INFO;
	uint32_t size;
	int key;

	if (in8(LOG_PORT) != LOG_PRESENT)
		return;
	key = fw_cfg_find("opt/groundup/rom-log", &size);
	if (key >= 0 && size > 0)
		fw_cfg_read(key, 0, &digit, 1);
	log_level = digit - '0';
}

void fail(const char *template, ...)
{
	char line[LINE];
	va_list args;

	va_start(args, template);
	format_buffer_list(line, sizeof(line), template, args);
	va_end(args);
	log_line(LOG_ERROR, "%s", line);
	screen_line("%s", line);
	out8(POST_PORT, POST_FAILED);
	out8(EXIT_PORT, EXIT_FAILED); // under QEMU with that device: the end, status 171, as our loaders do
	for (;;)
		__asm__ volatile("cli; hlt");
}
