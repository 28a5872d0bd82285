// rom_parse.c: the pure part of option ROMs: their headers, which come from outside and are believed in
// nothing.
#include "bios/rom.h"
#include "kernel/lib/string.h"
#include "kernel/uapi/errno.h"

#define PCI_POINTER 0x18
#define PNP_POINTER 0x1a
#define PCI_DATA_BYTES 0x16
#define PNP_BYTES 0x20
#define LAST_IMAGE 0x80

static uint16_t word(const uint8_t *at)
{
	return at[0] | at[1] << 8;
}

// The offset in the word at `at`, when a structure of `bytes` with that signature lies there; else 0.
static uint16_t pointer(const uint8_t *rom, uint32_t room, unsigned at, unsigned bytes, const char *signature)
{
	uint16_t offset = word(rom + at);

	if (offset < 0x1c || room < bytes || offset > room - bytes || memcmp(rom + offset, signature, 4) != 0)
		return 0;
	return offset;
}

int rom_parse(struct rom_image *image, const uint8_t *bytes, uint32_t room)
{
	*image = (struct rom_image){.last = 1};
	if (room < ROM_UNIT || bytes[0] != 0x55 || bytes[1] != 0xaa)
		return -ENOEXEC;
	image->size = image->pci_size = bytes[2] * ROM_UNIT;
	image->pci = pointer(bytes, room, PCI_POINTER, PCI_DATA_BYTES, "PCIR");
	if (image->pci != 0) {
		image->vendor = word(bytes + image->pci + 4);
		image->device = word(bytes + image->pci + 6);
		image->pci_size = word(bytes + image->pci + 0x10) * ROM_UNIT;
		image->type = bytes[image->pci + 0x14];
		image->last = (bytes[image->pci + 0x15] & LAST_IMAGE) != 0;
	}
	if (image->size > room || image->pci_size > room || image->pci_size == 0)
		return -EINVAL;
	if (image->type != PCI_ROM_X86)
		return 0;
	if (image->size == 0)
		return -EINVAL;
	image->pnp = pointer(bytes, image->size, PNP_POINTER, PNP_BYTES, "$PnP");
	return 0;
}

int rom_sum_is_zero(const uint8_t *bytes, uint32_t size)
{
	uint8_t sum = 0;

	while (size-- > 0)
		sum += *bytes++;
	return sum == 0;
}
