// log.h: the debug log on port 0x402 (QEMU: -chardev file,id=d,path=F -device
// isa-debugcon,iobase=0x402,chardev=d). Where nobody listens at that port nothing is formatted. fw_cfg file
// opt/groundup/rom-log: a digit, 0 errors only, 1 (default) also what POST finds, 2 also details.
#pragma once

enum { LOG_ERROR, LOG_INFO, LOG_DEBUG };

// One line each, without its newline.
void log_line(int level, const char *template, ...) __attribute__((format(printf, 2, 3)));
#define log_error(...) log_line(LOG_ERROR, __VA_ARGS__)
#define log_info(...) log_line(LOG_INFO, __VA_ARGS__)
#define log_debug(...) log_line(LOG_DEBUG, __VA_ARGS__)

// Looks for the port, then (with fw_cfg found) for the level.
void log_init(void);
// Prints the line on screen and log, and stops for ever. For what cannot go on.
_Noreturn void fail(const char *template, ...) __attribute__((format(printf, 1, 2)));
// The classic diagnostic port: the stage POST has reached.
#define POST_PORT 0x80
enum {
	POST_START = 0x10,
	POST_SHADOW,
	POST_C,
	POST_MEMORY,
	POST_PCI,
	POST_PLATFORM,
	POST_SMP,
	POST_TABLES,
	POST_VGA,
	POST_DISKS,
	POST_OPTION_ROMS,
	POST_BOOT,
	POST_FAILED = 0xff
};
