// bios_test.c: the ROM's pure parts: memory map, PCI addresses, option ROM headers, ACPI's table loader, fw_cfg's directory, boot order.
// sources: bios/e820.c bios/pci_plan.c bios/rom_parse.c bios/table_loader.c bios/fw_cfg_parse.c bios/boot_order.c
#include "bios/boot.h"
#include "bios/e820.h"
#include "bios/fw_cfg.h"
#include "bios/pci_plan.h"
#include "bios/rom.h"
#include "bios/table_loader.h"
#include "kernel/uapi/errno.h"
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

// For loops: Criterion reports each assertion to another process, also those that hold.
#define must(what) do { if (!(what)) cr_assert_fail("%s", #what); } while (0)

static uint64_t state = 1;

static uint32_t random_below(uint32_t limit)
{
	state = state * 6364136223846793005u + 1442695040888963407u;
	return (uint32_t)(state >> 33) % limit;
}

// ---------------------------------------------------------------------------------------------------- e820, beside an array of types
#define UNITS 200

Test(e820, as_its_twin)
{
	for (unsigned round = 0; round < 2000; round++) {
		static struct e820 map;
		uint8_t twin[UNITS] = {0}, ours[UNITS] = {0};
		map.count = 0;
		for (unsigned step = 0; step < 20; step++) {
			unsigned base = random_below(UNITS), length = random_below(UNITS - base + 1), type = random_below(4);
			must(e820_add(&map, base, length, type) == 0);
			memset(twin + base, type, length);
		}
		for (unsigned i = 0; i < map.count; i++) {
			const struct e820_range *range = &map.range[i];
			must(range->base < range->end && range->type != E820_NONE);
			must(i == 0 || map.range[i - 1].end < range->base ||
				  (map.range[i - 1].end == range->base && map.range[i - 1].type != range->type));
			memset(ours + range->base, range->type, range->end - range->base);
		}
		must(memcmp(ours, twin, UNITS) == 0);
	}
}

Test(e820, refuses)
{
	static struct e820 map, before;

	map.count = 0;
	must(e820_add(&map, UINT64_MAX - 10, 100, E820_RAM) == -EINVAL);
	for (unsigned i = 0; i < E820_MAX; i++)
		must(e820_add(&map, i * 2, 1, E820_RAM) == 0);
	before = map;
	must(e820_add(&map, 1000, 1, E820_RAM) == -ENOSPC);
	must(memcmp(&map, &before, sizeof(map)) == 0);
}

// ---------------------------------------------------------------------------------------------------- PCI
#define ITEMS 600
static struct pci_item items[ITEMS];
static struct pci_plan plan;

static struct pci_item *window_of(unsigned bus, unsigned kind)
{
	for (unsigned i = 0; i < plan.count; i++)
		if (items[i].bar == PCI_WINDOW && items[i].device == bus && items[i].kind == kind)
			return &items[i];
	return NULL;
}

static void random_plan(void)
{
	unsigned buses = 1 + random_below(12), count = random_below(80);

	memset(&plan, 0, sizeof(plan));
	plan.items = items;
	plan.room = ITEMS;
	for (unsigned bus = 0; bus < PCI_BUSES; bus++)
		plan.parent[bus] = bus == 0 ? PCI_NO_PARENT : bus < buses ? (int)random_below(bus) : PCI_NO_BUS;
	for (unsigned bus = 1; bus < buses; bus++)
		plan.hotplug[bus] = random_below(3) == 0;
	plan.io = (struct pci_range){0x1000, 0x10000};
	plan.low = (struct pci_range){0xc0000000 - random_below(2) * 0x20000000, 0xfec00000};
	plan.high = (struct pci_range){0x240000000, 1ull << 40};
	for (unsigned i = 0; i < count; i++) {
		unsigned kind = random_below(PCI_KINDS), shift = kind == PCI_KIND_IO ? 2 + random_below(7) : 4 + random_below(random_below(12) ? 20 : 29);
		items[plan.count++] = (struct pci_item){.size = 1ull << shift, .align = 1ull << shift, .device = i, .bus = random_below(buses),
							.bar = random_below(6), .kind = kind, .is64 = kind != PCI_KIND_IO && random_below(2)};
	}
}

