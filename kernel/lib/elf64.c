// elf64.c: see elf64.h.
#include "kernel/lib/elf64.h"
#include "kernel/uapi/errno.h"

#define PAGE_MASK 4095u

static int check_load(const struct elf64_segment *segment, uint64_t *end_so_far)
{
	uint64_t end = segment->address + segment->memory_size;

	if (segment->file_size > segment->memory_size || end < segment->address)
		return -EINVAL;
	if (((segment->address ^ segment->offset) & PAGE_MASK) != 0 || segment->address < *end_so_far)
		return -EINVAL;
	*end_so_far = end;
	return 0;
}

int elf64_check(const void *file, size_t available, uint64_t file_size)
{
	const struct elf64_header *header = file;
	const struct elf64_segment *segments;
	uint64_t end_so_far = 0;
	unsigned loads = 0;

	if (available < sizeof(*header) || header->magic != ELF64_MAGIC || header->class != ELF64_CLASS_64 ||
	    header->data != ELF64_LITTLE_ENDIAN || header->machine != ELF64_MACHINE_X86_64 ||
	    (header->type != ELF64_TYPE_EXEC && header->type != ELF64_TYPE_DYN))
		return -ENOEXEC;
	if (header->segment_size != sizeof(*segments) || header->segment_count == 0 ||
	    header->segment_count > ELF64_SEGMENTS_MAX || header->segments_offset % 8 != 0 ||
	    header->segments_offset > available ||
	    available - header->segments_offset < header->segment_count * sizeof(*segments))
		return -EINVAL;
	segments = elf64_segments(file);
	for (unsigned i = 0; i < header->segment_count; i++) {
		if (segments[i].offset > file_size || segments[i].file_size > file_size - segments[i].offset)
			return -EINVAL;
		if (segments[i].type != ELF64_LOAD)
			continue;
		if (check_load(&segments[i], &end_so_far) != 0)
			return -EINVAL;
		loads++;
	}
	return loads != 0 ? 0 : -EINVAL;
}

const struct elf64_segment *elf64_segments(const void *file)
{
	const struct elf64_header *header = file;
	return (const struct elf64_segment *)((const char *)file + header->segments_offset);
}
