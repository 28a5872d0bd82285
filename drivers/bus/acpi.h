// acpi.h: what we take from ACPI's tables without its language: processors, the I/O APIC, the PM timer, power-off.
#pragma once
#include <stdbool.h>
#include <stdint.h>
#include "kernel/core/limits.h"

struct acpi_facts {
	uint8_t lapic_ids[64];
	uint32_t cpu_count;
	uint64_t ioapic;        // physical, 0xfec00000 when no table says otherwise
	uint16_t pm_timer_port; // 0: none
	uint16_t pm1a_control;  // 0: none
	uint16_t s5_type;       // SLP_TYP for power-off
	bool s5_known;
};

// Reads the tables below `rsdp` (0: searched for in the BIOS area). Every length and checksum is checked; what is damaged is
// skipped with a line in the log. Boot CPU.
void acpi_read(uint64_t rsdp, struct acpi_facts *facts);
