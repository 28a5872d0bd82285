// rom.h: option ROMs (PCI Firmware 3.0, chapter 5; Plug and Play BIOS 1.0A, 3.2; BIOS Boot Specification
// 1.01).
#pragma once
#include <stdint.h>

#define ROM_UNIT 512u
#define PCI_ROM_X86 0

struct rom_image {
	uint32_t size;           // bytes it says it has; a multiple of ROM_UNIT
	uint16_t pci;            // offset of its PCI data structure; 0: none
	uint16_t pnp;            // of its Plug and Play header; 0: none
	uint16_t vendor, device; // of the PCI data
	uint32_t pci_size;       // of the whole image in a ROM of several, as the PCI data say
	uint8_t type;            // 0: for x86 BIOSes
	uint8_t last;            // no image behind this one
};

// Pure. Reads the headers of an image at `bytes`, of which `room` are there. -ENOEXEC: no signature;
// -EINVAL: it claims more than there is, or nothing. Headers that lie outside of the image count as not
// there.
int rom_parse(struct rom_image *image, const uint8_t *bytes, uint32_t room);
// Pure. Does the sum of all its bytes come out as zero?
int rom_sum_is_zero(const uint8_t *bytes, uint32_t size);

// Runs the video ROM, of the first display controller or from fw_cfg (vgaroms/).
void roms_video(void);
// Runs all others: of PCI functions, and from fw_cfg (genroms/).
void roms_run(void);
// Where the memory they occupy ends.
uint32_t roms_end(void);
// The POST memory manager (PMM 1.01), which option ROMs call.
struct bios_regs;
void pmm_service(struct bios_regs *r);
