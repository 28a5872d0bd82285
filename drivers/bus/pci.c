// pci.c: see pci.h. Devices are found once, at boot; pci_lock keeps CF8 and CFC together.
#include "drivers/bus/pci.h"
#include <stddef.h>
#include "kernel/arch/x86_64/cpu/port.h"
#include "kernel/core/printk.h"
#include "kernel/dev/map.h"
#include "kernel/sync/spinlock.h"
#include "kernel/uapi/errno.h"

#define COMMAND 4
#define HEADER_TYPE 14
#define BAR0 16
#define SECONDARY_BUS 25
#define CAPABILITIES 52
#define CAPABILITY_MSIX 0x11
#define MSIX_ENABLE 0x8000u
#define MEMORY_WINDOW 0xe0000000ull // QEMU keeps RAM below and the interrupt controllers above, on pc and q35
#define MEMORY_WINDOW_END 0xfec00000ull
#define IO_WINDOW 0xc000ull
#define IO_WINDOW_END 0xffffull

static struct pci_device devices[PCI_DEVICES_MAX];
static unsigned device_count;
static struct spinlock pci_lock = SPINLOCK_INIT("pci");

uint32_t pci_read(const struct pci_device *device, unsigned offset, unsigned size)
{
	uint32_t address = device->bus << 16 | device->slot << 11 | device->function << 8 | (offset & 0xfc);
	unsigned long state = spin_lock_irqsave(&pci_lock);
	outl(0xcf8, 0x80000000u | address);
	uint32_t value = inl(0xcfc);
	spin_unlock_irqrestore(&pci_lock, state);
	value >>= (offset & 3) * 8;
	return size == 4 ? value : value & ((1u << size * 8) - 1);
}

void pci_write(const struct pci_device *device, unsigned offset, unsigned size, uint32_t value)
{
	uint32_t address = device->bus << 16 | device->slot << 11 | device->function << 8 | (offset & 0xfc);
	unsigned long state = spin_lock_irqsave(&pci_lock);
	outl(0xcf8, 0x80000000u | address); // the first 256 bytes; byte lanes as the device sees them
	if (size == 4)
		outl(0xcfc, value);
	else if (size == 2)
		outw(0xcfc + (offset & 2), value);
	else
		outb(0xcfc + (offset & 3), value);
	spin_unlock_irqrestore(&pci_lock, state);
}

static void size_bars(struct pci_device *device)
{
	uint32_t command = pci_read(device, COMMAND, 2);
	pci_write(device, COMMAND, 2, command & ~3u); // silent while its addresses are ~0
	for (unsigned i = 0; i < 6; i++) {
		unsigned offset = BAR0 + 4 * i;
		uint64_t old = pci_read(device, offset, 4), mask;
		pci_write(device, offset, 4, ~0u);
		mask = pci_read(device, offset, 4);
		pci_write(device, offset, 4, old);
		if (mask == 0)
			continue;
		bool io = old & 1, wide = !io && (old & 6) == 4 && i < 5;
		if (wide) {
			uint64_t high = pci_read(device, offset + 4, 4);
			pci_write(device, offset + 4, 4, ~0u);
			mask |= (uint64_t)pci_read(device, offset + 4, 4) << 32;
			pci_write(device, offset + 4, 4, high);
			old |= high << 32;
		} else
			mask |= 0xffffffff00000000ull;
		device->bar[i] = io ? (old & ~3ull) | 1 : old & ~15ull;
		device->bar_size[i] = ~(mask & (io ? ~3ull : ~15ull)) + 1;
		i += wide;
	}
	pci_write(device, COMMAND, 2, command);
}

static void scan_bus(uint8_t bus, int depth);

static void scan_function(struct pci_device *probe, int depth)
{
	uint32_t id = pci_read(probe, 0, 4);
	if ((id & 0xffff) == 0xffff)
		return;
	if (device_count == PCI_DEVICES_MAX) {
		printk("pci: more than %d functions, the rest is ignored\n", PCI_DEVICES_MAX);
		return;
	}
	struct pci_device *device = &devices[device_count++];
	*device = *probe;
	device->vendor = id;
	device->device = id >> 16;
	device->class_code = pci_read(probe, 8, 4) >> 8;
	if ((pci_read(probe, HEADER_TYPE, 1) & 0x7f) == 0)
		size_bars(device);
	else if (depth < 8)
		scan_bus(pci_read(probe, SECONDARY_BUS, 1), depth + 1);
}

