// mptable.c: MultiProcessor Specification 1.4: what systems without ACPI (xv6) read to find processors and
// interrupts.
#include "bios/cpu.h"
#include "bios/log.h"
#include "bios/memory.h"
#include "bios/pci.h"
#include "bios/platform.h"
#include "bios/smp.h"
#include "bios/tables.h"
#include "kernel/lib/string.h"

#define IOAPIC 0xfec00000u
#define IOAPIC_ID 0
#define IOAPIC_VERSION 0x11
#define APIC_VERSION 0x14
#define BUS_PCI 0
#define BUS_ISA 1
#define ALL_APICS 0xff
#define LEVEL_HIGH 0x0d // active high, level-triggered: as QEMU's PCI lines reach the I/O APIC
#define ISA_LINES 16
#define PCI_LINES 0x0c00 // 10 and 11 belong to PCI
enum { ENTRY_CPU, ENTRY_BUS, ENTRY_IOAPIC, ENTRY_INTERRUPT, ENTRY_LOCAL };
enum { INTERRUPT_INT, INTERRUPT_NMI, INTERRUPT_EXTINT = 3 };

struct header {
	char signature[4];
	uint16_t length;
	uint8_t version, checksum;
	char oem[8], product[12];
	uint32_t oem_table;
	uint16_t oem_size, count;
	uint32_t apic;
	uint32_t reserved;
} __attribute__((packed));
_Static_assert(sizeof(struct header) == 44, "MP 1.4, 4.2");

static uint8_t *at;
static struct header *table;

static void add(const void *entry, unsigned bytes)
{
	memcpy(at, entry, bytes);
	at += bytes;
	table->count++;
}

static void add_interrupt(uint8_t entry, uint8_t type, uint8_t flags, uint8_t bus, uint8_t source,
			  uint8_t apic, uint8_t pin)
{
	const uint8_t bytes[8] = {entry, type, flags, 0, bus, source, apic, pin};

	add(bytes, sizeof(bytes));
}

static void add_cpus(void)
{
	struct cpuid id = cpuid(1);

	for (unsigned i = 0; i < cpu_count; i++) {
		struct {
			uint8_t entry, apic, version, flags;
			uint32_t signature, features, reserved[2];
		} cpu = {ENTRY_CPU, cpu_apic_ids[i], APIC_VERSION, i == 0 ? 3 : 1, id.eax, id.edx, {0, 0}};
		add(&cpu, sizeof(cpu));
	}
}

static void add_interrupts(void)
{
	pci_for_each(device)
		if (device->bdf >> 8 == 0 && device->irq != 0)
			add_interrupt(ENTRY_INTERRUPT, INTERRUPT_INT, LEVEL_HIGH, BUS_PCI,
				      (device->bdf >> 3 & 31) << 2 |
					  (pci_read8(device->bdf, PCI_IRQ_PIN) - 1),
				      IOAPIC_ID, device->irq);
	for (unsigned line = 0; line < ISA_LINES; line++)
		if (line != 2 && (PCI_LINES >> line & 1) == 0)
			add_interrupt(ENTRY_INTERRUPT, INTERRUPT_INT, 0, BUS_ISA, line, IOAPIC_ID,
				      line == 0 ? 2 : line);
	add_interrupt(ENTRY_LOCAL, INTERRUPT_EXTINT, 0, BUS_ISA, 0, ALL_APICS, 0);
	add_interrupt(ENTRY_LOCAL, INTERRUPT_NMI, 0, BUS_ISA, 0, ALL_APICS, 1);
}

void mptable_publish(void)
{
	static const struct header empty = {.signature = "PCMP",
					    .version = 4,
					    .oem = "GROUNDUP",
					    .product = "COMPUTER    ",
					    .apic = 0xfee00000};
	unsigned most = sizeof(empty) + cpu_count * 20 + 8 * (2 + 1 + pci_device_count + ISA_LINES + 2);
	uint8_t *floating = anchor_memory(16);

	table = memory_low(most, 16);
	if (floating == NULL || table == NULL)
		return;
	*table = empty;
	at = (uint8_t *)(table + 1);
	add_cpus();
	add((const uint8_t[8]){ENTRY_BUS, BUS_PCI, 'P', 'C', 'I', ' ', ' ', ' '}, 8);
	add((const uint8_t[8]){ENTRY_BUS, BUS_ISA, 'I', 'S', 'A', ' ', ' ', ' '}, 8);
	add((const uint8_t[8]){ENTRY_IOAPIC, IOAPIC_ID, IOAPIC_VERSION, 1, 0, 0, IOAPIC >> 16 & 0xff,
			       IOAPIC >> 24},
	    8);
	add_interrupts();
	table->length = at - (uint8_t *)table;
	checksum(table, table->length, 7);
	memcpy(floating, "_MP_", 4);
	*(uint32_t *)(floating + 4) = (uintptr_t)table;
	floating[8] = 1; // paragraphs
	floating[9] = 4; // version 1.4
	checksum(floating, 16, 10);
}