// Every item lies aligned inside its bus's window or the machine's range, and apart from every other of its level.
static void judge_plan(void)
{
	for (unsigned i = 0; i < plan.count; i++) {
		const struct pci_item *item = &items[i];
		struct pci_range range = item->kind == PCI_KIND_IO ? plan.io : item->high ? plan.high : plan.low;
		if (item->base == PCI_UNPLACED || item->size == 0)
			continue;
		if (plan.parent[item->bus] >= 0) {
			const struct pci_item *window = window_of(item->bus, item->kind);
			must(window != NULL && window->base != PCI_UNPLACED);
			range = (struct pci_range){window->base, window->base + window->size};
		}
		must((item->base & (item->align - 1)) == 0);
		must(item->base >= range.base && item->base + item->size <= range.end);
		must(item->base + item->size <= 1ull << 32 || item->is64);
		for (unsigned j = 0; j < i; j++)
			if ((items[j].kind == PCI_KIND_IO) == (item->kind == PCI_KIND_IO) && items[j].base != PCI_UNPLACED &&
			    plan.parent[items[j].bus] == plan.parent[item->bus] && items[j].bus == item->bus && items[j].size > 0)
				must(items[j].base + items[j].size <= item->base || item->base + item->size <= items[j].base);
	}
}

Test(pci_plan, random_trees)
{
	unsigned full = 0, above = 0;

	for (unsigned round = 0; round < 3000; round++) {
		random_plan();
		must(pci_plan(&plan) == 0);
		judge_plan();
		full += plan.unplaced == 0;
		for (unsigned i = 0; i < plan.count; i++)
			above += items[i].high;
	}
	cr_assert(full > 1500 && above > 50, "%u without a miss, %u above 4 GiB", full, above);
}

Test(pci_plan, what_does_not_fit)
{
	memset(&plan, 0, sizeof(plan));
	memset(items, 0, sizeof(items));
	for (unsigned bus = 0; bus < PCI_BUSES; bus++)
		plan.parent[bus] = bus == 0 ? PCI_NO_PARENT : PCI_NO_BUS;
	plan.items = items;
	plan.room = ITEMS;
	plan.low = (struct pci_range){0x80000000, 0xfec00000};
	items[0] = (struct pci_item){.size = 1ull << 32, .align = 1ull << 32, .kind = PCI_KIND_MEMORY};
	items[1] = (struct pci_item){.size = 4096, .align = 4096, .kind = PCI_KIND_MEMORY};
	plan.count = 2;
	cr_assert(pci_plan(&plan) == 0 && plan.unplaced == 1);
	cr_assert(items[0].base == PCI_UNPLACED && items[1].base == 0x80000000);
	plan.parent[1] = 0;
	plan.hotplug[1] = true;
	plan.room = plan.count;
	cr_assert(pci_plan(&plan) == -ENOSPC);
}

// ---------------------------------------------------------------------------------------------------- option ROMs
static void make_rom(uint8_t *rom)
{
	memset(rom, 0, 2048);
	memcpy(rom, "\x55\xaa\x04", 3);
	rom[0x18] = 0x40;
	rom[0x1a] = 0x80;
	memcpy(rom + 0x40, "PCIR\x86\x80\x0e\x10", 8);
	rom[0x40 + 0x10] = 4;
	rom[0x40 + 0x15] = 0x80;
	memcpy(rom + 0x80, "$PnP", 4);
}

