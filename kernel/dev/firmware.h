// firmware.h: named files that come with the machine (QEMU's fw_cfg), read by a driver and shown by the file systems.
#pragma once
#include <stddef.h>
#include <stdint.h>

struct firmware_file {
	const char *name; // "opt/groundup/cmd"
	const void *bytes;
	size_t size;
	struct firmware_file *next;
};

void firmware_register(struct firmware_file *file); // boot time; lives for ever
struct firmware_file *firmware_first(void);
const void *firmware_find(const char *name, size_t *size); // NULL: none of that name
