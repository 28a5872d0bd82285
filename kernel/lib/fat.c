// fat.c: see fat.h. A chain is never followed for longer than the volume has clusters, so that a loop in it ends.
#include "kernel/lib/fat.h"
#include "kernel/lib/string.h"
#include "kernel/uapi/errno.h"

#define ENTRY_SIZE 32
#define ENTRY_END 0x00
#define ENTRY_DELETED 0xe5
#define ATTRIBUTE_DIRECTORY 0x10
#define ATTRIBUTE_VOLUME 0x08 // also set in each part of a long name
#define CACHED_CLUSTERS (FAT_CACHED * FAT_SECTOR / 4)
#define CLUSTER_MASK 0x0fffffffu
#define FIRST_CLUSTER 2u
#define CLUSTERS_MIN_FAT32 65525u

static uint32_t number(const uint8_t *at, unsigned size)
{
	uint32_t value = 0;

	while (size-- > 0)
		value = value << 8 | at[size];
	return value;
}

int fat_open(struct fat *fat, uint64_t sector_count)
{
	const uint8_t *boot = fat->cache;
	uint64_t total, tables;
	int rc = fat->read(fat->context, 0, 1, fat->cache);

	fat->cached_sector = UINT64_MAX;
	if (rc != 0)
		return rc;
	total = number(boot + 32, 4);
	tables = (uint64_t)number(boot + 36, 4) * boot[16];
	fat->cluster_sectors = boot[13];
	fat->root_cluster = number(boot + 44, 4);
	fat->table_sector = number(boot + 14, 2);
	fat->data_sector = fat->table_sector + tables;
	if (number(boot + 510, 2) != 0xaa55 || number(boot + 11, 2) != FAT_SECTOR || number(boot + 22, 2) != 0 ||
	    fat->cluster_sectors == 0 || (fat->cluster_sectors & (fat->cluster_sectors - 1)) != 0 || boot[16] == 0 ||
	    total > sector_count || fat->data_sector >= total)
		return -EINVAL;
	fat->cluster_count = (total - fat->data_sector) / fat->cluster_sectors;
	if (fat->cluster_count < CLUSTERS_MIN_FAT32 || (fat->cluster_count + FIRST_CLUSTER) * 4ull > tables * FAT_SECTOR)
		return -EINVAL;
	return 0;
}

static int is_data(const struct fat *fat, uint32_t cluster)
{
	return cluster >= FIRST_CLUSTER && cluster - FIRST_CLUSTER < fat->cluster_count;
}

static uint64_t sector_of(const struct fat *fat, uint32_t cluster)
{
	return fat->data_sector + (uint64_t)(cluster - FIRST_CLUSTER) * fat->cluster_sectors;
}

// The cluster after a data cluster, or a number that is none.
static int next_cluster(struct fat *fat, uint32_t cluster, uint32_t *next)
{
	uint64_t sector = fat->table_sector + cluster / CACHED_CLUSTERS * FAT_CACHED;
	int rc = 0;

	if (fat->cached_sector != sector)
		rc = fat->read(fat->context, sector, FAT_CACHED, fat->cache);
	fat->cached_sector = rc == 0 ? sector : UINT64_MAX;
	if (rc == 0)
		*next = number(fat->cache + cluster % CACHED_CLUSTERS * 4, 4) & CLUSTER_MASK;
	return rc;
}

// "kernel.elf" -> "KERNEL  ELF". Returns 0 when the name has another form.
static int short_name(const char *name, char to[11])
{
	unsigned at = 0;

	memset(to, ' ', 11);
	for (; *name != '\0'; name++) {
		if (*name == '.' && at <= 8)
			at = 8;
		else if (at == 11)
			return 0;
		else
			to[at++] = *name >= 'a' && *name <= 'z' ? *name - 32 : *name;
	}
	return 1;
}

// Looks through one sector of the directory: 0 found, 1 not here, -ENOENT the directory ends here, -EISDIR.
static int find_in_sector(const uint8_t *sector, const char wanted[11], struct fat_file *file)
{
	for (const uint8_t *entry = sector; entry < sector + FAT_SECTOR; entry += ENTRY_SIZE) {
		if (entry[0] == ENTRY_END)
			return -ENOENT;
		if (entry[0] == ENTRY_DELETED || (entry[11] & ATTRIBUTE_VOLUME) || memcmp(entry, wanted, 11) != 0)
			continue;
		file->first_cluster = number(entry + 20, 2) << 16 | number(entry + 26, 2);
		file->size = number(entry + 28, 4);
		return entry[11] & ATTRIBUTE_DIRECTORY ? -EISDIR : 0;
	}
	return 1;
}

int fat_find(struct fat *fat, const char *name, struct fat_file *file)
{
	uint8_t sector[FAT_SECTOR];
	uint32_t cluster = fat->root_cluster;
	char wanted[11];

	if (!short_name(name, wanted))
		return -ENOENT;
	for (uint32_t steps = 0; is_data(fat, cluster); steps++) {
		int rc = steps > fat->cluster_count ? -EINVAL : 0;
		for (uint32_t i = 0; rc == 0 && i < fat->cluster_sectors; i++) {
			rc = fat->read(fat->context, sector_of(fat, cluster) + i, 1, sector);
			if (rc == 0)
				rc = find_in_sector(sector, wanted, file);
			if (rc <= 0)
				return rc;
			rc = 0;
		}
		if (rc == 0)
			rc = next_cluster(fat, cluster, &cluster);
		if (rc != 0)
			return rc;
	}
	return -ENOENT;
}

int fat_read(struct fat *fat, const struct fat_file *file, void *to)
{
	uint32_t cluster = file->first_cluster, left = file->size / FAT_SECTOR + (file->size % FAT_SECTOR != 0);
	uint8_t *at = to;

	while (left > 0) {
		uint32_t first = cluster, run = 0;
		int rc = 0;

		while (rc == 0 && is_data(fat, cluster) && cluster == first + run / fat->cluster_sectors && run < left) {
			run += fat->cluster_sectors;
			if (run < left)
				rc = next_cluster(fat, cluster, &cluster);
		}
		if (rc == 0 && run == 0)
			rc = -EINVAL;
		run = run < left ? run : left;
		if (rc == 0)
			rc = fat->read(fat->context, sector_of(fat, first), run, at);
		if (rc != 0)
			return rc;
		at += (size_t)run * FAT_SECTOR;
		left -= run;
	}
	return 0;
}
