// int13.c: INT 13h: disks by cylinder, head and sector, by sector number (Enhanced Disk Drive Specification
// 3.0), and CDs ("El Torito" 1.0). One function a number, found by table; each returns the status that goes
// to AH, carry and 40:74.
//
// A number that no disk has, and a function that the disk has not, is status 01h. What a failed transfer did
// is said in AL, or in the packet's count.
#include "bios/int13.h"
#include "bios/bda.h"
#include "bios/disk/scsi.h"
#include "bios/eltorito.h"
#include "bios/memory.h"
#include "bios/regs.h"
#include "kernel/lib/string.h"
#include "kernel/uapi/errno.h"

enum {
	GOOD = 0x00, BAD_COMMAND = 0x01, WRITE_PROTECTED = 0x03, MEDIA_CHANGED = 0x06, UNREADABLE = 0x10,
	CONTROLLER = 0x20, NO_MEDIUM = 0x31, TIME_OUT = 0x80, NOT_LOCKED = 0xb0, LOCKED = 0xb1, NOT_REMOVABLE = 0xb2, TOO_MANY_LOCKS = 0xb4
};
#define GOOD_AH_SET 0x100 // good, and AH holds an answer already
#define SECTORS_MAX 128u  // of one call by cylinder, head and sector: 64 KiB
#define EDD_VERSION 0x30
#define EDD_INTERFACES 7  // extended access, locking and ejecting, drive parameters
#define FLOPPY_STATUS 3 // in bda.floppy: 40:41
#define FLOPPY_TABLE_VECTOR 0x1e
#define DISK_TABLE_VECTORS {0x41, 0x46}
#define FIRST_HARD_DISK 0x80

struct edd_packet { // of functions 42h to 44h and 47h
	uint8_t size, reserved;
	uint16_t count, offset, segment;
	uint64_t lba, address; // address: when size >= 24 and the pointer is FFFF:FFFF
};
#define EDD_PACKET_MIN 16
#define EDD_PACKET_LONG 24

struct edd_parameters { // of function 48h
	uint16_t size, flags;
	uint32_t cylinders, heads, track;
	uint64_t sectors;
	uint16_t sector_size;
	uint32_t table; // of version 2.0: there is none, FFFF:FFFF
	uint16_t key;   // from here on version 3.0
	uint8_t path_size, reserved[3];
	char host_bus[4], bus[8];
	uint8_t bus_path[8], device_path[8], reserved2, checksum;
} __attribute__((packed));
_Static_assert(sizeof(struct edd_parameters) == 66, "EDD 3.0, 4.2.8");
#define EDD_1 26
#define EDD_2 30
#define EDD_KEY 0xbedd
enum { EDD_GEOMETRY = 0x02, EDD_REMOVABLE = 0x04, EDD_CHANGE_LINE = 0x10, EDD_LOCKABLE = 0x20, EDD_NO_MEDIUM = 0x40 };

static unsigned status_of(int rc)
{
	switch (rc) {
	case 0: return GOOD;
	case -EINVAL: return BAD_COMMAND;
	case -EROFS: return WRITE_PROTECTED;
	case -ENODATA: return NO_MEDIUM;
	case -ETIMEDOUT: return TIME_OUT;
	case -EIO: return UNREADABLE;
	default: return CONTROLLER;
	}
}

static unsigned nothing(struct disk *disk, struct bios_regs *r)
{
	return GOOD;
}

static unsigned reset(struct disk *disk, struct bios_regs *r)
{
	return disk->reset != NULL ? status_of(disk->reset(disk)) : GOOD;
}

static unsigned ready(struct disk *disk, struct bios_regs *r)
{
	if (disk->packet != NULL)
		return status_of(scsi_medium(disk));
	return disk->sectors != 0 ? GOOD : NO_MEDIUM;
}

