// pci.c: see pci.h.
#include "bios/pci.h"
#include "bios/fw_cfg.h"
#include "bios/log.h"
#include "bios/port.h"

#define ADDRESS_PORT 0xcf8
#define DATA_PORT 0xcfc
#define ENABLE 0x80000000u
#define BUSES 256
#define CAPABILITIES_MAX 48
#define STATUS_CAPABILITIES 0x10
#define BAR_IO 1u
#define BAR_64 4u

struct pci_device pci_devices[PCI_DEVICES_MAX];
unsigned pci_device_count;
static unsigned last_bus;

static void select(uint16_t bdf, uint8_t reg)
{
	out32(ADDRESS_PORT, ENABLE | (uint32_t)bdf << 8 | (reg & ~3u));
}

uint32_t pci_read32(uint16_t bdf, uint8_t reg)
{
	select(bdf, reg);
	return in32(DATA_PORT);
}

uint16_t pci_read16(uint16_t bdf, uint8_t reg)
{
	select(bdf, reg);
	return in16(DATA_PORT + (reg & 2));
}

uint8_t pci_read8(uint16_t bdf, uint8_t reg)
{
	select(bdf, reg);
	return in8(DATA_PORT + (reg & 3));
}

void pci_write32(uint16_t bdf, uint8_t reg, uint32_t value)
{
	select(bdf, reg);
	out32(DATA_PORT, value);
}

void pci_write16(uint16_t bdf, uint8_t reg, uint16_t value)
{
	select(bdf, reg);
	out16(DATA_PORT + (reg & 2), value);
}

void pci_write8(uint16_t bdf, uint8_t reg, uint8_t value)
{
	select(bdf, reg);
	out8(DATA_PORT + (reg & 3), value);
}

void *pci_bar(const struct pci_device *device, unsigned bar)
{
	uint32_t low = pci_read32(device->bdf, PCI_BAR0 + 4 * bar);

	if ((low & BAR_IO) != 0 || ((low & BAR_64) != 0 && pci_read32(device->bdf, PCI_BAR0 + 4 * bar + 4) != 0))
		return NULL;
	return (void *)(uintptr_t)(low & ~15u);
}

uint16_t pci_io(const struct pci_device *device, unsigned bar)
{
	uint32_t low = pci_read32(device->bdf, PCI_BAR0 + 4 * bar);

	return (low & BAR_IO) != 0 ? low & 0xfffc : 0;
}

uint8_t pci_capability(const struct pci_device *device, uint8_t id, uint8_t after)
{
	uint8_t at = after != 0 ? pci_read8(device->bdf, after + 1) : pci_read8(device->bdf, PCI_CAPABILITIES);

	if ((pci_read16(device->bdf, PCI_STATUS) & STATUS_CAPABILITIES) == 0)
		return 0;
	for (unsigned i = 0; i < CAPABILITIES_MAX && (at & ~3) >= 0x40; i++, at = pci_read8(device->bdf, at + 1)) {
		at &= ~3;
		if (pci_read8(device->bdf, at) == id)
			return at;
	}
	return 0;
}

void pci_enable_master(const struct pci_device *device)
{
	pci_write16(device->bdf, PCI_COMMAND, pci_read16(device->bdf, PCI_COMMAND) | PCI_COMMAND_MASTER);
}

static void scan_bus(unsigned bus, struct pci_device *bridge);

static void scan_function(uint16_t bdf, uint32_t id, struct pci_device *bridge)
{
	struct pci_device *device = &pci_devices[pci_device_count];
	uint32_t class = pci_read32(bdf, PCI_CLASS_REVISION);

	if (pci_device_count == PCI_DEVICES_MAX) {
		log_error("PCI: more than %u functions: %02x:%02x.%u is left out", PCI_DEVICES_MAX, bdf >> 8,
			  bdf >> 3 & 31, bdf & 7);
		return;
	}
	pci_device_count++;
	*device = (struct pci_device){.bdf = bdf,
				      .vendor = id,
				      .device = id >> 16,
				      .class = class >> 16,
				      .prog = class >> 8,
				      .header = pci_read8(bdf, PCI_HEADER) & 0x7f,
				      .bridge = bridge};
	log_debug("PCI %02x:%02x.%u %04x:%04x class %04x.%02x", bdf >> 8, bdf >> 3 & 31, bdf & 7, device->vendor,
		  device->device, device->class, device->prog);
	if (device->header != 1 || last_bus + 1 == BUSES)
		return;
	pci_write32(bdf, PCI_BUS_PRIMARY, 0xff0000 | (last_bus + 1) << 8 | bdf >> 8);
	last_bus++;
	scan_bus(last_bus, device);
	pci_write8(bdf, PCI_BUS_SUBORDINATE, last_bus);
}

static void scan_bus(unsigned bus, struct pci_device *bridge)
{
	for (unsigned slot = 0; slot < 32; slot++) {
		unsigned functions = 1;
		for (unsigned function = 0; function < functions; function++) {
			uint16_t bdf = PCI_BDF(bus, slot, function);
			uint32_t id = pci_read32(bdf, PCI_VENDOR);
			if ((uint16_t)id == 0xffff || (uint16_t)id == 0)
				continue;
			if (function == 0 && (pci_read8(bdf, PCI_HEADER) & 0x80) != 0)
				functions = 8;
			scan_function(bdf, id, bridge);
		}
	}
}

void pci_scan(void)
{
	uint64_t extra_roots = 0;
	int key = fw_cfg_find("etc/extra-pci-roots", NULL);

	if (key >= 0)
		fw_cfg_read(key, 0, &extra_roots, sizeof(extra_roots));
	scan_bus(0, NULL);
	// Expander bridges are roots of their own; they sit at numbers that nobody tells.
	while (extra_roots > 0 && last_bus + 1 < BUSES) {
		unsigned before = pci_device_count;
		scan_bus(++last_bus, NULL);
		if (pci_device_count > before)
			extra_roots--;
	}
	log_info("PCI: %u functions on %u buses", pci_device_count, last_bus + 1);
}
