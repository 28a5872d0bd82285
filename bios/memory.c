// memory.c: see memory.h. Both allocators go down from the end of their zone and never take back: the high
// one from the end of RAM below 4 GiB, the low one from 640 KiB down to the EBDA.
#include "bios/memory.h"
#include "bios/bda.h"
#include "bios/fw_cfg.h"
#include "bios/layout.h"
#include "bios/log.h"
#include "bios/port.h"
#include "kernel/lib/string.h"

#define HIGH_BYTES_MAX (16u << 20) // most that memory_high() gives out
#define PAGE 4096u
#define MIB (1u << 20)

struct e820 memory_map;
uint32_t memory_below_4g;
uint64_t memory_above_4g;
static uintptr_t high_next, high_limit, low_next, low_limit;

static void *take(uintptr_t *next, uintptr_t limit, size_t bytes, size_t align)
{
	uintptr_t base = (*next - bytes) & ~(align - 1);

	if (bytes > *next || base < limit) {
		log_error("no memory for %u bytes", (unsigned)bytes);
		return NULL;
	}
	*next = base;
	return memset((void *)base, 0, bytes);
}

void *memory_high(size_t bytes, size_t align)
{
	return take(&high_next, high_limit, bytes, align);
}

void *memory_low(size_t bytes, size_t align)
{
	return take(&low_next, low_limit, bytes, align);
}

uint32_t memory_high_limit(void)
{
	return high_limit;
}

uint32_t memory_high_next(void)
{
	return high_next & ~(PAGE - 1);
}

void memory_mark(uint64_t base, uint64_t length, uint32_t type)
{
	int rc = e820_add(&memory_map, base, length, type);

	if (rc != 0)
		log_error("memory map: %#llx+%#llx is left out (%d)", base, length, rc);
}

// Before fw_cfg's map there was the clock's memory: 64 KiB units above 16 MiB, KiB above 1 MiB, 64 KiB
// units above 4 GiB.
static void read_cmos(void)
{
	uint32_t above_16m = cmos_read(0x34) | cmos_read(0x35) << 8,
		 above_1m = cmos_read(0x30) | cmos_read(0x31) << 8;
	uint64_t above_4g = cmos_read(0x5b) | cmos_read(0x5c) << 8 | (uint32_t)cmos_read(0x5d) << 16;

	memory_mark(0, above_16m != 0 ? (above_16m << 16) + 16 * MIB : (above_1m << 10) + MIB, E820_RAM);
	memory_mark(1ull << 32, above_4g << 16, E820_RAM);
}

static void read_fw_cfg(void)
{
	struct {
		uint64_t base, length;
		uint32_t type;
	} __attribute__((packed)) entry;
	uint32_t size = 0;
	int key = fw_cfg_find("etc/e820", &size);

	for (uint32_t at = 0; key >= 0 && at + sizeof(entry) <= size; at += sizeof(entry))
		if (fw_cfg_read(key, at, &entry, sizeof(entry)) == 0)
			memory_mark(entry.base, entry.length, entry.type);
}

void memory_init(void)
{
	read_fw_cfg();
	if (memory_map.count == 0)
		read_cmos();
	for (uint32_t i = 0; i < memory_map.count; i++) {
		const struct e820_range *range = &memory_map.range[i];
		if (range->type != E820_RAM)
			continue;
		if (range->end < 1ull << 32 && range->end > memory_below_4g)
			memory_below_4g = range->end;
		if (range->base >= 1ull << 32)
			memory_above_4g += range->end - range->base;
	}
	high_next = memory_below_4g & ~(PAGE - 1);
	high_limit = high_next > HIGH_BYTES_MAX + 2 * MIB ? high_next - HIGH_BYTES_MAX : 2 * MIB;
	low_next = LOW_END;
	low_limit = LOW_END - EBDA_BYTES + EBDA_HEAD;
	log_info("%u MiB of RAM below 4 GiB, %u above", memory_below_4g / MIB, (unsigned)(memory_above_4g / MIB));
}

void memory_bda(void)
{
	bda.ebda_segment = (LOW_END - EBDA_BYTES) >> 4;
	bda.memory_kib = (LOW_END - EBDA_BYTES) >> 10;
	memset((void *)(LOW_END - EBDA_BYTES), 0, 1024);
	*(uint8_t *)(LOW_END - EBDA_BYTES) = EBDA_BYTES >> 10; // its first byte: its size in KiB
}

void memory_finish(void)
{
	high_limit = high_next;
	low_limit = low_next;
	memory_mark(LOW_END - EBDA_BYTES, EBDA_BYTES, E820_RESERVED);
	memory_mark(LOW_END, OPTION_ROM_END - LOW_END, E820_NONE);
	memory_mark(ROM_BASE, ROM_SIZE, E820_RESERVED);
	memory_mark(memory_high_next(), memory_below_4g - memory_high_next(), E820_RESERVED);
	memory_mark(0xfffc0000, 0x40000, E820_RESERVED);
}
