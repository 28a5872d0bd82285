// pci.h: PCI configuration space by ports CF8/CFC, and the list of what was found (PCI Local Bus 3.0,
// chapter 6).
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define PCI_DEVICES_MAX 256 // with several functions each: all that 200 random -device arguments and bridges make
#define PCI_BDF(bus, device, function) ((uint16_t)((bus) << 8 | (device) << 3 | (function)))
enum {
	PCI_VENDOR = 0x00, PCI_DEVICE = 0x02, PCI_COMMAND = 0x04, PCI_STATUS = 0x06,
	PCI_CLASS_REVISION = 0x08, PCI_PROG = 0x09, PCI_CLASS = 0x0a, PCI_HEADER = 0x0e, PCI_BAR0 = 0x10,
	PCI_SUBSYSTEM_VENDOR = 0x2c, PCI_SUBSYSTEM = 0x2e, PCI_ROM = 0x30, PCI_CAPABILITIES = 0x34,
	PCI_IRQ_LINE = 0x3c, PCI_IRQ_PIN = 0x3d, PCI_BUS_PRIMARY = 0x18, PCI_BUS_SECONDARY = 0x19,
	PCI_BUS_SUBORDINATE = 0x1a, PCI_BRIDGE_IO = 0x1c, PCI_BRIDGE_MEMORY = 0x20,
	PCI_BRIDGE_PREFETCH = 0x24, PCI_BRIDGE_PREFETCH_BASE_HIGH = 0x28,
	PCI_BRIDGE_PREFETCH_LIMIT_HIGH = 0x2c, PCI_BRIDGE_IO_HIGH = 0x30, PCI_BRIDGE_ROM = 0x38,
	PCI_BRIDGE_CONTROL = 0x3e
};
enum { PCI_COMMAND_IO = 1, PCI_COMMAND_MEMORY = 2, PCI_COMMAND_MASTER = 4 };

struct pci_device {
	uint16_t bdf, vendor, device;
	uint16_t class;  // base class and subclass: 0x0106 is SATA
	uint8_t prog;    // programming interface: 1 is AHCI
	uint8_t header;  // type, without the multi-function bit: 0 device, 1 bridge
	uint8_t irq;     // line, as routed to the PIC; 0: none
	uint8_t decodes; // PCI_COMMAND bits that its BARs need
	bool off;        // found no room for its BARs: not decoding
	struct pci_device *bridge; // the one above; NULL on the root bus
};

extern struct pci_device pci_devices[PCI_DEVICES_MAX];
extern unsigned pci_device_count; // in bus order, devices ascending
#define pci_for_each(device)                                                                                      \
	for (struct pci_device *device = pci_devices; device < pci_devices + pci_device_count; device++)

uint32_t pci_read32(uint16_t bdf, uint8_t reg);
uint16_t pci_read16(uint16_t bdf, uint8_t reg);
uint8_t pci_read8(uint16_t bdf, uint8_t reg);
void pci_write32(uint16_t bdf, uint8_t reg, uint32_t value);
void pci_write16(uint16_t bdf, uint8_t reg, uint16_t value);
void pci_write8(uint16_t bdf, uint8_t reg, uint8_t value);

// Where a BAR lies: memory as a pointer (NULL: none, above 4 GiB, or I/O), I/O as its first port (0: none,
// or memory).
void *pci_bar(const struct pci_device *device, unsigned bar);
uint16_t pci_io(const struct pci_device *device, unsigned bar);
// Offset of the first capability `id` behind `after` (0: from the start); 0 when there is none. Loops in
// the list end.
uint8_t pci_capability(const struct pci_device *device, uint8_t id, uint8_t after);
// Lets the device read and write memory by itself.
void pci_enable_master(const struct pci_device *device);

// Finds all devices behind all bridges, numbers the buses. Fills the list.
void pci_scan(void);
// Gives all of them addresses and interrupt lines, and switches decoding on.
void pci_assign(void);
