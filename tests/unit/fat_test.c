// fat_test.c: our FAT32 reader on volumes that mkfs.fat and mtools made, file by file; then on thousands of damaged ones.
// sources: kernel/lib/fat.c
#include "kernel/lib/fat.h"
#include "kernel/uapi/errno.h"
#include <criterion/criterion.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define SECTORS (40u << 11) // 40 MiB
#define FILES 7

static const uint32_t sizes[FILES] = {0, 1, 511, 512, 513, 100000, 3000000};
static uint8_t *volume; // mapped
static unsigned reads;

static int read_sectors(void *context, uint64_t sector, unsigned count, void *to)
{
	reads++;
	if (context != NULL && sector == *(uint64_t *)context)
		return -EIO;
	if (sector > SECTORS || count > SECTORS - sector)
		return -EIO;
	memcpy(to, volume + sector * FAT_SECTOR, (size_t)count * FAT_SECTOR);
	return 0;
}

static uint8_t byte_of(unsigned file, uint32_t at)
{
	return at * 31 + at / 512 + file;
}

// A volume with FILES files.
static void make_volume(void)
{
	char name[] = "/tmp/groundup-fat-XXXXXX", part[40], command[600];
	int file = mkstemp(name);

	cr_assert(file >= 0 && ftruncate(file, (off_t)SECTORS * FAT_SECTOR) == 0);
	snprintf(command, sizeof(command), "PATH=$PATH:/usr/sbin mkfs.fat -F 32 -s 1 %s > /dev/null", name);
	if (system(command) != 0)
		cr_skip_test("mkfs.fat is not installed");
	for (unsigned i = 0; i < FILES; i++) {
		snprintf(part, sizeof(part), "%s.part", name);
		FILE *bytes = fopen(part, "w");
		cr_assert(bytes != NULL);
		for (uint32_t at = 0; at < sizes[i]; at++)
			putc(byte_of(i, at), bytes);
		fclose(bytes);
		snprintf(command, sizeof(command), "export MTOOLS_SKIP_CHECK=1; mcopy -i %s %s ::file%u.bin", name, part, i);
		cr_assert(system(command) == 0);
	}
	volume = mmap(NULL, (size_t)SECTORS * FAT_SECTOR, PROT_READ | PROT_WRITE, MAP_PRIVATE, file, 0);
	cr_assert(volume != MAP_FAILED);
	close(file);
	unlink(name);
	unlink(part);
}

// Moves the second cluster of a file to the volume's last one, so that the file lies in pieces.
static void scatter(struct fat *fat, const struct fat_file *file)
{
	uint32_t *table = (uint32_t *)(volume + fat->table_sector * FAT_SECTOR);
	uint32_t old = table[file->first_cluster], new = fat->cluster_count + 1;
	uint8_t *data = volume + fat->data_sector * FAT_SECTOR;

	table[new] = table[old];
	table[file->first_cluster] = new;
	table[old] = 0;
	memcpy(data + (new - 2) * FAT_SECTOR, data + (old - 2) * FAT_SECTOR, FAT_SECTOR);
	memset(data + (old - 2) * FAT_SECTOR, 0xee, FAT_SECTOR);
	fat->cached_sector = UINT64_MAX;
}

Test(fat, reads_what_mtools_wrote, .init = make_volume)
{
	struct fat fat = {.read = read_sectors};

	cr_assert(fat_open(&fat, SECTORS) == 0);
	for (unsigned i = 0; i < FILES; i++) {
		char name[16];
		struct fat_file file;
		snprintf(name, sizeof(name), i % 2 ? "file%u.bin" : "FILE%u.BIN", i);
		cr_assert(fat_find(&fat, name, &file) == 0 && file.size == sizes[i], "%s", name);
		uint8_t *bytes = malloc(sizes[i] + FAT_SECTOR);
		if (i >= 5)
			scatter(&fat, &file);
		reads = 0;
		cr_assert(fat_read(&fat, &file, bytes) == 0);
		cr_assert(reads < 64 || sizes[i] > 1000000, "neighbouring clusters are read at once");
		for (uint32_t at = 0; at < sizes[i]; at++)
			if (bytes[at] != byte_of(i, at))
				cr_assert(0, "%s differs at %u", name, at);
		free(bytes);
	}
}

