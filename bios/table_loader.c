// table_loader.c: see table_loader.h. Numbers in commands are little-endian and packed.
#include "bios/table_loader.h"
#include "kernel/lib/string.h"
#include "kernel/uapi/errno.h"
#include <stddef.h>

enum { ALLOCATE = 1, ADD_POINTER, ADD_CHECKSUM, WRITE_POINTER };

struct command {
	uint32_t number;
	union {
		struct {
			char file[LOADER_NAME];
			uint32_t align;
			uint8_t zone;
		} __attribute__((packed)) allocate;
		struct {
			char file[LOADER_NAME], target[LOADER_NAME];
			uint32_t offset;
			uint8_t size;
		} __attribute__((packed)) pointer;
		struct {
			char file[LOADER_NAME];
			uint32_t offset, start, length;
		} __attribute__((packed)) checksum;
		struct {
			char file[LOADER_NAME], target[LOADER_NAME];
			uint32_t offset, target_offset;
			uint8_t size;
		} __attribute__((packed)) write;
		uint8_t bytes[LOADER_COMMAND - 4];
	};
} __attribute__((packed));
_Static_assert(sizeof(struct command) == LOADER_COMMAND, "a command of the table loader");

static struct loader_file *find(struct loader *loader, const char *name)
{
	for (unsigned i = 0; i < loader->count; i++)
		if (strncmp(loader->files[i].name, name, LOADER_NAME) == 0)
			return &loader->files[i];
	return NULL;
}

const struct loader_file *loader_find(const struct loader *loader, const char *name)
{
	return find((struct loader *)loader, name);
}

static int ends(const char *name)
{
	return name[0] != '\0' && memchr(name, '\0', LOADER_NAME) != NULL;
}

static int inside(const struct loader_file *file, uint32_t offset, uint32_t bytes)
{
	return offset <= file->size && bytes <= file->size - offset;
}

static int is_pointer_size(uint8_t size)
{
	return size == 1 || size == 2 || size == 4 || size == 8;
}

static int allocate(struct loader *loader, const struct command *command)
{
	struct loader_file *file = &loader->files[loader->count];
	uint32_t align = command->allocate.align;
	uint8_t zone = command->allocate.zone;
	int rc;

	if (!ends(command->allocate.file) || find(loader, command->allocate.file) != NULL ||
	    loader->count == LOADER_FILES_MAX || align == 0 || (align & (align - 1)) != 0 ||
	    (zone != LOADER_ZONE_HIGH && zone != LOADER_ZONE_FSEG))
		return -EINVAL;
	memcpy(file->name, command->allocate.file, LOADER_NAME);
	rc = loader->allocate(file, align, zone);
	loader->count += rc == 0;
	return rc;
}

// The field holds an offset into the other file; where that file lies is added.
static int add_pointer(struct loader *loader, const struct command *command)
{
	struct loader_file *file = find(loader, command->pointer.file);
	const struct loader_file *target = find(loader, command->pointer.target);
	uint32_t offset = command->pointer.offset;
	uint8_t size = command->pointer.size;
	uint64_t value = 0;

	if (file == NULL || target == NULL || !is_pointer_size(size) || !inside(file, offset, size))
		return -EINVAL;
	for (unsigned i = 0; i < size; i++)
		value |= (uint64_t)file->bytes[offset + i] << 8 * i;
	value += target->address;
	for (unsigned i = 0; i < size; i++)
		file->bytes[offset + i] = value >> 8 * i;
	return 0;
}

static int add_checksum(struct loader *loader, const struct command *command)
{
	struct loader_file *file = find(loader, command->checksum.file);
	uint32_t start = command->checksum.start, length = command->checksum.length;
	uint8_t sum = 0;

	if (file == NULL || !inside(file, command->checksum.offset, 1) || !inside(file, start, length))
		return -EINVAL;
	for (uint32_t i = 0; i < length; i++)
		sum += file->bytes[start + i];
	file->bytes[command->checksum.offset] -= sum;
	return 0;
}

// QEMU learns where something lies (the generation id of a virtual machine).
static int write_pointer(struct loader *loader, const struct command *command)
{
	const struct loader_file *target = find(loader, command->write.target);
	uint8_t size = command->write.size, bytes[8];

	if (!ends(command->write.file) || target == NULL || !is_pointer_size(size) ||
	    !inside(target, command->write.target_offset, 0))
		return -EINVAL;
	for (unsigned i = 0; i < size; i++)
		bytes[i] = (target->address + command->write.target_offset) >> 8 * i;
	return loader->write(command->write.file, command->write.offset, bytes, size);
}

int loader_run(struct loader *loader, const uint8_t *script, uint32_t size)
{
	struct command command;
	int rc = 0;

	for (loader->command = 0; size >= LOADER_COMMAND;
	     size -= LOADER_COMMAND, script += LOADER_COMMAND, loader->command++) {
		memcpy(&command, script, LOADER_COMMAND);
		switch (command.number) {
		case ALLOCATE: rc = allocate(loader, &command); break;
		case ADD_POINTER: rc = add_pointer(loader, &command); break;
		case ADD_CHECKSUM: rc = add_checksum(loader, &command); break;
		case WRITE_POINTER: rc = write_pointer(loader, &command); break;
		default: break; // 0 fills up; later numbers are for later machines
		}
		if (rc != 0)
			return rc;
	}
	return size == 0 ? 0 : -EINVAL;
}
