// chipset.h: what differs between i440fx + PIIX and q35 + ICH9.
#pragma once
#include <stdbool.h>
#include <stdint.h>

#define PM_BASE 0x600      // ACPI power-management registers; the timer is at +8
#define PM_TIMER (PM_BASE + 8)
#define MMCONFIG_BASE 0xb0000000u // q35: configuration space as memory, 1 MiB a bus
#define MMCONFIG_BYTES 0x10000000u

// Has chipset_init() run since the last reset? Then somebody jumped to the reset vector.
bool chipset_was_set_up(void);
// Switches on the PM registers (so the timer runs), q35's memory-mapped configuration space, and the SMBus.
// Needs the PCI list.
void chipset_init(void);
// The PIC line that pin 1-4 of a device on the root bus is routed to.
uint8_t chipset_irq(unsigned slot, unsigned pin);
// PCI memory below 4 GiB may begin here.
uint64_t chipset_pci_memory(void);
// F0000-FFFFF and the option ROMs, which end there, become read-only.
void chipset_lock_shadow(uint32_t option_roms_end);
// Resets the machine.
_Noreturn void chipset_reset(void);
