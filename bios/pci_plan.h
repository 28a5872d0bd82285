// pci_plan.h: which addresses PCI resources get. Pure: sizes in, addresses out.
//
// Each BAR is an item on its bus. A bridge forwards three windows, so each bus below one becomes up to
// three more items on the bus above. Items of one kind on one bus lie in order of falling alignment, which
// leaves no holes between powers of two. On the root buses memory goes below 4 GiB while it fits; then the
// largest that can take a 64-bit address go above, one by one.
#pragma once
#include <stdbool.h>
#include <stdint.h>

enum pci_kind { PCI_KIND_IO, PCI_KIND_MEMORY, PCI_KIND_PREFETCH, PCI_KINDS };
#define PCI_BUSES 256
#define PCI_NO_PARENT (-1)  // a root bus
#define PCI_NO_BUS (-2)     // there is none of this number
#define PCI_WINDOW 0xff     // as `bar`: the item is the window of the bus `device`
#define PCI_UNPLACED UINT64_MAX
#define PCI_GRANULE_IO 0x1000
#define PCI_GRANULE_MEMORY 0x100000

struct pci_item {
	uint64_t size, align, base;
	uint16_t device; // index into the caller's list, or secondary bus of a window
	uint8_t bus, bar, kind;
	bool is64, high; // may lie, lies above 4 GiB
};

struct pci_range {
	uint64_t base, end;
};

struct pci_plan {
	struct pci_item *items; // room for `room`; the first `count` are the caller's BARs
	uint32_t count, room;
	int16_t parent[PCI_BUSES]; // of each bus: the bus its bridge sits on. Greater than the parent's number.
	bool hotplug[PCI_BUSES];   // gets memory windows though nothing is there yet
	struct pci_range io, low, high;
	uint32_t unplaced;         // items left without an address: see their base
};

// Fills in the bases, and adds the windows as items; sorts the items. -ENOSPC: room is too small. Items for
// which there is no address have base PCI_UNPLACED and are counted.
int pci_plan(struct pci_plan *plan);
