// fw_cfg.c: QEMU's firmware configuration device (docs/specs/fw_cfg.rst of QEMU): a directory of named blobs, read by DMA.
//
// Only names that start with "opt/" are read: those are the user's. The device is trusted to be a device, not to be right: counts
// and sizes are bounded. Runs once, before other processors use it.
#include "drivers/host/fw_cfg.h"
#include <stdbool.h>
#include "kernel/arch/x86_64/cpu/atomic.h"
#include "kernel/arch/x86_64/cpu/port.h"
#include "kernel/core/printk.h"
#include "kernel/dev/firmware.h"
#include "kernel/dev/map.h"
#include "kernel/lib/string.h"
#include "kernel/mm/page.h"
#include "kernel/mm/slab.h"

#define SELECTOR 0x510
#define DATA 0x511
#define DMA_HIGH 0x514
#define DMA_LOW 0x518
#define KEY_SIGNATURE 0u
#define KEY_FEATURES 1u
#define KEY_DIRECTORY 0x19u
#define CONTROL_ERROR 1u
#define CONTROL_READ 2u
#define CONTROL_SELECT 8u
#define FILES_MAX 256u
#define SIZE_MAX_BYTES (512u << 20)
#define POLLS_MAX 100000000u

struct dma { // all big-endian
	uint32_t control, length;
	uint64_t address;
};

struct directory_entry {
	uint32_t size; // big-endian
	uint16_t key;  // big-endian
	uint16_t reserved;
	char name[56];
};
_Static_assert(sizeof(struct directory_entry) == 64, "directory_entry");

static uint64_t physical_of(const void *address) // of memory in the direct map
{
	return page_physical(page_of_address(address)) + (uintptr_t)address % PAGE_SIZE;
}

// Reads the next `size` bytes of the selected blob into physically contiguous memory. False: the device refused.
static bool dma_read(struct dma *dma, uint32_t control, void *to, uint32_t size)
{
	uint64_t at = physical_of(dma);

	dma->control = __builtin_bswap32(control | CONTROL_READ);
	dma->length = __builtin_bswap32(size);
	dma->address = __builtin_bswap64(physical_of(to));
	compiler_barrier();
	outl(DMA_HIGH, __builtin_bswap32((uint32_t)(at >> 32)));
	outl(DMA_LOW, __builtin_bswap32((uint32_t)at)); // starts it; QEMU is done when this returns, hardware might not be
	for (unsigned polls = 0; (READ_ONCE(dma->control) & ~__builtin_bswap32(CONTROL_ERROR)) != 0; polls++) {
		if (polls == POLLS_MAX)
			return false;
		cpu_pause();
	}
	return dma->control == 0;
}

// The blob in one piece of memory, page by page through `bounce`; NULL: no memory, or the device refused.
static void *read_blob(struct dma *dma, char *bounce, uint16_t key, uint32_t size)
{
	char *bytes = size <= SIZE_MAX_BYTES ? map_memory(size + (size == 0)) : NULL;
	uint32_t control = (uint32_t)key << 16 | CONTROL_SELECT;

	for (uint32_t done = 0, piece; bytes != NULL && done < size; done += piece, control = 0) {
		piece = size - done < PAGE_SIZE ? size - done : (uint32_t)PAGE_SIZE;
		if (!dma_read(dma, control, bounce, piece))
			return NULL;
		memcpy(bytes + done, bounce, piece);
	}
	return bytes;
}

static void read_file(struct dma *dma, char *bounce, const struct directory_entry *entry)
{
	uint32_t size = __builtin_bswap32(entry->size);
	struct firmware_file *file = kzalloc(sizeof(*file) + sizeof(entry->name) + 1, ALLOC_SLEEP);
	const void *bytes = file != NULL ? read_blob(dma, bounce, __builtin_bswap16(entry->key), size) : NULL;

	if (bytes == NULL) {
		printk("fw_cfg: cannot read %.56s (%u bytes)\n", entry->name, size);
		kfree(file);
		return;
	}
	memcpy(file + 1, entry->name, sizeof(entry->name));
	file->name = (const char *)(file + 1);
	file->bytes = bytes;
	file->size = size;
	firmware_register(file);
}

static bool device_there(void)
{
	char signature[4], features;

	outw(SELECTOR, KEY_SIGNATURE);
	insb(DATA, signature, sizeof(signature));
	if (memcmp(signature, "QEMU", 4) != 0)
		return false;
	outw(SELECTOR, KEY_FEATURES);
	insb(DATA, &features, 1); // little-endian, the first byte has the bits
	return (features & 2) != 0;
}

void fw_cfg_init(void)
{
	uint32_t count = 0;

	if (!device_there())
		return;
	struct page *page = page_alloc(1, ALLOC_SLEEP); // the command, and a page to read into
	struct directory_entry *entries = kmalloc(FILES_MAX * sizeof(*entries), ALLOC_SLEEP);
	if (page != NULL && entries != NULL) {
		outw(SELECTOR, KEY_DIRECTORY);
		insb(DATA, &count, sizeof(count));
		count = __builtin_bswap32(count);
		count = count < FILES_MAX ? count : FILES_MAX;
		insb(DATA, entries, count * sizeof(*entries));
		for (uint32_t i = 0; i < count; i++) {
			entries[i].name[sizeof(entries[i].name) - 1] = 0;
			if (strncmp(entries[i].name, "opt/", 4) == 0)
				read_file(page_address(page), (char *)page_address(page) + PAGE_SIZE, &entries[i]);
		}
	}
	kfree(entries);
	if (page != NULL)
		page_put(page);
}
