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

// Reads `size` bytes of the selected blob into physically contiguous memory. 0 or -EIO.
static int dma_read(struct dma *dma, uint32_t control, void *to, uint32_t size)
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
			return -1;
		cpu_pause();
	}
	return dma->control == 0 ? 0 : -1;
}

static void read_file(struct dma *dma, const struct directory_entry *entry)
{
	uint32_t size = __builtin_bswap32(entry->size), order = 0;
	struct firmware_file *file = kzalloc(sizeof(*file) + sizeof(entry->name) + 1, ALLOC_SLEEP);

	while ((PAGE_SIZE << order) < size)
		order++;
	struct page *pages = size <= SIZE_MAX_BYTES ? page_alloc(order, ALLOC_SLEEP) : NULL;
	if (file == NULL || pages == NULL ||
	    dma_read(dma, (uint32_t)__builtin_bswap16(entry->key) << 16 | CONTROL_SELECT, page_address(pages), size) != 0) {
		printk("fw_cfg: cannot read %.56s (%u bytes)\n", entry->name, size);
		if (pages != NULL)
			page_put(pages);
		kfree(file);
		return;
	}
	memcpy(file + 1, entry->name, sizeof(entry->name));
	file->name = (const char *)(file + 1);
	file->bytes = page_address(pages);
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
	struct page *page = page_alloc(0, ALLOC_SLEEP);
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
				read_file(page_address(page), &entries[i]);
		}
	}
	kfree(entries);
	if (page != NULL)
		page_put(page);
}