Test(rom, headers)
{
	uint8_t rom[2048];
	struct rom_image image;

	make_rom(rom);
	cr_assert(rom_parse(&image, rom, sizeof(rom)) == 0);
	cr_assert(image.size == 2048 && image.pci == 0x40 && image.pnp == 0x80 && image.vendor == 0x8086 && image.device == 0x100e && image.last);
	cr_assert(rom_parse(&image, rom, 1024) == -EINVAL);
	cr_assert(rom_parse(&image, rom, 100) == -ENOEXEC);
	rom[0x40 + 0x14] = 3; // an image for EFI
	cr_assert(rom_parse(&image, rom, sizeof(rom)) == 0 && image.type == 3 && image.pnp == 0);
	make_rom(rom);
	rom[0x19] = 0xff; // headers that lie outside
	rom[0x1b] = 0x07, rom[0x1a] = 0xf0;
	cr_assert(rom_parse(&image, rom, sizeof(rom)) == 0 && image.pci == 0 && image.pnp == 0);
	rom[2] = 0;
	cr_assert(rom_parse(&image, rom, sizeof(rom)) == -EINVAL);
	rom[1] = 0;
	cr_assert(rom_parse(&image, rom, sizeof(rom)) == -ENOEXEC);
	cr_assert(rom_sum_is_zero((const uint8_t *)"\x01\xff", 2) && !rom_sum_is_zero((const uint8_t *)"\x01\xfe", 2));
}

// ---------------------------------------------------------------------------------------------------- table loader
static uint8_t tables[64], root[32], written[16];
static struct loader loader;

static int allocate(struct loader_file *file, uint32_t align, uint8_t zone)
{
	bool is_root = strcmp(file->name, "root") == 0;

	if (!is_root && strcmp(file->name, "tables") != 0)
		return -ENOENT;
	file->bytes = is_root ? root : tables;
	file->size = is_root ? sizeof(root) : sizeof(tables);
	file->address = is_root ? 0xf0000 : 0x12340000;
	return 0;
}

static int write(const char *name, uint32_t offset, const void *bytes, uint32_t size)
{
	cr_assert(offset + size <= sizeof(written));
	memcpy(written + offset, bytes, size);
	return 0;
}

static void put32(uint8_t *at, uint32_t value)
{
	memcpy(at, &value, 4);
}

// A command with its two names (56 bytes each, the second where it has one) and a number behind them.
static uint8_t *command(uint8_t *at, uint32_t number, const char *file, const char *other)
{
	memset(at, 0, LOADER_COMMAND);
	put32(at, number);
	strcpy((char *)at + 4, file);
	if (other != NULL)
		strcpy((char *)at + 60, other);
	return at;
}

static unsigned make_script(uint8_t *script)
{
	uint8_t *at = script;

	put32(command(at, 1, "tables", NULL) + 60, 64), at[64] = LOADER_ZONE_HIGH, at += LOADER_COMMAND;
	put32(command(at, 1, "root", NULL) + 60, 16), at[64] = LOADER_ZONE_FSEG, at += LOADER_COMMAND;
	put32(command(at, 2, "root", "tables") + 116, 16), at[120] = 4, at += LOADER_COMMAND;
	command(at, 3, "root", NULL), put32(at + 60, 8), put32(at + 64, 0), put32(at + 68, 20), at += LOADER_COMMAND;
	command(at, 4, "back", "tables"), put32(at + 116, 2), put32(at + 120, 5), at[124] = 8, at += LOADER_COMMAND;
	return at - script;
}

static int run(const uint8_t *script, uint32_t size)
{
	memset(&loader, 0, sizeof(loader));
	memset(root, 7, sizeof(root));
	loader.allocate = allocate;
	loader.write = write;
	return loader_run(&loader, script, size);
}

Test(table_loader, does_what_the_script_says)
{
	uint8_t script[5 * LOADER_COMMAND], sum = 0;
	unsigned size = make_script(script);
	uint32_t pointer;
	uint64_t back;

	cr_assert(run(script, size) == 0);
	memcpy(&pointer, root + 16, 4);
	cr_assert(pointer == 0x07070707 + 0x12340000);
	for (unsigned i = 0; i < 20; i++)
		sum += root[i];
	cr_assert(sum == 0);
	memcpy(&back, written + 2, 8);
	cr_assert(back == 0x12340005);
	cr_assert(loader_find(&loader, "root")->address == 0xf0000 && loader_find(&loader, "nobody") == NULL);
	cr_assert(run(script, size - 1) == -EINVAL && loader.command == 4);
}

