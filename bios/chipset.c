// chipset.c: see chipset.h. Register numbers are those of Intel's datasheets 290549 (82441FX), 290562
// (PIIX4), 319973 (82Q35), and 316972 (ICH9).
#include "bios/chipset.h"
#include "bios/log.h"
#include "bios/memory.h"
#include "bios/pci.h"
#include "bios/port.h"
#include "bios/time.h"

#define HOST PCI_BDF(0, 0, 0)
#define DEVICE_Q35 0x29c0
#define DEVICE_PIIX3 0x7000
#define DEVICE_PIIX4_PM 0x7113
#define DEVICE_ICH9 0x2918
#define DEVICE_ICH9_SMBUS 0x2930
#define SMBUS_BASE 0x700
#define RCBA_BASE 0xfed1c000u
#define RCBA_BYTES 0x4000

static bool q35;
static const uint8_t routes[4] = {10, 10, 11, 11};

static void init_piix4_pm(uint16_t bdf)
{
	pci_write32(bdf, 0x40, PM_BASE | 1);
	pci_write8(bdf, 0x80, 1);
	pci_write32(bdf, 0x90, SMBUS_BASE | 1);
	pci_write8(bdf, 0xd2, 0x09);
}

static void route(uint16_t bdf, uint8_t reg)
{
	pci_write32(bdf, reg, routes[0] | routes[1] << 8 | routes[2] << 16 | (uint32_t)routes[3] << 24);
}

static void init_ich9(uint16_t bdf)
{
	pci_write32(bdf, 0x40, PM_BASE | 1);
	pci_write8(bdf, 0x44, 0x80);
	pci_write32(bdf, 0xf0, RCBA_BASE | 1);
	memory_mark(RCBA_BASE, RCBA_BYTES, E820_RESERVED);
	route(bdf, 0x60);
	route(bdf, 0x68);
}

// Address and enable bit by one write: a reset has left the upper half 0 and the window off.
static void init_mmconfig(void)
{
	pci_write32(HOST, 0x60, MMCONFIG_BASE | 1);
	memory_mark(MMCONFIG_BASE, MMCONFIG_BYTES, E820_RESERVED);
}

bool chipset_was_set_up(void)
{
	if (pci_read16(HOST, PCI_DEVICE) == DEVICE_Q35)
		return pci_read32(HOST, 0x60) & 1;
	return pci_read16(PCI_BDF(0, 1, 3), PCI_DEVICE) == DEVICE_PIIX4_PM && (pci_read8(PCI_BDF(0, 1, 3), 0x80) & 1);
}

void chipset_init(void)
{
	q35 = pci_read16(HOST, PCI_DEVICE) == DEVICE_Q35;
	pci_for_each(device) {
		if (device->vendor != 0x8086)
			continue;
		switch (device->device) {
		case DEVICE_PIIX3: route(device->bdf, 0x60); break;
		case DEVICE_PIIX4_PM: init_piix4_pm(device->bdf); break;
		case DEVICE_ICH9: init_ich9(device->bdf); break;
		case DEVICE_ICH9_SMBUS: pci_write8(device->bdf, 0x40, 1); break;
		}
	}
	if (q35)
		init_mmconfig();
	out8(0x4d0, 0);
	out8(0x4d1, 0x0c); // lines 10 and 11 are level-triggered
	time_init(PM_TIMER);
}

uint8_t chipset_irq(unsigned slot, unsigned pin)
{
	if (!q35)
		return routes[(pin - 1 + slot - 1) & 3];
	return routes[(slot <= 24 ? pin - 1 + slot : pin - 1) & 3];
}

uint64_t chipset_pci_memory(void)
{
	uint64_t start = q35 ? (uint64_t)MMCONFIG_BASE + MMCONFIG_BYTES : 0x80000000u;

	return start > memory_below_4g ? start : memory_below_4g;
}

void chipset_lock_shadow(uint32_t option_roms_end)
{
	uint32_t open = pci_read32(HOST, 0x58); // on i440fx 58 is another register

	__asm__ volatile("wbinvd" ::: "memory");
	if (q35) { // PAM0 is the upper half of its byte: F0000; then 16 KiB a half byte from C0000
		pci_write32(HOST, 0x90, 0x11111110);
		if (option_roms_end > 0xd8000)
			pci_write8(HOST, 0x94, 0x11);
	} else {
		pci_write32(HOST, 0x58, 0x11111000 | (open & 0xff));
		if (option_roms_end > 0xd0000)
			pci_write16(HOST, 0x5c, 0x1111);
	}
}

void chipset_reset(void)
{
	out8(0xcf9, 2);
	out8(0xcf9, 6);
	for (;;)
		__asm__ volatile("hlt");
}