// 02h to 04h, 0Ch: CH, CL are the cylinder's 8 and 2 bits and the sector from 1 on; DH the head.
static unsigned by_geometry(struct disk *disk, struct bios_regs *r, enum disk_operation operation, uint32_t count)
{
	uint32_t cylinder = r->ch | (r->cl & 0xc0) << 2, track = r->cl & 63, done = count;

	r->al = 0;
	if (disk->cd || count > SECTORS_MAX || track == 0 || track > disk->chs.sectors || r->dh >= disk->chs.heads ||
	    cylinder >= disk->chs.cylinders)
		return BAD_COMMAND;
	int rc = disk_transfer(disk, operation, (cylinder * disk->chs.heads + r->dh) * disk->chs.sectors + track - 1, &done,
			       real_pointer(r->es, r->bx));
	r->al = done;
	return status_of(rc);
}

static unsigned read(struct disk *disk, struct bios_regs *r)
{
	return r->al != 0 ? by_geometry(disk, r, DISK_READ, r->al) : BAD_COMMAND;
}

static unsigned write(struct disk *disk, struct bios_regs *r)
{
	if (disk->cd)
		return WRITE_PROTECTED;
	return r->al != 0 ? by_geometry(disk, r, DISK_WRITE, r->al) : BAD_COMMAND;
}

static unsigned verify(struct disk *disk, struct bios_regs *r)
{
	return r->al != 0 ? by_geometry(disk, r, DISK_VERIFY, r->al) : BAD_COMMAND;
}

static unsigned seek(struct disk *disk, struct bios_regs *r)
{
	uint8_t al = r->al;
	unsigned status = by_geometry(disk, r, DISK_VERIFY, 0);

	r->al = al;
	return status;
}

// Since the AT the last cylinder of a hard disk is for diagnostics: programs may use it, but are not told of
// it.
static unsigned cylinders_told(const struct disk *disk, uint8_t number)
{
	return disk->chs.cylinders - (number >= FIRST_HARD_DISK && disk->chs.cylinders > 1);
}

static unsigned parameters(struct disk *disk, struct bios_regs *r)
{
	unsigned last = cylinders_told(disk, r->dl) - 1;

	if (disk->cd)
		return BAD_COMMAND;
	r->ax = 0;
	r->ch = last;
	r->cl = (last >> 2 & 0xc0) | disk->chs.sectors;
	r->dh = disk->chs.heads - 1;
	if (r->dl >= FIRST_HARD_DISK) {
		r->dl = disk_count_of(false);
		return GOOD;
	}
	r->bx = disk->chs.sectors == 15 ? 2 : disk->chs.sectors == 18 ? 4 : 5; // a floppy's type; only emulated ones exist
	r->dl = 1;
	r->di = ivt[FLOPPY_TABLE_VECTOR];
	r->es = ivt[FLOPPY_TABLE_VECTOR] >> 16;
	return GOOD;
}

// 15h: CX:DX is how many sectors the geometry has.
static unsigned type(struct disk *disk, struct bios_regs *r)
{
	uint32_t sectors = (uint32_t)cylinders_told(disk, r->dl) * disk->chs.heads * disk->chs.sectors;

	if (disk->cd)
		return BAD_COMMAND;
	r->ah = r->dl < FIRST_HARD_DISK ? 1 : 3;
	if (r->ah == 3) {
		r->cx = sectors >> 16;
		r->dx = sectors;
	}
	return GOOD_AH_SET;
}

static unsigned extensions(struct disk *disk, struct bios_regs *r)
{
	if (r->bx != 0x55aa || r->dl < FIRST_HARD_DISK)
		return BAD_COMMAND;
	r->bx = 0xaa55;
	r->cx = EDD_INTERFACES;
	r->ah = EDD_VERSION;
	return GOOD_AH_SET;
}

static unsigned extended(struct disk *disk, struct bios_regs *r, enum disk_operation operation)
{
	struct edd_packet *packet = real_pointer(r->ds, r->si);
	uint32_t done = packet->count;
	void *buffer = real_pointer(packet->segment, packet->offset);

	if (r->dl < FIRST_HARD_DISK || packet->size < EDD_PACKET_MIN)
		return BAD_COMMAND;
	if (packet->segment == 0xffff && packet->offset == 0xffff) {
		if (packet->size < EDD_PACKET_LONG || packet->address + (uint64_t)done * disk->sector_size > UINT32_MAX)
			return BAD_COMMAND;
		buffer = (void *)(uintptr_t)packet->address;
	}
	int rc = disk_transfer(disk, operation, packet->lba, &done, buffer);
	packet->count = done;
	return status_of(rc);
}

