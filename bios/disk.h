// disk.h: what the ROM knows of disks, and what every controller's driver fills in.
//
// disks_probe() walks the PCI list once and fills disks[] in PCI order. Whoever knows the boot order sorts
// the array before INT 13h numbers it: hard disk 80h + i is the i-th entry that is no CD, CD E0h + i the i-th
// that is one. Nothing here is re-entered: an interrupt handler that calls INT 13h while INT 13h runs was
// never allowed.
#pragma once
#include <stdbool.h>
#include <stdint.h>

#define DISKS_MAX 32u
#define DISK_NAME_MAX 64u
#define DISK_SECTOR_MAX 4096u
#define DISK_TIMEOUT_US 30000000u // a request that takes longer has failed
#define DISK_BOUNCE 65536u        // for buffers that a controller cannot reach

struct disk_geometry { // as INT 13h functions 02h and 08h count: 1024 cylinders, 255 heads, 63 sectors at most
	uint16_t cylinders, heads, sectors;
};

struct disk {
	char name[DISK_NAME_MAX]; // "AHCI 0: QEMU HARDDISK"
	uint32_t sector_size;     // bytes: 512 to DISK_SECTOR_MAX, a power of two
	uint64_t sectors;         // 0: no medium
	struct disk_geometry chs;
	bool removable, cd, read_only;
	uint8_t locks;        // INT 13h function 45h; an eject needs 0
	uint16_t slot;        // PCI bus, device, function
	int unit;             // ATA: channel * 2 + device; AHCI: port; NVMe: namespace; else 0
	const char *bus;      // "ATA", "SATA", "VIRTIO", "NVME", as EDD's device path calls it
	uint32_t sectors_max; // of one transfer()
	// Moves `count` sectors, 0 < count <= sectors_max, inside the disk, at a 4-byte aligned buffer. 0 or
	// -errno.
	int (*transfer)(struct disk *disk, uint64_t lba, uint32_t count, void *buffer, bool write);
	// CDs: a SCSI command of 12 bytes that reads `size` bytes (0: no data). 0; -EIO: the device says
	// CHECK CONDITION.
	int (*packet)(struct disk *disk, const uint8_t *command, void *buffer, uint32_t size);
	// The controller to its first state after an error (INT 13h function 00h); may be NULL.
	int (*reset)(struct disk *disk);
};

extern struct disk *disks[DISKS_MAX];
extern unsigned disk_count;

// Finds the disks of all controllers. Returns how many. Needs the PCI list with its BARs assigned.
int disks_probe(void);
// A driver's call: the disk gets its logical geometry and joins disks[]; `physical` is the device's own,
// zeros: none.
void disk_add(struct disk *disk, struct disk_geometry physical);
// The disk behind INT 13h's DL, NULL: none.
struct disk *disk_by_number(uint8_t number);
// Hard disks (cd false) or CDs in disks[].
unsigned disk_count_of(bool cd);
// DL of an entry of disks[].
uint8_t disk_number(const struct disk *disk);
// Its size for people.
uint32_t disk_mib(const struct disk *disk);
// El Torito: INT 13h's `number` (00h or 80h) becomes this disk, which is not in disks[]; NULL ends that.
void disk_emulate(struct disk *disk, uint8_t number);
enum disk_operation { DISK_READ, DISK_WRITE, DISK_VERIFY };

// Moves *count sectors, of any number, to or from any address below 4 GiB, or (DISK_VERIFY) only reads them;
// *count becomes the sectors done. 0; -ENODATA: no medium; -EINVAL: not on the disk; -EROFS; -ETIMEDOUT;
// -EIO: the medium; -ENXIO: the controller.
int disk_transfer(struct disk *disk, enum disk_operation operation, uint64_t lba, uint32_t *count, void *buffer);
