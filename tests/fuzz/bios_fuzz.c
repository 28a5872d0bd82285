// bios_fuzz.c: libFuzzer target of what the ROM believes from outside: option ROM headers, the ACPI table loader's script, fw_cfg's
// directory, the boot order. The first byte says which.
//   clang -g -O1 -fsanitize=fuzzer,address,undefined -I. tests/fuzz/bios_fuzz.c bios/rom_parse.c bios/table_loader.c
//     bios/fw_cfg_parse.c bios/boot_order.c -o bios_fuzz && ./bios_fuzz
#include <stdlib.h>
#include <string.h>
#include "bios/boot.h"
#include "bios/fw_cfg.h"
#include "bios/rom.h"
#include "bios/table_loader.h"

static uint8_t memory[LOADER_FILES_MAX][64];
static unsigned next;

static int allocate(struct loader_file *file, uint32_t align, uint8_t zone)
{
	file->bytes = memory[next++ % LOADER_FILES_MAX];
	file->size = 1 + (uint8_t)file->name[0] % 64;
	file->address = 0x1000 * next;
	return 0;
}

static int write(const char *name, uint32_t offset, const void *bytes, uint32_t size)
{
	volatile uint8_t sum = strlen(name);

	while (size-- > 0)
		sum += ((const uint8_t *)bytes)[size];
	return 0;
}

static void rom(const uint8_t *data, size_t size)
{
	struct rom_image image;

	if (rom_parse(&image, data, size) == 0)
		rom_sum_is_zero(data, image.size);
}

static void script(const uint8_t *data, size_t size)
{
	static struct loader loader;

	memset(&loader, 0, sizeof(loader));
	loader.allocate = allocate;
	loader.write = write;
	next = 0;
	loader_run(&loader, data, size);
}

static void order(const uint8_t *data, size_t size)
{
	const uint8_t slots[3] = {8, 16, 24};
	char *text = malloc(size + 1);

	memcpy(text, data, size);
	text[size] = '\0';
	for (int drive = -1; drive < 3; drive++)
		boot_order_find(text, slots, 1 + size % 3, drive, 0);
	boot_order_path(text, "HALT");
	free(text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fw_cfg_file file;

	if (size == 0)
		return 0;
	switch (data[0] % 4) {
	case 0: rom(data + 1, size - 1); break;
	case 1: script(data + 1, size - 1); break;
	case 2: order(data + 1, size - 1); break;
	case 3:
		if (size > 64)
			fw_cfg_parse(&file, data + 1);
	}
	return 0;
}