static unsigned extended_read(struct disk *disk, struct bios_regs *r)
{
	return extended(disk, r, DISK_READ);
}

static unsigned extended_write(struct disk *disk, struct bios_regs *r)
{
	if (r->al > 2) // bit 0 of old: with verification; 2: the same, since EDD 1.1
		return BAD_COMMAND;
	unsigned status = disk->cd ? WRITE_PROTECTED : extended(disk, r, DISK_WRITE);
	return status == GOOD && r->al == 2 ? extended(disk, r, DISK_VERIFY) : status;
}

static unsigned extended_verify(struct disk *disk, struct bios_regs *r)
{
	return extended(disk, r, DISK_VERIFY);
}

static unsigned extended_seek(struct disk *disk, struct bios_regs *r)
{
	const struct edd_packet *packet = real_pointer(r->ds, r->si);

	return packet->size >= EDD_PACKET_MIN && packet->lba < disk->sectors ? GOOD : BAD_COMMAND;
}

static unsigned lock(struct disk *disk, struct bios_regs *r)
{
	unsigned status = GOOD;

	if (!disk->cd || r->al > 2)
		return BAD_COMMAND;
	if (r->al == 0)
		status = disk->locks == UINT8_MAX ? TOO_MANY_LOCKS : disk->locks++ == 0 ? status_of(scsi_lock(disk, true)) : GOOD;
	else if (r->al == 1)
		status = disk->locks == 0 ? NOT_LOCKED : --disk->locks == 0 ? status_of(scsi_lock(disk, false)) : GOOD;
	r->al = disk->locks != 0;
	return status;
}

static unsigned eject(struct disk *disk, struct bios_regs *r)
{
	if (!disk->cd)
		return NOT_REMOVABLE;
	return disk->locks != 0 ? LOCKED : status_of(scsi_eject(disk));
}

static unsigned changed(struct disk *disk, struct bios_regs *r)
{
	return disk->cd ? MEDIA_CHANGED : GOOD; // nobody can know of a CD that it was not
}

static void text(char *to, unsigned size, const char *from)
{
	memset(to, ' ', size);
	for (unsigned i = 0; i < size && from[i] != '\0'; i++)
		to[i] = from[i];
}

static void edd_describe(const struct disk *disk, struct edd_parameters *edd)
{
	uint8_t *bytes = (uint8_t *)edd, sum = 0;
	bool small = disk->sectors < 16383 * 16 * 63; // what an ATA disk's default geometry can say

	*edd = (struct edd_parameters){.size = sizeof(*edd), .cylinders = 16383, .heads = 16, .track = 63, .sectors = disk->sectors,
				       .sector_size = disk->sector_size, .table = UINT32_MAX, .key = EDD_KEY,
				       .path_size = sizeof(*edd) - EDD_2, .flags = small ? EDD_GEOMETRY : 0};
	if (small)
		edd->cylinders = (uint32_t)disk->sectors / (16 * 63);
	if (disk->cd) {
		edd->cylinders = edd->heads = edd->track = UINT32_MAX;
		edd->sectors = disk->sectors != 0 ? disk->sectors : UINT64_MAX;
		edd->flags = EDD_REMOVABLE | EDD_CHANGE_LINE | EDD_LOCKABLE | (disk->sectors == 0 ? EDD_NO_MEDIUM : 0);
	}
	text(edd->host_bus, sizeof(edd->host_bus), "PCI");
	text(edd->bus, sizeof(edd->bus), disk->bus);
	edd->bus_path[0] = disk->slot >> 8;
	edd->bus_path[1] = disk->slot >> 3 & 31;
	edd->bus_path[2] = disk->slot & 7;
	edd->bus_path[3] = strcmp(disk->bus, "ATA") == 0 ? disk->unit / 2 : 0xff;
	edd->device_path[0] = strcmp(disk->bus, "ATA") == 0 ? disk->unit % 2 : disk->unit;
	for (unsigned i = EDD_2; i < sizeof(*edd); i++)
		sum += bytes[i];
	edd->checksum = -sum;
}