static void scan_bus(uint8_t bus, int depth)
{
	for (uint8_t slot = 0; slot < 32; slot++) {
		struct pci_device probe = {.bus = bus, .slot = slot};
		if (pci_read(&probe, 0, 2) == 0xffff)
			continue;
		uint8_t functions = pci_read(&probe, HEADER_TYPE, 1) & 0x80 ? 8 : 1;
		for (probe.function = 0; probe.function < functions; probe.function++)
			scan_function(&probe, depth);
	}
}

static void write_bar(struct pci_device *device, unsigned index, uint64_t address, bool wide)
{
	device->bar[index] = address;
	pci_write(device, BAR0 + 4 * index, 4, address);
	if (wide)
		pci_write(device, BAR0 + 4 * index + 4, 4, address >> 32);
}

// Firmware that only boots kernels (qboot) leaves BARs at 0. Biggest first, so that alignment wastes nothing.
static void assign_bars(void)
{
	uint64_t memory = MEMORY_WINDOW, io = IO_WINDOW;
	for (uint64_t size = 1ull << 28; size >= 4; size /= 2)
		for (unsigned i = 0; i < device_count * 6; i++) {
			struct pci_device *device = &devices[i / 6];
			unsigned bar = i % 6;
			bool is_io = device->bar[bar] == 1, wide = (pci_read(device, BAR0 + 4 * bar, 4) & 7) == 4;
			uint64_t *window = is_io ? &io : &memory, end = is_io ? IO_WINDOW_END : MEMORY_WINDOW_END;
			if (device->bar_size[bar] != size || device->bar[bar] > 1 || device->bus != 0)
				continue;
			if (*window + size > end) {
				printk("pci: no room for a BAR of %lu bytes\n", size);
				continue;
			}
			write_bar(device, bar, *window | is_io, wide);
			*window += size < 4096 && !is_io ? 4096 : size; // a page of its own: it may be mapped to programs
		}
}

void pci_init(void)
{
	scan_bus(0, 0);
	assign_bars();
}

void pci_probe(const struct pci_driver *const drivers[], unsigned count)
{
	for (unsigned i = 0; i < device_count; i++)
		for (unsigned j = 0; j < count; j++)
			if (devices[i].vendor == drivers[j]->vendor && devices[i].device == drivers[j]->device) {
				int rc = drivers[j]->probe(&devices[i]);
				if (rc != 0)
					printk("pci: %s at %02x:%02x.%u: error %d\n", drivers[j]->name, devices[i].bus,
					       devices[i].slot, devices[i].function, -rc);
			}
}

void pci_enable(const struct pci_device *device)
{
	pci_write(device, COMMAND, 2, pci_read(device, COMMAND, 2) | 7);
}

unsigned pci_capability(const struct pci_device *device, uint8_t id, unsigned after)
{
	unsigned at = after != 0 ? pci_read(device, after + 1, 1) : pci_read(device, CAPABILITIES, 1);
	for (int limit = 48; at >= 64 && limit > 0; limit--) {
		if (pci_read(device, at, 1) == id)
			return at;
		at = pci_read(device, at + 1, 1);
	}
	return 0;
}

static int map_msix(struct pci_device *device)
{
	unsigned at = pci_capability(device, CAPABILITY_MSIX, 0);
	if (at == 0)
		return -ENODEV;
	uint32_t place = pci_read(device, at + 4, 4);
	unsigned bar = place & 7, count = (pci_read(device, at + 2, 2) & 0x7ff) + 1;
	uint64_t offset = place & ~7u;
	if (bar > 5 || device->bar[bar] == 0 || offset + count * 16 > device->bar_size[bar])
		return -EIO;
	device->msix_table = map_device(device->bar[bar] + offset, count * 16);
	if (device->msix_table == NULL)
		return -ENOMEM;
	device->msix_count = count;
	for (unsigned i = 0; i < count; i++)
		device->msix_table[i * 4 + 3] = 1; // masked until somebody asks
	pci_write(device, at + 2, 2, pci_read(device, at + 2, 2) | MSIX_ENABLE);
	return 0;
}

int pci_msix_request(struct pci_device *device, unsigned index, irq_handler *handler, void *argument, const char *name)
{
	struct irq_message message;
	int rc = device->msix_table == NULL ? map_msix(device) : 0;
	if (rc == 0 && index >= device->msix_count)
		rc = -EINVAL;
	if (rc == 0)
		rc = irq_request_message(handler, argument, name, &message);
	if (rc != 0)
		return rc;
	volatile uint32_t *entry = &device->msix_table[index * 4];
	entry[0] = message.address;
	entry[1] = message.address >> 32;
	entry[2] = message.data;
	entry[3] = 0;
	return 0;
}
