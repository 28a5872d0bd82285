// disk.h: what INT 13h and the boot menu know of a disk; each driver adds its own.
#pragma once
#include <stdbool.h>
#include <stdint.h>

#define DISKS_MAX 32

struct disk {
	const char *name; // for people, static: "AHCI 0 QEMU HARDDISK"
	uint32_t sector_size;
	uint64_t sectors;
	struct {
		uint16_t cylinders, heads, sectors;
	} chs;
	bool removable, cd;
	uint32_t slot; // PCI bus, device, function of the controller
	int unit;      // on that controller
	int (*transfer)(struct disk *d, uint64_t lba, uint32_t count, void *buffer, bool write); // 0 or -errno
	void *driver;
};

// In the order in which they get their numbers from 80h (CDs: E0h) on, before the boot order moves them.
extern struct disk *disks[DISKS_MAX];
extern unsigned disk_count;
void disk_add(struct disk *d);
// Looks at all controllers on the PCI list, in its order. Returns how many disks there are.
int disks_probe(void);