// 48h: as much of the structure as the caller's has room for, by the versions' sizes.
static unsigned extended_parameters(struct disk *disk, struct bios_regs *r)
{
	struct edd_parameters *to = real_pointer(r->ds, r->si), edd;
	uint16_t size = to->size;

	if (size < EDD_1 || r->dl < FIRST_HARD_DISK)
		return BAD_COMMAND;
	edd_describe(disk, &edd);
	edd.size = size >= sizeof(edd) ? sizeof(edd) : size >= EDD_2 ? EDD_2 : EDD_1;
	memcpy(to, &edd, edd.size);
	return GOOD;
}

// 4Bh: what a CD was booted as; AL = 0 ends it too.
static unsigned emulation(struct disk *disk, struct bios_regs *r)
{
	const struct eltorito_packet *packet = eltorito_status(r->dl);

	if (packet == NULL || r->al > 1)
		return BAD_COMMAND;
	memcpy(real_pointer(r->ds, r->si), packet, sizeof(*packet));
	if (r->al == 0)
		eltorito_end();
	return GOOD;
}

// 4Eh: prefetch (01h on, 02h off), PIO mode (03h largest, 04h 0, 05h default), DMA (06h largest). What can be
// had is on.
static unsigned hardware(struct disk *disk, struct bios_regs *r)
{
	return r->al == 1 || r->al == 3 || r->al == 4 || r->al == 6 ? GOOD : BAD_COMMAND;
}

// The tables that INT 41h and 46h point to: of the first two hard disks (IBM PC/AT Technical Reference,
// section 5).
void int13_publish(void)
{
	static const uint8_t vectors[] = DISK_TABLE_VECTORS;

	bda.disk_count = disk_count_of(false);
	for (unsigned i = 0; i < bda.disk_count && i < 2; i++) {
		const struct disk_geometry *chs = &disk_by_number(FIRST_HARD_DISK + i)->chs;
		uint8_t *table = memory_low(16, 16);
		if (table == NULL)
			return;
		*(uint16_t *)table = chs->cylinders;
		table[2] = chs->heads;
		*(uint16_t *)(table + 5) = 0xffff; // no write precompensation
		table[8] = chs->heads > 8 ? 0xc8 : 0xc0;
		*(uint16_t *)(table + 12) = chs->cylinders; // where its heads park
		table[14] = chs->sectors;
		ivt[vectors[i]] = (uint32_t)(uintptr_t)table >> 4 << 16;
	}
}

static unsigned (*const functions[])(struct disk *disk, struct bios_regs *r) = {
	[0x00] = reset, [0x02] = read, [0x03] = write, [0x04] = verify, [0x08] = parameters, [0x09] = nothing, [0x0c] = seek,
	[0x0d] = reset, [0x10] = ready, [0x11] = nothing, [0x14] = nothing, [0x15] = type, [0x41] = extensions,
	[0x42] = extended_read, [0x43] = extended_write, [0x44] = extended_verify, [0x45] = lock, [0x46] = eject,
	[0x47] = extended_seek, [0x48] = extended_parameters, [0x49] = changed, [0x4e] = hardware,
};

void int13(struct bios_regs *r)
{
	uint8_t *last = r->dl < FIRST_HARD_DISK ? &bda.floppy[FLOPPY_STATUS] : &bda.disk_status, function = r->ah;
	struct disk *disk = disk_by_number(r->dl);
	unsigned status = BAD_COMMAND;

	if (function == 0x01) { // how did the last one end?
		r->ah = *last;
		set_carry(r, r->ah != GOOD);
		return;
	}
	if (function == 0x4b)
		status = emulation(disk, r);
	else if (disk != NULL && function < sizeof(functions) / sizeof(*functions) && functions[function] != NULL)
		status = functions[function](disk, r);
	if (status != GOOD_AH_SET)
		r->ah = status;
	*last = status & 0xff;
	set_carry(r, *last != GOOD);
}
