// table_loader.h: QEMU's script that says how to put its ACPI tables into memory (fw_cfg file
// etc/table-loader; QEMU's hw/acpi/bios-linker-loader.c). Pure: memory and files come through the
// operations.
#pragma once
#include <stdint.h>

#define LOADER_FILES_MAX 32
#define LOADER_NAME 56
#define LOADER_COMMAND 128 // bytes of a command
enum { LOADER_ZONE_HIGH = 1, LOADER_ZONE_FSEG = 2 };

struct loader_file {
	char name[LOADER_NAME];
	uint8_t *bytes;
	uint32_t size;
	uint64_t address; // what goes into pointers
};

struct loader {
	// Puts the file `name` into memory of its own: fills in bytes, size, address. 0 or -errno.
	int (*allocate)(struct loader_file *file, uint32_t align, uint8_t zone);
	// Writes `size` bytes into the fw_cfg file `name` at `offset`.
	int (*write)(const char *name, uint32_t offset, const void *bytes, uint32_t size);
	struct loader_file files[LOADER_FILES_MAX];
	unsigned count;
	uint32_t command; // the one that failed
};

// Runs a script of `size` bytes. Every name, offset and length is checked before anything is touched. 0;
// -EINVAL: a command is wrong (loader->command says which; those before it were carried out); what the
// operations return.
int loader_run(struct loader *loader, const uint8_t *script, uint32_t size);
const struct loader_file *loader_find(const struct loader *loader, const char *name);
