// acpi.c: see acpi.h. ACPI 6.4, 5.2: RSDP -> XSDT or RSDT -> MADT (APIC), FADT (FACP) and its DSDT.
#include "drivers/bus/acpi.h"
#include <stddef.h>
#include "kernel/core/printk.h"
#include "kernel/dev/map.h"
#include "kernel/lib/string.h"

#define TABLE_SIZE_MAX 0x100000u

struct table_header {
	char signature[4];
	uint32_t length;
	uint8_t revision, checksum;
	char rest[26];
};
_Static_assert(sizeof(struct table_header) == 36, "table_header");

static uint8_t sum(const void *bytes, size_t size)
{
	uint8_t total = 0;
	for (size_t i = 0; i < size; i++)
		total += ((const uint8_t *)bytes)[i];
	return total;
}

static uint64_t read_word(const void *from, size_t offset, size_t size)
{
	uint64_t value = 0;
	memcpy(&value, (const char *)from + offset, size);
	return value;
}

// A checked table; NULL: not there or damaged.
static const struct table_header *map_table(uint64_t physical)
{
	if (physical == 0)
		return NULL;
	const struct table_header *head = map_device_cached(physical, sizeof(*head));
	if (head == NULL || head->length < sizeof(*head) || head->length > TABLE_SIZE_MAX) {
		printk("acpi: no table at 0x%lx\n", physical);
		return NULL;
	}
	const struct table_header *table = map_device_cached(physical, head->length);
	if (table == NULL || sum(table, table->length) != 0) {
		printk("acpi: table %.4s at 0x%lx has a wrong checksum\n", head->signature, physical);
		return NULL;
	}
	return table;
}

static uint64_t find_rsdp(void)
{
	const char *area = map_device_cached(0xe0000, 0x20000);
	for (size_t offset = 0; area != NULL && offset < 0x20000; offset += 16)
		if (memcmp(area + offset, "RSD PTR ", 8) == 0 && sum(area + offset, 20) == 0)
			return 0xe0000 + offset;
	return 0;
}

static void read_madt(const struct table_header *table, struct acpi_facts *facts)
{
	const uint8_t *bytes = (const uint8_t *)table;
	for (size_t at = 44; at + 2 <= table->length && bytes[at + 1] >= 2 && at + bytes[at + 1] <= table->length; at += bytes[at + 1]) {
		uint8_t type = bytes[at], length = bytes[at + 1];
		if (type == 0 && length >= 8 && (bytes[at + 4] & 1) && facts->cpu_count < sizeof(facts->lapic_ids))
			facts->lapic_ids[facts->cpu_count++] = bytes[at + 3];
		if (type == 1 && length >= 12 && read_word(bytes, at + 8, 4) == 0) // serves interrupt 0 on
			facts->ioapic = read_word(bytes, at + 4, 4);
	}
}

// \_S5 without an AML interpreter: Name(_S5_, Package(){ type, ... }): NameOp "_S5_" PackageOp length count BytePrefix type.
static void read_s5(const struct table_header *dsdt, struct acpi_facts *facts)
{
	const uint8_t *bytes = (const uint8_t *)dsdt;
	for (size_t at = sizeof(*dsdt); at + 12 < dsdt->length; at++) {
		if (memcmp(bytes + at, "_S5_\x12", 5) != 0)
			continue;
		size_t value = at + 5 + (bytes[at + 5] >> 6) + 2; // package length field, element count
		if (value + 1 < dsdt->length && bytes[value] == 0x0a)
			value++;
		if (value >= dsdt->length)
			return;
		facts->s5_type = bytes[value] & 7;
		facts->s5_known = true;
		return;
	}
}

static void read_fadt(const struct table_header *table, struct acpi_facts *facts)
{
	if (table->length < 116)
		return;
	facts->pm1a_control = read_word(table, 64, 4);
	facts->pm_timer_port = read_word(table, 76, 4);
	const struct table_header *dsdt = map_table(read_word(table, 40, 4));
	if (dsdt != NULL)
		read_s5(dsdt, facts);
}

static void read_table(const struct table_header *table, struct acpi_facts *facts)
{
	if (memcmp(table->signature, "APIC", 4) == 0)
		read_madt(table, facts);
	else if (memcmp(table->signature, "FACP", 4) == 0)
		read_fadt(table, facts);
}

void acpi_read(uint64_t rsdp, struct acpi_facts *facts)
{
	*facts = (struct acpi_facts){.ioapic = 0xfec00000};
	rsdp = rsdp != 0 ? rsdp : find_rsdp();
	const char *pointer = rsdp != 0 ? map_device_cached(rsdp, 36) : NULL;
	if (pointer == NULL || memcmp(pointer, "RSD PTR ", 8) != 0 || sum(pointer, 20) != 0) {
		printk("acpi: no tables: one CPU, no power-off\n");
		return;
	}
	bool wide = pointer[15] >= 2 && read_word(pointer, 24, 8) != 0;
	const struct table_header *root = map_table(wide ? read_word(pointer, 24, 8) : read_word(pointer, 16, 4));
	size_t size = wide ? 8 : 4;
	for (size_t at = sizeof(*root); root != NULL && at + size <= root->length; at += size) {
		const struct table_header *table = map_table(read_word(root, at, size));
		if (table != NULL)
			read_table(table, facts);
	}
}