Test(fat, names_and_errors, .init = make_volume, .timeout = 20)
{
	struct fat fat = {.read = read_sectors};
	struct fat_file file;
	uint64_t broken;

	cr_assert(fat_open(&fat, SECTORS) == 0);
	cr_assert(fat_find(&fat, "nofile", &file) == -ENOENT);
	cr_assert(fat_find(&fat, "a-name-that-is-too-long.bin", &file) == -ENOENT);
	cr_assert(fat_open(&fat, SECTORS / 2) == -EINVAL, "a volume larger than its partition");
	broken = 0;
	fat.context = &broken;
	cr_assert(fat_open(&fat, SECTORS) == -EIO);
	fat.context = NULL;
	cr_assert(fat_open(&fat, SECTORS) == 0);
	broken = fat.data_sector;
	fat.context = &broken;
	cr_assert(fat_find(&fat, "file0.bin", &file) == -EIO);
	reads = 0;
	file = (struct fat_file){.first_cluster = fat.cluster_count + 2, .size = 100};
	cr_assert(fat_read(&fat, &file, volume) == -EINVAL && reads == 0, "a cluster behind the last");
	file.first_cluster = 1;
	cr_assert(fat_read(&fat, &file, volume) == -EINVAL && reads == 0, "a cluster before the first");
	// A directory whose chain is a loop, without an entry that ends it.
	memset(volume + (fat.data_sector + (fat.root_cluster - 2)) * FAT_SECTOR, 0xe5, FAT_SECTOR);
	((uint32_t *)(volume + fat.table_sector * FAT_SECTOR))[fat.root_cluster] = fat.root_cluster;
	fat.context = NULL;
	cr_assert(fat_open(&fat, SECTORS) == 0 && fat_find(&fat, "file0.bin", &file) == -EINVAL);
}

// A damaged volume may be refused or read wrongly; it must end, and stay within the buffer.
Test(fat, damage_ends, .init = make_volume, .timeout = 50)
{
	unsigned opened = 0, found = 0;

	for (unsigned seed = 1; seed <= 2000; seed++) {
		struct fat fat = {.read = read_sectors};
		struct fat_file file;
		uint8_t saved[8], *at[8];

		srand(seed);
		for (unsigned i = 0; i < 8; i++) {
			uint32_t data = (volume[14] | volume[15] << 8) + 2 * (volume[36] | volume[37] << 8);
			uint64_t sector = rand() % 3 == 0 ? 0 : rand() % 2 ? (volume[14] | volume[15] << 8) + rand() % 20u : data;
			if (i > seed % 8 || sector >= SECTORS)
				sector = SECTORS - 1;
			at[i] = volume + sector * FAT_SECTOR + rand() % (sector == 0 ? 90u : 512u);
			saved[i] = *at[i];
			*at[i] = rand() % 3 ? rand() : *at[i] ^ 1 << rand() % 8;
		}
		if (fat_open(&fat, SECTORS) == 0) {
			opened++;
			if (fat_find(&fat, "file5.bin", &file) == 0 && file.size < 1u << 24) {
				uint8_t *bytes = malloc((file.size + FAT_SECTOR - 1) / FAT_SECTOR * FAT_SECTOR + 1);
				found += fat_read(&fat, &file, bytes) == 0;
				free(bytes);
			}
		}
		for (unsigned i = 8; i-- > 0;)
			*at[i] = saved[i];
	}
	cr_assert(opened > 100 && found > 10, "%u opened, %u read", opened, found);
}
