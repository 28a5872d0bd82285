// rom.c: option ROMs: found, checked, copied to C0000 and up at 2 KiB steps, run. See rom.h.
//
// A ROM gets AX = its PCI function, ES:DI = our Plug and Play structure. While it runs its memory takes
// writes; it may shrink to what it needs later. What a Plug and Play header offers to boot from (BEV) joins
// the boot list; a BCV is called at once.
#include "bios/rom.h"
#include "bios/boot.h"
#include "bios/fw_cfg.h"
#include "bios/layout.h"
#include "bios/log.h"
#include "bios/memory.h"
#include "bios/pci.h"
#include "bios/regs.h"
#include "bios/screen.h"
#include "kernel/lib/format.h"
#include "kernel/lib/string.h"
#include "kernel/uapi/errno.h"

#define STEP 2048u
#define ROM_ENABLE 1u
#define IMAGES_MAX 16
#define CLASS_VGA 0x0300
#define PNP_BCV 0x16
#define PNP_BEV 0x1a
#define PNP_PRODUCT 0x10
#define PMM_BYTES (32u << 20)
#define PMM_BLOCKS 32

extern const uint16_t entry_pnp; // offset in SEGMENT_CODE
static uint32_t next_rom = OPTION_ROM_BASE;

// Its name for the boot menu, which lies in the ROM.
static const char *product(const uint8_t *rom, const struct rom_image *image, const char *name)
{
	uint16_t offset = rom[image->pnp + PNP_PRODUCT] | rom[image->pnp + PNP_PRODUCT + 1] << 8;

	if (offset == 0 || offset >= image->size || memchr(rom + offset, '\0', image->size - offset) == NULL)
		return name;
	return (const char *)rom + offset;
}

static uint16_t pnp_word(const uint8_t *rom, const struct rom_image *image, unsigned at)
{
	return rom[image->pnp + at] | rom[image->pnp + at + 1] << 8;
}

static void offer(uint8_t *rom, const struct rom_image *image, uint16_t bdf, const char *name)
{
	uint16_t segment = (uintptr_t)rom >> 4;
	struct bios_regs r = {.eax = bdf, .es = SEGMENT_CODE, .edi = entry_pnp, .flags = FLAG_INTERRUPT};

	if (image->pnp == 0)
		return;
	if (pnp_word(rom, image, PNP_BCV) != 0)
		call16_low(&r, segment, pnp_word(rom, image, PNP_BCV));
	if (pnp_word(rom, image, PNP_BEV) != 0)
		boot_add_rom(product(rom, image, name), name, bdf, segment, pnp_word(rom, image, PNP_BEV));
}

// Runs the image that lies at next_rom; `copied` bytes of it do.
static void run(uint32_t copied, uint16_t bdf, const char *name)
{
	uint8_t *rom = (uint8_t *)next_rom;
	struct rom_image image;
	int rc = rom_parse(&image, rom, copied);
	struct bios_regs r = {.eax = bdf, .ebx = 0xffff, .edx = 0xffff, .es = SEGMENT_CODE, .edi = entry_pnp,
			      .flags = FLAG_INTERRUPT};

	if (rc != 0 || !rom_sum_is_zero(rom, image.size)) {
		log_error("option ROM %s is not run: %s", name,
			  rc == -ENOEXEC ? "no 55 AA" : rc != 0 ? "its size is wrong" : "its checksum is wrong");
		screen_line("option ROM %s is damaged: it is not run", name);
		return;
	}
	log_info("option ROM %s: %u KiB at %05x", name, image.size >> 10, next_rom);
	call16_low(&r, next_rom >> 4, 3);
	if (rom_parse(&image, rom, OPTION_ROM_END - next_rom) != 0)
		return; // it took itself away
	offer(rom, &image, bdf, name);
	next_rom += (image.size + STEP - 1) & ~(STEP - 1);
}

static bool fits(uint32_t size, const char *name)
{
	if (size <= OPTION_ROM_END - next_rom)
		return true;
	log_error("option ROM %s does not fit: %u KiB, %u left", name, size >> 10, (OPTION_ROM_END - next_rom) >> 10);
	return false;
}

