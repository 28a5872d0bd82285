// smbios.c: System Management BIOS tables (DMTF DSP0134). QEMU has made all of them but "BIOS information",
// which is about us.
#include "bios/fw_cfg.h"
#include "bios/log.h"
#include "bios/memory.h"
#include "bios/platform.h"
#include "bios/tables.h"
#include "kernel/lib/string.h"

#define TABLES_MAX (1u << 20)
#define TYPE_BIOS 0
#define TYPE_END 127

static const struct {
	uint8_t type, length;
	uint16_t handle;
	uint8_t vendor, version; // numbers of the strings behind
	uint16_t segment;
	uint8_t date, rom_size; // 64 KiB * (rom_size + 1)
	uint64_t characteristics;
	uint8_t extension[2], release[4];
	char strings[25];
} __attribute__((packed)) bios_information = {TYPE_BIOS,
					      24,
					      0,
					      1,
					      2,
					      0xe000,
					      3,
					      1,
					      1 << 7 | 1 << 15 | 1 << 16,
					      {1, 4},
					      {0, 1, 0xff, 0xff},
					      "Groundup\0"
					      "0.1\0"
					      "11/22/2026\0"};
#define INFORMATION_BYTES (24 + 9 + 4 + 11 + 1)

struct anchor_21 { // 2.1: 32-bit entry point
	char signature[4];
	uint8_t checksum, length, major, minor;
	uint16_t largest;
	uint8_t revision, formatted[5];
	char intermediate[5];
	uint8_t intermediate_checksum;
	uint16_t bytes;
	uint32_t address;
	uint16_t count;
	uint8_t bcd;
} __attribute__((packed));

struct anchor_30 { // 3.0: 64-bit entry point
	char signature[5];
	uint8_t checksum, length, major, minor, docrev, revision, reserved;
	uint32_t largest;
	uint64_t address;
} __attribute__((packed));

static int make_anchor(uint8_t *anchor, uint32_t size, const uint8_t *tables, uint32_t bytes, unsigned more)
{
	struct anchor_21 *old = (void *)anchor;
	struct anchor_30 *new = (void *)anchor;

	if (size == sizeof(*old) && memcmp(old->signature, "_SM_", 4) == 0 && bytes <= UINT16_MAX) {
		old->address = (uintptr_t)tables;
		old->bytes = bytes;
		old->count += more;
		checksum(old->intermediate, sizeof(*old) - 16, 5);
		checksum(old, sizeof(*old), 4);
		return 1;
	}
	if (size == sizeof(*new) && memcmp(new->signature, "_SM3_", 5) == 0) {
		new->address = (uintptr_t)tables;
		new->largest = bytes;
		checksum(new, sizeof(*new), 5);
		return 1;
	}
	return 0;
}

void smbios_publish(void)
{
	uint32_t anchor_size = 0, size = 0;
	int anchor_key = fw_cfg_find("etc/smbios/smbios-anchor", &anchor_size);
	int key = fw_cfg_find("etc/smbios/smbios-tables", &size);
	uint8_t *anchor, *tables, first = TYPE_END;

	if (anchor_key < 0 || key < 0 || size == 0 || size > TABLES_MAX)
		return;
	anchor = anchor_memory(anchor_size);
	tables = memory_high(size + INFORMATION_BYTES, 16);
	if (anchor == NULL || tables == NULL)
		return;
	fw_cfg_read(anchor_key, 0, anchor, anchor_size);
	fw_cfg_read(key, 0, &first, 1);
	unsigned more = first != TYPE_BIOS ? INFORMATION_BYTES : 0; // -smbios type=0 makes QEMU write that one too
	memcpy(tables, &bios_information, more);
	fw_cfg_read(key, 0, tables + more, size);
	if (make_anchor(anchor, anchor_size, tables, size + more, more != 0))
		log_info("SMBIOS: %u bytes", size + more);
	else
		memset(anchor, 0, anchor_size);
}
