// pci_setup.c: gives every PCI function its addresses and interrupt line: sizes are read, pci_plan()
// decides, and the result is written. Decoding is off meanwhile, so that no two BARs ever overlap.
#include "bios/chipset.h"
#include "bios/cpu.h"
#include "bios/layout.h"
#include "bios/log.h"
#include "bios/memory.h"
#include "bios/pci.h"
#include "bios/pci_plan.h"
#include "bios/fw_cfg.h"
#include "kernel/lib/string.h"

#define ITEMS_MAX (PCI_DEVICES_MAX * 7)
#define BAR_IO 1u
#define BAR_TYPE_64 4u
#define BAR_PREFETCH 8u
#define LOW_END_PCI 0xfec00000u // the interrupt controllers
#define IO_SMALL 0xc000
#define IO_ALL 0x1000
#define GIB (1ull << 30)
#define CLASS_IDE 0x0101
#define CLASS_VGA 0x0300
#define CAPABILITY_EXPRESS 0x10
#define EXPRESS_SLOT 0x100
#define BRIDGE_VGA 8

static struct pci_plan *const plan = (void *)POST_SCRATCH; // RAM that nobody uses yet
static struct pci_item *const items = (void *)(POST_SCRATCH + sizeof(struct pci_plan));

static unsigned bars_of(const struct pci_device *device)
{
	return device->header == 0 ? 6 : device->header == 1 ? 2 : 0;
}

static uint8_t rom_of(const struct pci_device *device)
{
	return device->header == 1 ? PCI_BRIDGE_ROM : PCI_ROM;
}

static uint32_t probe(uint16_t bdf, uint8_t reg, uint32_t ones)
{
	uint32_t before = pci_read32(bdf, reg), mask;

	pci_write32(bdf, reg, ones);
	mask = pci_read32(bdf, reg);
	pci_write32(bdf, reg, before);
	return mask;
}

static void add_item(unsigned index, unsigned bar, uint8_t kind, uint64_t size, bool is64)
{
	if (size == 0 || plan->count == ITEMS_MAX)
		return;
	items[plan->count++] = (struct pci_item){.size = size,
						 .align = size,
						 .device = index,
						 .bus = pci_devices[index].bdf >> 8,
						 .bar = bar,
						 .kind = kind,
						 .is64 = is64};
}

// In compatibility mode a channel of an IDE controller answers at fixed ports, whatever its BARs say.
static bool is_fixed(const struct pci_device *device, unsigned bar)
{
	return device->class == CLASS_IDE && bar < 4 && (device->prog & (bar < 2 ? 1 : 4)) == 0;
}

static unsigned add_bar(unsigned index, unsigned bar)
{
	const struct pci_device *device = &pci_devices[index];
	uint8_t reg = PCI_BAR0 + 4 * bar;
	uint32_t low = probe(device->bdf, reg, ~0u), high = ~0u;
	bool wide = (low & (BAR_IO | 6)) == BAR_TYPE_64;

	if (low == 0 || is_fixed(device, bar))
		return 1;
	if (low & BAR_IO) {
		low |= 0xffff0000;
		add_item(index, bar, PCI_KIND_IO, (uint32_t)-(low & ~3u), false);
		return 1;
	}
	if (wide)
		high = probe(device->bdf, reg + 4, ~0u);
	add_item(index, bar, low & BAR_PREFETCH ? PCI_KIND_PREFETCH : PCI_KIND_MEMORY,
		 -((uint64_t)high << 32 | (low & ~15u)), wide);
	return wide ? 2 : 1;
}

// A slot into which a device may be plugged later gets memory for it now.
static bool is_hotplug(const struct pci_device *bridge)
{
	uint8_t express = pci_capability(bridge, CAPABILITY_EXPRESS, 0);

	return express != 0 && (pci_read16(bridge->bdf, express + 2) & EXPRESS_SLOT) != 0;
}

static void collect(void)
{
	for (unsigned i = 0; i < PCI_BUSES; i++)
		plan->parent[i] = PCI_NO_BUS;
	for (unsigned i = 0; i < pci_device_count; i++) {
		const struct pci_device *device = &pci_devices[i];
		if (plan->parent[device->bdf >> 8] == PCI_NO_BUS)
			plan->parent[device->bdf >> 8] = PCI_NO_PARENT;
		if (device->header == 1) {
			unsigned below = pci_read8(device->bdf, PCI_BUS_SECONDARY);
			plan->parent[below] = device->bdf >> 8;
			plan->hotplug[below] = is_hotplug(device);
		}
		for (unsigned bar = 0; bar < bars_of(device);)
			bar += add_bar(i, bar);
		if (device->header <= 1) {
			uint32_t mask = probe(device->bdf, rom_of(device), ~0u << 11) & (~0u << 11);
			add_item(i, 6, PCI_KIND_MEMORY, (uint32_t)-mask, false);
		}
	}
}

static void set_ranges(void)
{
	uint64_t above = (4 * GIB + memory_above_4g + GIB - 1) & ~(GIB - 1), reserved = 0, io_sum = 0;
	int key = fw_cfg_find("etc/reserved-memory-end", NULL);

	if (key >= 0)
		fw_cfg_read(key, 0, &reserved, sizeof(reserved));
	for (uint32_t i = 0; i < plan->count; i++)
		if (items[i].kind == PCI_KIND_IO)
			io_sum += items[i].bus == 0 ? items[i].size : PCI_GRANULE_IO;
	plan->io = (struct pci_range){io_sum <= 0x10000 - IO_SMALL ? IO_SMALL : IO_ALL, 0x10000};
	plan->low = (struct pci_range){chipset_pci_memory(), LOW_END_PCI};
	plan->high = (struct pci_range){above > reserved ? above : reserved, 1ull << cpu_physical_bits()};
}

