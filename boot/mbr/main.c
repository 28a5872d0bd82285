// main.c: stage 2 in C, in long mode: memory map and files come through BIOS calls, the rest is boot/common.
#include "boot/common/memory.h"
#include "boot/common/start.h"
#include "boot/mbr/bios.h"
#include "boot/mbr/layout.h"
#include "kernel/lib/fat.h"
#include "kernel/lib/gpt.h"
#include "kernel/lib/string.h"
#include "kernel/uapi/errno.h"

#define E820_SIGNATURE 0x534d4150u // "SMAP"
#define E820_ENTRIES_MAX 200
#define READ_TRIES 3

extern char loader_end[];
static struct boot_info info;
static struct fat fat;
static struct gpt_partition esp;
static uint8_t *const bounce = (uint8_t *)BOUNCE_ADDRESS;

void stage2_main(void);

void boot_screen(const char *text)
{
	for (; *text != '\0'; text++) {
		bios = (struct bios_registers){.eax = 0x0e00 | (uint8_t)*text, .ebx = 7};
		bios_call(0x10);
	}
}

static void read_memory_map(void)
{
	struct {
		uint64_t base, length;
		uint32_t type, attributes;
	} entry;
	uint32_t next = 0;

	for (unsigned i = 0; i < E820_ENTRIES_MAX; i++) {
		bios = (struct bios_registers){.eax = 0xe820, .ebx = next, .ecx = 20, .edx = E820_SIGNATURE,
					       .edi = 0, .es = BOUNCE_ADDRESS >> 4};
		bios_call(0x15);
		if (bios.carry || bios.eax != E820_SIGNATURE)
			break;
		memcpy(&entry, bounce, 20);
		boot_memory_e820(&info, entry.base, entry.length, entry.type);
		next = bios.ebx;
		if (next == 0)
			break;
	}
	if (info.memory_count == 0)
		boot_fail("the BIOS has no memory map (INT 15h E820)");
	if (boot_memory_add(&info, 0, (uint64_t)loader_end, BOOT_MEMORY_LOADER) != 0)
		boot_fail("the memory map is too long");
}

// Reads at most BOUNCE_SECTORS into the bounce buffer.
static int read_piece(uint64_t sector, unsigned count)
{
	static struct {
		uint8_t size, zero;
		uint16_t count, offset, segment;
		uint64_t sector;
	} *const packet = (void *)REAL_STACK; // stage 1 has done its work

	for (unsigned tries = 0; tries < READ_TRIES; tries++) {
		packet->size = sizeof(*packet);
		packet->zero = 0;
		packet->count = count;
		packet->offset = 0;
		packet->segment = BOUNCE_ADDRESS >> 4;
		packet->sector = sector;
		bios = (struct bios_registers){.eax = 0x4200, .edx = bios_drive, .esi = REAL_STACK};
		bios_call(0x13);
		if (!bios.carry)
			return 0;
		bios = (struct bios_registers){.eax = 0, .edx = bios_drive};
		bios_call(0x13);
	}
	return -EIO;
}

static int read_disk(uint64_t sector, unsigned count, void *to)
{
	int rc = 0;

	for (uint8_t *at = to; rc == 0 && count > 0;) {
		unsigned piece = count < BOUNCE_SECTORS ? count : BOUNCE_SECTORS;
		rc = read_piece(sector, piece);
		if (rc == 0)
			memcpy(at, bounce, piece * GPT_SECTOR);
		at += piece * GPT_SECTOR;
		sector += piece;
		count -= piece;
	}
	return rc;
}

static int read_esp(void *context, uint64_t sector, unsigned count, void *to)
{
	if (sector > esp.sector_count || count > esp.sector_count - sector)
		return -EIO;
	return read_disk(esp.first_sector + sector, count, to);
}

static void fail_reading(int rc, const char *what)
{
	if (rc == -EIO)
		boot_fail("disk error while reading %s", what);
	if (rc != 0)
		boot_fail(rc == -ENOENT ? "%s is missing" : "%s is damaged", what);
}

static void open_esp(void)
{
	static uint8_t entries[GPT_ENTRIES_MAX * GPT_ENTRY_SIZE];
	struct gpt gpt;
	int rc = read_disk(GPT_HEADER_SECTOR, 1, entries);

	if (rc == 0)
		rc = gpt_header(&gpt, entries);
	if (rc == 0)
		rc = read_disk(gpt.entries_sector, (gpt.entry_count * GPT_ENTRY_SIZE + GPT_SECTOR - 1) / GPT_SECTOR, entries);
	fail_reading(rc, "the partition table");
	rc = gpt_find(&gpt, entries, gpt_type_esp, &esp);
	if (rc == 0) {
		fat.read = read_esp;
		rc = fat_open(&fat, esp.sector_count);
	}
	fail_reading(rc, "the EFI system partition");
}

// Reads a file into memory of its own. Returns 0 when it is not there and need not be.
static uint8_t *read_file(const char *name, struct fat_file *file, int needed)
{
	int rc = fat_find(&fat, name, file);
	uint8_t *to;

	if (rc == -ENOENT && !needed)
		return NULL;
	fail_reading(rc, name);
	to = (uint8_t *)boot_take_memory(&info, (file->size + FAT_SECTOR + 4095ull) & ~4095ull, BOOT_MEMORY_LOADER);
	fail_reading(fat_read(&fat, file, to), name);
	return to;
}

// A text screen that answers is the console; without one the call leaves AX as it was.
static void find_screen(void)
{
	if (vbe_screen != NULL && vbe_screen(&info))
		return;
	bios = (struct bios_registers){.eax = 0x0f00};
	bios_call(0x10);
	if ((bios.eax & 0x7f) == 3)
		info.framebuffer = (struct boot_framebuffer){.base = 0xb8000, .width = 80, .height = 25, .pitch = 160};
}

void stage2_main(void)
{
	struct boot_config config;
	struct boot_image image;
	struct fat_file file;
	uint8_t *bytes;
	int rc;

	boot_begin(&info, BOOT_PATH_BIOS);
	boot_stage(&info, "stage2");
	read_memory_map();
	open_esp();
	bytes = read_file("groundup.cfg", &file, 1);
	boot_config(&config, &info, (char *)bytes, file.size);
	boot_command_line_qemu(&info);
	bytes = read_file(config.kernel, &file, 1);
	boot_verify(config.kernel, bytes, file.size, config.kernel_sha256);
	rc = boot_image_check(&image, bytes, file.size);
	if (rc != 0)
		boot_fail_image(rc);
	bytes = read_file(config.initrd, &file, config.initrd_sha256 != NULL);
	if (bytes != NULL) {
		boot_verify(config.initrd, bytes, file.size, config.initrd_sha256);
		boot_initrd(&info, (uint64_t)bytes, file.size);
	}
	find_screen();
	boot_start(&info, &image, boot_take_memory(&info, image.size, BOOT_MEMORY_KERNEL));
}
