// boot.c: the boot list, the menu, INT 19h and 18h. See boot.h.
//
// INT 19h begins at the list's start, INT 18h (or a boot sector that gives up) goes on with the next entry.
// Both begin with an empty ROM stack, because whoever calls them does not return.
#include "bios/boot.h"
#include "bios/bda.h"
#include "bios/chipset.h"
#include "bios/eltorito.h"
#include "bios/fw_cfg.h"
#include "bios/int13.h"
#include "bios/log.h"
#include "bios/pci.h"
#include "bios/port.h"
#include "bios/regs.h"
#include "bios/screen.h"
#include "bios/time.h"
#include "kernel/lib/format.h"
#include "kernel/lib/string.h"
#include "kernel/uapi/errno.h"

#define ORDER_BYTES 2048
#define DEPTH_MAX 16
#define UNLISTED 1000 // what the list does not name comes behind it, by kind
#define KEY_F12 0x86
#define KEY_ESC 0x01
#define MENU_KEYS "123456789abcdefghijklmnopqrstuvwxyz"
#define MENU_WAIT_MS 2500
#define PREFIX_BYTES 64

struct entry {
	const char *name;
	int priority;
	struct disk *disk; // NULL: an option ROM's
	uint16_t segment, offset;
};

static struct entry entries[BOOT_ENTRIES_MAX];
static unsigned entry_count, next_entry;
static char order[ORDER_BYTES];
static bool order_known;
static uint8_t kind_priority[5]; // CMOS: 1 floppy, 2 hard disk, 3 CD, 4 network

// fw_cfg's list of paths, and the clock's memory with three nibbles of kinds (-boot order=).
static void load_order(void)
{
	uint32_t size = 0;
	int key = fw_cfg_find("bootorder", &size);
	uint8_t kinds[3] = {cmos_read(0x3d) & 15, cmos_read(0x3d) >> 4, cmos_read(0x38) >> 4};

	if (order_known)
		return;
	order_known = true;
	memset(kind_priority, sizeof(kinds) + 1, sizeof(kind_priority));
	for (unsigned i = sizeof(kinds); i-- > 0;)
		if (kinds[i] < sizeof(kind_priority))
			kind_priority[kinds[i]] = i;
	if (key >= 0 && fw_cfg_read(key, 0, order, size < ORDER_BYTES ? size : ORDER_BYTES - 1) != 0)
		order[0] = '\0';
}

static int kind_order(unsigned kind)
{
	return boot_order_path(order, "HALT") >= 0 ? -1 : UNLISTED + kind_priority[kind] * 8 + (int)kind;
}

// The functions from the root bus down to this one. Returns how many.
static unsigned slots_of(uint16_t bdf, uint8_t *slots)
{
	uint8_t upwards[DEPTH_MAX];
	unsigned depth = 0;
	const struct pci_device *at = NULL;

	pci_for_each(device)
		if (device->bdf == bdf)
			at = device;
	for (; at != NULL && depth < DEPTH_MAX; at = at->bridge)
		upwards[depth++] = at->bdf;
	for (unsigned i = 0; i < depth; i++)
		slots[i] = upwards[depth - 1 - i];
	return depth;
}

static void add(const char *name, int priority, struct disk *disk, uint16_t segment, uint16_t offset)
{
	unsigned at = entry_count;

	if (priority < 0)
		return;
	if (entry_count == BOOT_ENTRIES_MAX) {
		log_error("boot list: %s is one too many", name);
		return;
	}
	for (; at > 0 && entries[at - 1].priority > priority; at--)
		entries[at] = entries[at - 1];
	entries[at] = (struct entry){name, priority, disk, segment, offset};
	entry_count++;
}

void boot_add_rom(const char *name, const char *file, uint16_t bdf, uint16_t segment, uint16_t offset)
{
	char path[PREFIX_BYTES + FW_CFG_NAME];
	uint8_t slots[DEPTH_MAX];
	int priority;

	load_order();
	format_buffer(path, sizeof(path), "/rom@%s", file);
	priority = bdf != 0 ? boot_order_find(order, slots, slots_of(bdf, slots), -1, -1)
			    : boot_order_path(order, path);
	add(name, priority >= 0 ? priority : kind_order(4), NULL, segment, offset);
}

static int disk_priority(const struct disk *disk)
{
	uint8_t slots[DEPTH_MAX];
	unsigned depth = slots_of(disk->slot, slots);
	int priority = -1;

	if (strcmp(disk->bus, "ATA") == 0)
		priority = boot_order_find(order, slots, depth, disk->unit / 2, disk->unit % 2);
	else if (strcmp(disk->bus, "SATA") == 0)
		priority = boot_order_find(order, slots, depth, disk->unit, 0);
	else
		priority = boot_order_find(order, slots, depth, -1, -1);
	return priority >= 0 ? priority : kind_order(disk->cd ? 3 : 2);
}

// Hard disks get their numbers in boot order too: 80h is the first of them.
void boot_prepare(void)
{
	unsigned place = 0;
	struct disk *sorted[DISKS_MAX];

	load_order();
	for (unsigned i = 0; i < disk_count; i++)
		add(disks[i]->name, disk_priority(disks[i]), disks[i], 0, 0);
	for (unsigned i = 0; i < entry_count; i++)
		if (entries[i].disk != NULL)
			sorted[place++] = entries[i].disk;
	for (unsigned i = 0; i < disk_count; i++) // those that the list leaves out
		if (disk_priority(disks[i]) < 0)
			sorted[place++] = disks[i];
	memcpy(disks, sorted, place * sizeof(sorted[0]));
	int13_publish();
}

