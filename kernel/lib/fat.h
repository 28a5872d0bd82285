// fat.h: reads files of a FAT32 volume's root directory (Microsoft's FAT specification 1.03). Pure: sectors come through a
// function of the caller, and nothing is written.
#pragma once
#include <stddef.h>
#include <stdint.h>

#define FAT_SECTOR 512
#define FAT_CACHED 16 // sectors of the table read at once: a read costs the same for one

struct fat {
	// Reads `count` sectors from `sector` of the volume to `to`. Returns 0 or -EIO, which is passed on.
	int (*read)(void *context, uint64_t sector, unsigned count, void *to);
	void *context;
	// Filled by fat_open(), which sees to it that the volume does not end within FAT_CACHED sectors of its table:
	uint32_t cluster_sectors, cluster_count, root_cluster;
	uint64_t table_sector, data_sector;
	uint64_t cached_sector; // of the table, the first in `cache`
	uint8_t cache[FAT_CACHED * FAT_SECTOR];
};

struct fat_file {
	uint32_t first_cluster, size;
};

// Reads the boot sector and checks it against the volume's size. Returns 0, -EIO, or -EINVAL: no FAT32 that we read.
int fat_open(struct fat *fat, uint64_t sector_count);

// Finds a file of the root directory by its 8.3 name ("kernel.elf"; letters of both cases are equal).
// Returns 0, -EIO, -ENOENT, -EISDIR, or -EINVAL: damaged.
int fat_find(struct fat *fat, const char *name, struct fat_file *file);

// Reads the whole file, in runs of neighbouring clusters; `to` takes file->size rounded up to sectors.
// Returns 0, -EIO, or -EINVAL: the chain of clusters is damaged.
int fat_read(struct fat *fat, const struct fat_file *file, void *to);
