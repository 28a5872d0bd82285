// boot.h: what can be booted from, in which order, and doing it.
#pragma once
#include "bios/disk.h"
#include <stdint.h>

#define BOOT_ENTRIES_MAX 48

// An option ROM's boot entry at segment:offset. `file` is its fw_cfg name, or bdf says whose it is.
void boot_add_rom(const char *name, const char *file, uint16_t bdf, uint16_t segment, uint16_t offset);
// Makes the list from disks and option ROMs, in the order that QEMU asks for.
void boot_prepare(void);
// The boot menu, when its key is down (or fw_cfg asks for it). Returns at once when nobody wants it.
void boot_menu(void);

// Pure. The line of fw_cfg's "bootorder" that names a device: `slots` are the PCI functions (device << 3 |
// function) from the root bus down to it; `unit` is what must follow: "/drive@%x/disk@%x" by its two
// numbers, or (-1) nothing that matters. -1: not named.
int boot_order_find(const char *order, const uint8_t *slots, unsigned depth, int drive, int unit);
// Pure. The line that is exactly this path; -1: none.
int boot_order_path(const char *order, const char *path);
