// acpi.c: runs QEMU's table loader, and SMBIOS's two files.
#include "bios/fw_cfg.h"
#include "bios/log.h"
#include "bios/layout.h"
#include "bios/memory.h"
#include "bios/platform.h"
#include "bios/table_loader.h"
#include "bios/tables.h"
#include "kernel/lib/string.h"
#include "kernel/uapi/errno.h"

#define ANCHOR_ALIGN 16u
#define SCRIPT_MAX (64u << 10)
#define FILE_MAX (8u << 20)

uint32_t acpi_rsdp;
extern uint8_t anchors[ANCHOR_BYTES]; // in entry.S, on a 16-byte boundary
static unsigned anchors_used;

void *anchor_memory(size_t bytes)
{
	void *place = &anchors[anchors_used];

	if (bytes > ANCHOR_BYTES - anchors_used)
		return NULL;
	anchors_used += (bytes + ANCHOR_ALIGN - 1) & ~(ANCHOR_ALIGN - 1);
	return place;
}

static int allocate(struct loader_file *file, uint32_t align, uint8_t zone)
{
	int key = fw_cfg_find(file->name, &file->size);

	if (key < 0)
		return key;
	if (file->size > FILE_MAX)
		return -EFBIG;
	file->bytes = zone == LOADER_ZONE_FSEG && align <= ANCHOR_ALIGN ? anchor_memory(file->size)
									: memory_high(file->size, align);
	file->address = (uintptr_t)file->bytes;
	return file->bytes == NULL ? -ENOMEM : fw_cfg_read(key, 0, file->bytes, file->size);
}

static int write(const char *name, uint32_t offset, const void *bytes, uint32_t size)
{
	uint32_t room;
	int key = fw_cfg_find(name, &room);

	if (key < 0)
		return key;
	if (offset > room || size > room - offset)
		return -EINVAL;
	return fw_cfg_write(key, offset, bytes, size);
}

void acpi_publish(void)
{
	static struct loader loader = {.allocate = allocate, .write = write};
	const struct loader_file *rsdp;
	uint8_t *script = (uint8_t *)POST_SCRATCH;
	uint32_t size = 0;
	int key = fw_cfg_find("etc/table-loader", &size), rc;

	if (key < 0)
		return;
	rc = size > SCRIPT_MAX ? -EFBIG : fw_cfg_read(key, 0, script, size);
	if (rc == 0)
		rc = loader_run(&loader, script, size);
	if (rc != 0) {
		log_error("ACPI: the table loader stops at command %u: error %d", loader.command, -rc);
		return;
	}
	rsdp = loader_find(&loader, "etc/acpi/rsdp");
	acpi_rsdp = rsdp != NULL ? rsdp->address : 0;
	log_info("ACPI: %u files, root pointer at %#x", loader.count, acpi_rsdp);
}
