// cpio_test.c: the archive reader: what cpio(1)'s format says, and that no bytes make it read outside.
// sources: kernel/lib/cpio.c
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "kernel/lib/cpio.h"
#include "kernel/uapi/errno.h"

static char archive[4096];
static size_t used;

static void pad(void)
{
	while (used % 4 != 0)
		archive[used++] = 0;
}

// Appends one record; `extra` NULs lengthen the name.
static void add(const char *name, unsigned mode, const char *data, size_t extra)
{
	size_t name_size = strlen(name) + 1 + extra;

	used += (size_t)sprintf(archive + used, "070701%08X%08X%08X%08X%08X%08X%08X%08X%08X%08X%08X%08X%08X", 1, mode, 10, 20, 1, 1234,
				(unsigned)strlen(data), 0, 0, 4, 64, (unsigned)name_size, 0);
	memset(archive + used, 0, name_size);
	memcpy(archive + used, name, strlen(name));
	used += name_size;
	pad();
	memcpy(archive + used, data, strlen(data));
	used += strlen(data);
	pad();
}

static void setup(void)
{
	used = 0;
	memset(archive, 0, sizeof(archive));
	add("dir", 0040755, "", 0);
	add("dir/file", 0100644, "hello", 37);
	add("link", 0120777, "dir/file", 1);
	add("TRAILER!!!", 0, "", 0);
	used = (used + 511) & ~511u;
	add("second", 0100600, "archive", 0);
	add("TRAILER!!!", 0, "", 0);
}

TestSuite(cpio, .init = setup);

Test(cpio, entries_come_in_order_across_archives)
{
	static const char *const names[] = {"dir", "dir/file", "link", "second"};
	static const char *const data[] = {"", "hello", "dir/file", "archive"};
	struct cpio cpio;
	struct cpio_entry entry;

	cpio_begin(&cpio, archive, used);
	for (int i = 0; i < 4; i++) {
		cr_assert_eq(cpio_next(&cpio, &entry), 1);
		cr_assert_str_eq(entry.name, names[i]);
		cr_assert_eq(entry.size, strlen(data[i]));
		cr_assert_eq(memcmp(entry.data, data[i], entry.size), 0);
		cr_assert(entry.uid == 10 && entry.gid == 20 && entry.modified_s == 1234 && entry.device_major == 4 &&
			  entry.device_minor == 64);
	}
	cr_assert_eq(cpio_next(&cpio, &entry), 0);
	cr_assert_eq(cpio_next(&cpio, &entry), 0);
}

// Reads a copy that ends exactly at the end of its allocation, so that AddressSanitizer sees a step too far.
static int read_all(const char *bytes, size_t size)
{
	struct cpio cpio;
	struct cpio_entry entry;
	char *copy = malloc(size + (size == 0));
	int rc;
	volatile uint64_t sum = 0;

	memcpy(copy, bytes, size);
	cpio_begin(&cpio, copy, size);
	while ((rc = cpio_next(&cpio, &entry)) == 1) {
		sum += strlen(entry.name);
		for (size_t i = 0; i < entry.size; i++)
			sum += ((const uint8_t *)entry.data)[i];
	}
	free(copy);
	return rc;
}

Test(cpio, every_truncation_is_noticed_or_harmless)
{
	for (size_t size = 0; size < used; size++) {
		int rc = read_all(archive, size);
		if (rc != 0 && rc != -EINVAL)
			cr_assert_fail("size %zu: %d", size, rc);
	}
	cr_assert_eq(read_all(archive, 100), -EINVAL);
	cr_assert_eq(read_all(archive, used), 0);
}

Test(cpio, damage_is_an_error_and_never_a_crash)
{
	static char copy[sizeof(archive)];
	unsigned damaged = 0;

	srand(1);
	for (int round = 0; round < 20000; round++) {
		memcpy(copy, archive, used);
		for (int i = 0; i < 1 + round % 4; i++)
			copy[(size_t)rand() % used] = (char)rand();
		damaged += read_all(copy, used) != 0;
	}
	cr_assert_gt(damaged, 5000);
	memcpy(copy, archive, used);
	memcpy(copy + 54, "FFFFFFFF", 8); // a size that reaches past everything
	cr_assert_eq(read_all(copy, used), -EINVAL);
	memcpy(copy, archive, used);
	memcpy(copy + 94, "00000000", 8); // no name
	cr_assert_eq(read_all(copy, used), -EINVAL);
}
