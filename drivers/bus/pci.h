// pci.h: the PCI bus: enumeration, configuration space, BARs, MSI-X (PCI Local Bus 3.0). Configuration space is reached
// by ports CF8/CFC: its first 256 bytes hold all that our drivers read.
#pragma once
#include <stdbool.h>
#include <stdint.h>
#include "kernel/dev/irq.h"

#define PCI_DEVICES_MAX 64

struct pci_device {
	uint8_t bus, slot, function;
	uint16_t vendor, device;
	uint32_t class_code; // class, subclass, interface
	uint64_t bar[6];     // memory: physical address; I/O: port | 1; 0: none. A 64-bit BAR fills one entry
	uint64_t bar_size[6];
	volatile uint32_t *msix_table; // mapped by pci_msix_request()
	uint16_t msix_count;
};

struct pci_driver {
	const char *name;
	uint16_t vendor, device;
	int (*probe)(struct pci_device *device); // 0, or why not: logged
};

void pci_init(void); // finds every device, once, at boot
void pci_probe(const struct pci_driver *const drivers[], unsigned count);
uint32_t pci_read(const struct pci_device *device, unsigned offset, unsigned size);
void pci_write(const struct pci_device *device, unsigned offset, unsigned size, uint32_t value);
void pci_enable(const struct pci_device *device); // memory, I/O and bus mastering
// The first capability with this id, 0: none.
unsigned pci_capability(const struct pci_device *device, uint8_t id, unsigned after);
// Gives MSI-X table entry `index` a handler of its own. 0 or -errno.
int pci_msix_request(struct pci_device *device, unsigned index, irq_handler *handler, void *argument, const char *name);
