// symbols.c: binary search in the table that the second link embeds (kernel/kernel.ld, boot's recipe).
#include "kernel/core/symbols.h"
#include "kernel/lib/format.h"

extern const char __image_start[], __text_start[], __text_end[];
extern const uint32_t ksyms_count, ksyms_offsets[], ksyms_name_offsets[];
extern const char ksyms_names[];

const char *symbol_find(uint64_t address, uint64_t *offset)
{
	if (address < (uint64_t)__text_start || address >= (uint64_t)__text_end || ksyms_count == 0)
		return NULL;
	uint32_t wanted = address - (uint64_t)__image_start, low = 0, high = ksyms_count;
	while (high - low > 1) {
		uint32_t middle = low + (high - low) / 2;
		if (ksyms_offsets[middle] <= wanted)
			low = middle;
		else
			high = middle;
	}
	*offset = wanted - ksyms_offsets[low];
	return ksyms_names + ksyms_name_offsets[low];
}

void symbol_format(char *buffer, size_t size, uint64_t address)
{
	uint64_t offset;
	const char *name = symbol_find(address, &offset);
	if (name != NULL)
		format_buffer(buffer, size, "%s+0x%lx", name, offset);
	else
		format_buffer(buffer, size, "0x%lx", address);
}
