// statx.c: statx(2): stat with a mask of what is wanted and of what was given.
#include "kernel/fs/calls.h"
#include "kernel/lib/string.h"
#include "kernel/sched/time.h"
#include "kernel/syscall/prototypes.h"

#define STATX_BASIC_STATS 0x7ffu
#define STATX_RESERVED 0x80000000u
#define AT_STATX_SYNC 0x6000
#define AT_NO_AUTOMOUNT 0x800

struct abi_statx_time {
	int64_t seconds;
	uint32_t nanoseconds;
	int32_t reserved;
};

struct abi_statx {
	uint32_t mask, block_size;
	uint64_t attributes;
	uint32_t links, uid, gid;
	uint16_t mode, reserved;
	uint64_t inode, size, blocks, attributes_mask;
	struct abi_statx_time access, birth, change, modify;
	uint32_t device_major, device_minor, mount_major, mount_minor;
	uint64_t more[14];
};
_Static_assert(sizeof(struct abi_statx) == 256, "abi_statx");

static struct abi_statx_time time_of(int64_t ns)
{
	return (struct abi_statx_time){ns / NS_PER_SECOND, (uint32_t)(ns % NS_PER_SECOND), 0};
}

long sys_statx(int directory, user_addr name, int flags, unsigned mask, user_addr to)
{
	struct abi_statx statx;
	struct inode *inode;
	struct path path;

	if ((flags & ~(AT_SYMLINK_NOFOLLOW | AT_EMPTY_PATH | AT_NO_AUTOMOUNT | AT_STATX_SYNC)) != 0 ||
	    (flags & AT_STATX_SYNC) == AT_STATX_SYNC || (mask & STATX_RESERVED) != 0)
		return -EINVAL;
	if (name == 0 && (flags & AT_EMPTY_PATH) == 0)
		return -EFAULT;
	long rc = inode_at(directory, name, flags, &inode, &path);
	if (rc != 0)
		return rc;
	memset(&statx, 0, sizeof(statx));
	uint64_t device = inode->superblock != NULL ? inode->superblock->device : 0;
	statx.mask = STATX_BASIC_STATS;
	statx.block_size = PAGE_SIZE;
	statx.links = READ_ONCE(inode->link_count);
	statx.uid = READ_ONCE(inode->uid);
	statx.gid = READ_ONCE(inode->gid);
	statx.mode = (uint16_t)READ_ONCE(inode->mode);
	statx.inode = inode->number;
	statx.size = READ_ONCE(inode->size);
	statx.blocks = READ_ONCE(inode->mapping.page_count) * (PAGE_SIZE / 512);
	statx.access = time_of(READ_ONCE(inode->access_ns));
	statx.change = time_of(READ_ONCE(inode->change_ns));
	statx.modify = time_of(READ_ONCE(inode->modify_ns));
	statx.device_major = (uint32_t)(inode->rdev >> 8 & 0xfff);
	statx.device_minor = (uint32_t)(inode->rdev & 0xff);
	statx.mount_major = (uint32_t)(device >> 8);
	statx.mount_minor = (uint32_t)(device & 0xff);
	inode_at_end(inode, &path);
	return copy_to_user(to, &statx, sizeof(statx));
}