static void write_window(const struct pci_item *item)
{
	uint16_t bdf = 0;
	uint64_t limit = item->base + item->size - 1;

	pci_for_each(device)
		if (device->header == 1 && pci_read8(device->bdf, PCI_BUS_SECONDARY) == item->device)
			bdf = device->bdf;
	if (item->base == PCI_UNPLACED)
		return;
	switch (item->kind) {
	case PCI_KIND_IO:
		pci_write16(bdf, PCI_BRIDGE_IO, (item->base >> 8 & 0xf0) | (limit & 0xf000));
		break;
	case PCI_KIND_MEMORY:
		pci_write32(bdf, PCI_BRIDGE_MEMORY, (item->base >> 16 & 0xfff0) | (limit & 0xfff00000));
		break;
	case PCI_KIND_PREFETCH:
		pci_write32(bdf, PCI_BRIDGE_PREFETCH_BASE_HIGH, item->base >> 32);
		pci_write32(bdf, PCI_BRIDGE_PREFETCH_LIMIT_HIGH, limit >> 32);
		pci_write32(bdf, PCI_BRIDGE_PREFETCH, (item->base >> 16 & 0xfff0) | (limit & 0xfff00000));
		break;
	}
}

// A bridge that forwards nothing has each limit below its base.
static void close_windows(uint16_t bdf)
{
	pci_write16(bdf, PCI_BRIDGE_IO, 0x00f0);
	pci_write32(bdf, PCI_BRIDGE_MEMORY, 0x0000fff0);
	pci_write32(bdf, PCI_BRIDGE_PREFETCH, 0x0000fff0);
	pci_write32(bdf, PCI_BRIDGE_PREFETCH_BASE_HIGH, 0);
	pci_write32(bdf, PCI_BRIDGE_PREFETCH_LIMIT_HIGH, 0);
}

static void write_item(const struct pci_item *item)
{
	struct pci_device *device = &pci_devices[item->device];
	uint8_t reg = item->bar == 6 ? rom_of(device) : PCI_BAR0 + 4 * item->bar;

	if (item->base == PCI_UNPLACED) {
		log_error("PCI %02x:%02x.%u BAR %u finds no room: the device stays off", device->bdf >> 8,
			  device->bdf >> 3 & 31, device->bdf & 7, item->bar);
		device->off = true;
		return;
	}
	device->decodes |= item->kind == PCI_KIND_IO ? PCI_COMMAND_IO : PCI_COMMAND_MEMORY;
	log_debug("PCI %02x:%02x.%u BAR %u at %#llx, %#llx bytes", device->bdf >> 8, device->bdf >> 3 & 31,
		  device->bdf & 7, item->bar, item->base, item->size);
	pci_write32(device->bdf, reg, item->base);
	if (item->is64)
		pci_write32(device->bdf, reg + 4, item->base >> 32);
}

// On a bridge pins rotate by slot number (PCI-to-PCI bridge 1.2, 9.1).
static void set_irq(struct pci_device *device)
{
	unsigned pin = pci_read8(device->bdf, PCI_IRQ_PIN), slot = device->bdf >> 3 & 31;

	if (pin == 0 || pin > 4)
		return;
	for (const struct pci_device *above = device->bridge; above != NULL; above = above->bridge) {
		pin = ((pin - 1 + slot) & 3) + 1;
		slot = above->bdf >> 3 & 31;
	}
	device->irq = chipset_irq(slot, pin);
	pci_write8(device->bdf, PCI_IRQ_LINE, device->irq);
}

// Each write makes QEMU lay out its memory anew: functions that have nothing to decode are left as they are.
static void enable(struct pci_device *device)
{
	uint16_t command =
	    device->header == 1 ? PCI_COMMAND_IO | PCI_COMMAND_MEMORY | PCI_COMMAND_MASTER : device->decodes;

	if (device->class == CLASS_IDE && device->vendor == 0x8086)
		pci_write32(device->bdf, 0x40, 0x80008000); // both channels decode
	if (device->class == CLASS_VGA || device->class == CLASS_IDE)
		command |= PCI_COMMAND_IO | PCI_COMMAND_MEMORY; // fixed addresses too
	if (command != 0 && !device->off)
		pci_write16(device->bdf, PCI_COMMAND, pci_read16(device->bdf, PCI_COMMAND) | command);
}

// The first display controller gets A0000 and its ports, through all bridges above it.
static void forward_vga(void)
{
	pci_for_each(device) {
		if (device->class != CLASS_VGA)
			continue;
		for (const struct pci_device *above = device->bridge; above != NULL; above = above->bridge)
			pci_write8(above->bdf, PCI_BRIDGE_CONTROL,
				   pci_read8(above->bdf, PCI_BRIDGE_CONTROL) | BRIDGE_VGA);
		return;
	}
}

void pci_assign(void)
{
	int rc;

	memset(plan, 0, sizeof(*plan));
	plan->items = items;
	plan->room = ITEMS_MAX + PCI_BUSES * PCI_KINDS;
	collect();
	set_ranges();
	rc = pci_plan(plan);
	if (rc != 0)
		log_error("PCI: no addresses (%d)", rc);
	pci_for_each(device)
		if (device->header == 1)
			close_windows(device->bdf);
	for (uint32_t i = 0; i < plan->count; i++)
		items[i].bar == PCI_WINDOW ? write_window(&items[i]) : write_item(&items[i]);
	forward_vga();
	pci_for_each(device) {
		set_irq(device);
		enable(device);
	}
	if (plan->unplaced > 0)
		log_error("PCI: %u resources without an address", plan->unplaced);
}