// The x86 image of a PCI ROM: the images lie one behind the other.
static const uint8_t *find_image(const struct pci_device *device, const uint8_t *rom, uint32_t room,
				 struct rom_image *image)
{
	for (unsigned i = 0; i < IMAGES_MAX; i++) {
		if (rom_parse(image, rom, room) != 0)
			return NULL;
		if (image->type == PCI_ROM_X86 && image->size > 0)
			return image->pci == 0 || image->vendor == device->vendor ? rom : NULL;
		if (image->last)
			return NULL;
		rom += image->pci_size;
		room -= image->pci_size;
	}
	return NULL;
}

static void run_pci(const struct pci_device *device)
{
	uint32_t bar = pci_read32(device->bdf, PCI_ROM), room;
	struct rom_image image;
	const uint8_t *found;
	char name[24];

	if (device->header != 0 || device->off || (bar & ~0x7ffu) == 0)
		return;
	pci_write32(device->bdf, PCI_ROM, ~0u << 11);
	room = -(pci_read32(device->bdf, PCI_ROM) & (~0u << 11));
	pci_write32(device->bdf, PCI_ROM, bar | ROM_ENABLE);
	found = find_image(device, (const uint8_t *)(uintptr_t)(bar & (~0u << 11)), room, &image);
	format_buffer(name, sizeof(name), "of PCI %02x:%02x.%u", device->bdf >> 8, device->bdf >> 3 & 31,
		      device->bdf & 7);
	found = found != NULL && fits(image.size, name) ? found : NULL;
	if (found != NULL)
		memcpy((void *)next_rom, found, image.size);
	pci_write32(device->bdf, PCI_ROM, bar);
	if (found != NULL)
		run(image.size, device->bdf, name);
}

static void run_files(const char *folder)
{
	const struct fw_cfg_file *file;

	for (unsigned i = 0; (file = fw_cfg_entry(i)) != NULL; i++) {
		if (strncmp(file->name, folder, strlen(folder)) != 0 || !fits(file->size, file->name))
			continue;
		if (fw_cfg_read(file->key, 0, (void *)next_rom, file->size) == 0)
			run(file->size, 0, file->name);
	}
}

void roms_video(void)
{
	run_files("vgaroms/");
	pci_for_each(device)
		if (device->class == CLASS_VGA && next_rom == OPTION_ROM_BASE)
			run_pci(device);
}

void roms_run(void)
{
	pci_for_each(device)
		if (device->class != CLASS_VGA)
			run_pci(device);
	run_files("genroms/");
}

uint32_t roms_end(void)
{
	return next_rom;
}

// ---------------------------------------------------------------- POST
// memory manager
static struct {
	uint32_t handle, base;
} blocks[PMM_BLOCKS];
static unsigned block_count;
static uint32_t pmm_next;

// From a zone of RAM that POST leaves alone, and that is anybody's after it.
static uint32_t pmm_allocate(uint32_t bytes, uint32_t handle, uint16_t flags)
{
	uint32_t align = flags & 0x10 && bytes != 0 ? bytes & -bytes : 4096, base;

	if (pmm_next == 0)
		pmm_next = memory_high_limit();
	if (bytes == 0) // how much is there?
		return flags & 2 ? PMM_BYTES : 0;
	base = (pmm_next - bytes) & -align;
	if ((flags & 2) == 0 || block_count == PMM_BLOCKS || bytes > PMM_BYTES || base > pmm_next ||
	    base < memory_high_limit() - PMM_BYTES || memory_high_limit() < 2 * PMM_BYTES)
		return 0;
	blocks[block_count].handle = handle;
	blocks[block_count++].base = base;
	return pmm_next = base;
}

// Arguments lie on the caller's stack behind two return addresses: u16 function; then
// 0: u32 paragraphs, u32 handle, u16 flags -> DX:AX address; 1: u32 handle -> DX:AX; 2: u32 address -> 0.
void pmm_service(struct bios_regs *r)
{
	const struct {
		uint16_t function;
		uint32_t argument, handle;
		uint16_t flags;
	} __attribute__((packed)) *call = real_pointer(r->ss, r->esp + 24);
	uint32_t result = ~0u;

	if (call->function == 0)
		result = call->argument > PMM_BYTES / 16
			     ? 0
			     : pmm_allocate(call->argument * 16, call->handle, call->flags);
	if (call->function == 1) {
		result = 0;
		for (unsigned i = 0; i < block_count; i++)
			if (blocks[i].handle == call->argument && call->argument != ~0u)
				result = blocks[i].base;
	}
	if (call->function == 2)
		result = 0;
	r->ax = result;
	r->dx = result >> 16;
}