Test(table_loader, damaged_scripts)
{
	static const struct {
		uint16_t at;
		uint8_t value;
		uint8_t command;
	} wrong[] = {
		{60, 3, 0}, {60, 0, 0}, {64, 9, 0}, {4, 'x', 0}, {4, 0, 0}, {128 + 4, 't', 1}, {256 + 4, 'x', 2}, {256 + 60, 'x', 2},
		{256 + 120, 3, 2}, {256 + 116, 29, 2}, {256 + 119, 0xff, 2}, {384 + 60, 32, 3}, {384 + 64, 13, 3}, {384 + 71, 0xff, 3},
		{512 + 124, 5, 4}, {512 + 120, 65, 4}, {512 + 60, 'x', 4}, {512 + 4, 0, 4},
	};
	uint8_t script[5 * LOADER_COMMAND];

	for (unsigned i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		unsigned size = make_script(script);
		script[wrong[i].at] = wrong[i].value;
		cr_assert(run(script, size) != 0 && loader.command == wrong[i].command, "row %u, command %u", i, loader.command);
	}
	for (unsigned round = 0; round < 20000; round++) { // the sanitizers judge
		unsigned size = make_script(script);
		for (unsigned i = 0; i <= random_below(4); i++)
			script[random_below(4 * LOADER_COMMAND)] = random_below(256);
		run(script, size);
	}
}

// ---------------------------------------------------------------------------------------------------- names
Test(fw_cfg, directory)
{
	uint8_t raw[64] = {0, 0, 1, 2, 0, 0x21, 0, 0, 'e', 't', 'c'};
	struct fw_cfg_file file;

	cr_assert(fw_cfg_parse(&file, raw) == 0 && file.size == 0x102 && file.key == 0x21 && strcmp(file.name, "etc") == 0);
	raw[63] = 'x';
	cr_assert(fw_cfg_parse(&file, raw) == -EINVAL);
	raw[63] = 0, raw[5] = 0x1f;
	cr_assert(fw_cfg_parse(&file, raw) == -EINVAL);
	raw[5] = 0x21, raw[8] = 0;
	cr_assert(fw_cfg_parse(&file, raw) == -EINVAL);
}

Test(boot_order, paths)
{
	static const char order[] = "/rom@genroms/linuxboot_dma.bin\n/pci@i0cf8/ide@1,1/drive@1/disk@0\n/pci@i0cf8/pci-bridge@4/scsi@3/disk@0,0\n"
				    "/pci@i0cf8/pci8086,2922@1f,2/drive@5/disk@0\n/pci@i0cf8/pci8086,5845@5/namespace@1,0\n"
				    "/pci-root@20/pci@i0cf8/scsi@1/disk@0,0\nHALT";
	const uint8_t ide[] = {1 << 3 | 1}, bridged[] = {4 << 3, 3 << 3}, ahci[] = {0x1f << 3 | 2}, nvme[] = {5 << 3}, other[] = {1 << 3};

	cr_assert(boot_order_path(order, "/rom@genroms/linuxboot_dma.bin") == 0);
	cr_assert(boot_order_path(order, "/rom@genroms/linuxboot") == -1);
	cr_assert(boot_order_find(order, ide, 1, 1, 0) == 1 && boot_order_find(order, ide, 1, 0, 0) == -1);
	cr_assert(boot_order_find(order, bridged, 2, -1, -1) == 2 && boot_order_find(order, bridged, 1, -1, -1) == 2);
	cr_assert(boot_order_find(order, ahci, 1, 5, 0) == 3 && boot_order_find(order, ahci, 1, 4, 0) == -1);
	cr_assert(boot_order_find(order, nvme, 1, 0, 1) == 4 && boot_order_find(order, nvme, 1, 0, 2) == -1);
	cr_assert(boot_order_find(order, other, 1, -1, -1) == 5);
	cr_assert(boot_order_path(order, "HALT") == 6 && boot_order_path("", "HALT") == -1);
}
