// tables.h: what the ROM publishes for operating systems: ACPI, SMBIOS, MP table.
#pragma once
#include <stddef.h>
#include <stdint.h>

// Where the ACPI root pointer lies; 0: QEMU gave no tables.
extern uint32_t acpi_rsdp;

void acpi_publish(void);
void smbios_publish(void);
// MultiProcessor Specification 1.4. After smp_wait().
void mptable_publish(void);
// Memory between E0000 and FFFFF, on a 16-byte boundary, where operating systems look for anchors. NULL: no
// more.
void *anchor_memory(size_t bytes);