// ----------------------------------------------------------------
// booting one entry
static void boot_disk(const struct entry *entry)
{
	uint16_t *sector = real_pointer(0, BOOT_ADDRESS);
	uint8_t number = disk_number(entry->disk);
	struct bios_regs r = {.eax = BOOT_SIGNATURE, .edx = number, .flags = FLAG_INTERRUPT};
	uint32_t count = 1;
	int rc = disk_transfer(entry->disk, DISK_READ, 0, &count, sector);

	if (rc != 0)
		screen_line("%s cannot be read (error %d)", entry->name, -rc);
	else if (sector[255] != BOOT_SIGNATURE)
		screen_line("%s has no boot sector (no 55 AA at its end)", entry->name);
	else
		start16(&r, 0, BOOT_ADDRESS);
}

static const char *cd_failure(int rc)
{
	switch (rc) {
	case -ENODATA: return "the drive is empty";
	case -ENOENT: return "it has no boot image for this machine";
	case -EINVAL: return "its boot catalogue is damaged";
	case -EFBIG: return "its boot image does not fit into memory";
	default: return "it cannot be read";
	}
}

static void boot_cd(const struct entry *entry)
{
	struct eltorito_entry image;
	uint8_t number;
	struct bios_regs r = {.flags = FLAG_INTERRUPT};
	int rc = eltorito_boot(entry->disk, (uint32_t)bda.memory_kib << 10, &image, &number);

	if (rc != 0) {
		screen_line("%s: no bootable CD: %s", entry->name, cd_failure(rc));
		return;
	}
	r.edx = number;
	start16(&r, image.segment == BOOT_ADDRESS >> 4 ? 0 : image.segment,
		image.segment == BOOT_ADDRESS >> 4 ? BOOT_ADDRESS : 0);
}

static void boot_rom(const struct entry *entry)
{
	struct bios_regs r = {.es = SEGMENT_CODE, .flags = FLAG_INTERRUPT};

	call16_low(&r, entry->segment, entry->offset);
}

static _Noreturn void boot_from(unsigned first)
{
	for (next_entry = first; next_entry < entry_count;) {
		const struct entry *entry = &entries[next_entry++];
		screen_line("Booting from %s ...", entry->name);
		log_info("boot: %s", entry->name);
		eltorito_end();
		if (entry->disk == NULL)
			boot_rom(entry);
		else if (entry->disk->cd)
			boot_cd(entry);
		else
			boot_disk(entry);
	}
	fail(entry_count == 0 ? "No boot device: there is no disk, no CD and no network boot ROM."
			      : "No boot device: none of the %u in the list could be booted.", entry_count);
}

void int19(struct bios_regs *r)
{
	boot_from(0);
}

void int18(struct bios_regs *r)
{
	boot_from(next_entry);
}

// ---------------------------------------------------------------- the menu
static int key_now(void)
{
	struct bios_regs r = {.eax = 0x1100};

	call16_int(&r, 0x16);
	if (r.flags & FLAG_ZERO)
		return -1;
	r = (struct bios_regs){.eax = 0x1000};
	call16_int(&r, 0x16);
	return r.ax;
}

// Waits for a key until `end`. Interrupts come in by wait_interrupt().
static int key_within(uint64_t end)
{
	int key;

	while ((key = key_now()) < 0 && !expired(end))
		wait_interrupt();
	return key;
}

static void show_menu(void)
{
	screen_line("\nBoot from (a number; Esc: as listed):");
	for (unsigned i = 0; i < entry_count; i++)
		screen_line("  %c  %s", MENU_KEYS[i], entries[i].name);
	for (;;) {
		int key = key_within(UINT64_MAX);
		const char *place = memchr(MENU_KEYS, key & 0xff, strlen(MENU_KEYS));
		if (key >> 8 == KEY_ESC)
			return;
		if (place == NULL || (unsigned)(place - MENU_KEYS) >= entry_count)
			continue;
		struct entry chosen = entries[place - MENU_KEYS];
		memmove(entries + 1, entries, (place - MENU_KEYS) * sizeof(entries[0]));
		entries[0] = chosen;
		return;
	}
}

static bool is_menu_key(int key)
{
	return key >= 0 && (key >> 8 == KEY_F12 || key >> 8 == KEY_ESC);
}

// fw_cfg etc/boot-menu-wait (-boot menu=on,splash-time=MS) asks for a wait; else a key pressed by now counts.
void boot_menu(void)
{
	uint16_t wait_ms = 0;
	int file = fw_cfg_find("etc/boot-menu-wait", NULL), key;
	uint64_t end;

	let_interrupts_in();
	key = key_now();

	if ((uint16_t)fw_cfg_number(FW_CFG_MENU) != 0) {
		wait_ms = MENU_WAIT_MS;
		if (file >= 0)
			fw_cfg_read(file, 0, &wait_ms, sizeof(wait_ms));
		screen_line("F12 or Esc: boot menu");
	}
	end = time_us() + wait_ms * 1000ull;
	while (!is_menu_key(key) && !expired(end))
		key = key_within(end);
	if (is_menu_key(key))
		show_menu();
}
