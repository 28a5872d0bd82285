// pci_plan.c: see pci_plan.h. Sizes go up from the leaves (buses in falling order, since a bus has a
// greater number than the one above it), addresses come down from the roots (in rising order).
#include "bios/pci_plan.h"
#include "kernel/lib/string.h"
#include "kernel/uapi/errno.h"
#include <stddef.h>

static uint64_t align_up(uint64_t value, uint64_t align)
{
	return (value + align - 1) & ~(align - 1);
}

// Keeps the items in order of falling alignment. The item at `at` may be anywhere; those before it are in
// order.
static void sink(struct pci_item *items, uint32_t at)
{
	struct pci_item item = items[at];

	for (; at > 0 && items[at - 1].align < item.align; at--)
		items[at] = items[at - 1];
	items[at] = item;
}

static bool on_root(const struct pci_plan *plan, const struct pci_item *item)
{
	return plan->parent[item->bus] == PCI_NO_PARENT;
}

// The window that bus `bus` needs for one kind; size 0 when it needs none.
static struct pci_item window_of(const struct pci_plan *plan, unsigned bus, unsigned kind)
{
	uint64_t granule = kind == PCI_KIND_IO ? PCI_GRANULE_IO : PCI_GRANULE_MEMORY;
	struct pci_item window = {.align = granule,
				  .device = bus,
				  .bus = plan->parent[bus],
				  .bar = PCI_WINDOW,
				  .kind = kind,
				  .is64 = kind == PCI_KIND_PREFETCH};

	for (uint32_t i = 0; i < plan->count; i++) {
		const struct pci_item *item = &plan->items[i];
		if (item->bus != bus || item->kind != kind)
			continue;
		if (item->align > window.align)
			window.align = item->align;
		window.size = align_up(window.size, item->align) + item->size;
		window.is64 = window.is64 && item->is64;
	}
	window.size = align_up(window.size, granule);
	if (window.size == 0 && plan->hotplug[bus] && kind != PCI_KIND_IO)
		window.size = 2 * granule;
	return window;
}

static int add_windows(struct pci_plan *plan)
{
	for (int bus = PCI_BUSES - 1; bus >= 0; bus--) {
		if (plan->parent[bus] < 0)
			continue;
		for (unsigned kind = 0; kind < PCI_KINDS; kind++) {
			struct pci_item window = window_of(plan, bus, kind);
			if (window.size == 0)
				continue;
			if (plan->count == plan->room)
				return -ENOSPC;
			plan->items[plan->count] = window;
			sink(plan->items, plan->count++);
		}
	}
	return 0;
}

// Lays the roots' items of one space into a range. Returns whether all fit.
static bool place_roots(struct pci_plan *plan, bool io, bool high, struct pci_range range)
{
	uint64_t at = range.base;

	for (uint32_t i = 0; i < plan->count; i++) {
		struct pci_item *item = &plan->items[i];
		if (!on_root(plan, item) || (item->kind == PCI_KIND_IO) != io || item->high != high ||
		    item->size == 0)
			continue;
		item->base = align_up(at, item->align);
		at = item->base + item->size;
		if (item->base > range.end || item->size > range.end - item->base)
			return false;
	}
	return true;
}

// The largest root item of a space that may move up (or, `any`, that must go); NULL when there is none.
static struct pci_item *largest(struct pci_plan *plan, bool io, bool high, bool any)
{
	struct pci_item *found = NULL;

	for (uint32_t i = 0; i < plan->count; i++) {
		struct pci_item *item = &plan->items[i];
		if (on_root(plan, item) && (item->kind == PCI_KIND_IO) == io && item->high == high &&
		    (any || item->is64) && item->size > 0 && (found == NULL || item->size > found->size))
			found = item;
	}
	return found;
}

static void give_up(struct pci_item *item)
{
	item->base = PCI_UNPLACED;
	item->size = 0;
}

static void place_space(struct pci_plan *plan, bool io, bool high, struct pci_range range)
{
	while (!place_roots(plan, io, high, range))
		give_up(largest(plan, io, high, true));
}

// Items of one kind into their bus's window.
static void place_in(struct pci_plan *plan, const struct pci_item *window)
{
	uint64_t at = window->base;

	for (uint32_t i = 0; i < plan->count; i++) {
		struct pci_item *item = &plan->items[i];
		if (item->bus != window->device || item->kind != window->kind || item->size == 0)
			continue;
		if (window->base == PCI_UNPLACED) {
			give_up(item);
			continue;
		}
		item->base = align_up(at, item->align);
		item->high = window->high;
		at = item->base + item->size;
	}
}

int pci_plan(struct pci_plan *plan)
{
	struct pci_item *item;
	int rc;

	for (uint32_t i = 0; i < plan->count; i++)
		sink(plan->items, i);
	rc = add_windows(plan);
	if (rc != 0)
		return rc;
	place_space(plan, true, false, plan->io);
	while (!place_roots(plan, false, false, plan->low) && (item = largest(plan, false, false, false)) != NULL)
		item->high = true;
	place_space(plan, false, true, plan->high);
	place_space(plan, false, false, plan->low);
	for (unsigned bus = 0; bus < PCI_BUSES; bus++)
		for (uint32_t i = 0; i < plan->count && plan->parent[bus] >= 0; i++)
			if (plan->items[i].bar == PCI_WINDOW && plan->items[i].device == bus)
				place_in(plan, &plan->items[i]);
	for (uint32_t i = 0; i < plan->count; i++)
		plan->unplaced += plan->items[i].base == PCI_UNPLACED;
	return 0;
}
