// gpt_test.c: CRC-32 against known sums; our GPT reader on a table that sgdisk made, then on damaged ones.
// sources: kernel/lib/gpt.c kernel/lib/crc32.c
#include "kernel/lib/gpt.h"
#include "kernel/lib/crc32.h"
#include "kernel/uapi/errno.h"
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static uint8_t disk[34 * GPT_SECTOR];

Test(crc32, known_sums)
{
	cr_assert(crc32(0, "", 0) == 0);
	cr_assert(crc32(0, "123456789", 9) == 0xcbf43926);
	cr_assert(crc32(crc32(0, "1234", 4), "56789", 5) == 0xcbf43926);
}

static void make_disk(void)
{
	char name[] = "/tmp/groundup-gpt-XXXXXX", command[300];
	int file = mkstemp(name);

	cr_assert(file >= 0 && ftruncate(file, 64 << 20) == 0);
	snprintf(command, sizeof(command), "PATH=$PATH:/usr/sbin sgdisk -n 1:2048:+10M -t 1:8300 -n 2:40960:+20M -t 2:ef00 %s > /dev/null", name);
	if (system(command) != 0)
		cr_skip_test("sgdisk is not installed");
	cr_assert(pread(file, disk, sizeof(disk), 0) == sizeof(disk));
	close(file);
	unlink(name);
}

Test(gpt, reads_what_sgdisk_wrote, .init = make_disk)
{
	struct gpt gpt;
	struct gpt_partition partition;

	cr_assert(gpt_header(&gpt, disk) == -ENOENT, "the protective MBR is no header");
	cr_assert(gpt_header(&gpt, disk + GPT_SECTOR) == 0 && gpt.entry_count == 128 && gpt.entries_sector == 2);
	cr_assert(gpt_find(&gpt, disk + 2 * GPT_SECTOR, gpt_type_esp, &partition) == 0);
	cr_assert(partition.first_sector == 40960 && partition.sector_count == 20 << 11);
	cr_assert(gpt_find(&gpt, disk + 2 * GPT_SECTOR, gpt_type_linux, &partition) == 0 && partition.first_sector == 2048);
	cr_assert(gpt_find(&gpt, disk + 2 * GPT_SECTOR, (const uint8_t[16]){1}, &partition) == -ENOENT);
}

// One flipped bit anywhere in the header's 92 bytes, or in the entries, is noticed: that is what the sums are for.
Test(gpt, each_flipped_bit_is_noticed, .init = make_disk)
{
	struct gpt gpt;
	struct gpt_partition partition;
	unsigned missed = 0;

	for (unsigned bit = 0; bit < 92 * 8; bit++) {
		disk[GPT_SECTOR + bit / 8] ^= 1 << bit % 8;
		missed += gpt_header(&gpt, disk + GPT_SECTOR) == 0;
		disk[GPT_SECTOR + bit / 8] ^= 1 << bit % 8;
	}
	cr_assert(missed == 0, "%u", missed);
	cr_assert(gpt_header(&gpt, disk + GPT_SECTOR) == 0);
	for (unsigned bit = 0; bit < 128 * 8; bit += 7) {
		disk[2 * GPT_SECTOR + bit / 8] ^= 1 << bit % 8;
		missed += gpt_find(&gpt, disk + 2 * GPT_SECTOR, gpt_type_esp, &partition) != -EINVAL;
		disk[2 * GPT_SECTOR + bit / 8] ^= 1 << bit % 8;
	}
	cr_assert(missed == 0, "%u", missed);
}
