// statfs.c: what a file system says about itself (statfs(2)).
#include "kernel/fs/calls.h"
#include "kernel/syscall/prototypes.h"
#include "kernel/lib/string.h"

#define ST_NOSUID 2

struct abi_statfs {
	int64_t f_type, f_bsize;
	uint64_t f_blocks, f_bfree, f_bavail, f_files, f_ffree, f_fsid;
	int64_t f_namelen, f_frsize, f_flags, f_spare[4];
};
_Static_assert(sizeof(struct abi_statfs) == 120, "abi_statfs");

static long statfs_inode(struct inode *inode, struct path *path, user_addr to)
{
	struct abi_statfs statfs;

	memset(&statfs, 0, sizeof(statfs));
	statfs.f_type = inode->superblock != NULL ? inode->superblock->type->magic : 0x50495045; // "PIPE"
	statfs.f_bsize = statfs.f_frsize = (int64_t)PAGE_SIZE;
	statfs.f_namelen = NAME_MAX;
	statfs.f_fsid = inode->superblock != NULL ? inode->superblock->device : 0;
	statfs.f_flags = path_read_only(path) | (path->mount != NULL && path->mount->no_set_id ? ST_NOSUID : 0);
	if (inode->superblock != NULL && inode->operations->truncate != NULL) { // a file system that stores
		statfs.f_blocks = memory_total_pages();
		statfs.f_bfree = statfs.f_bavail = memory_free_pages();
	}
	inode_at_end(inode, path);
	return copy_to_user(to, &statfs, sizeof(statfs));
}

long sys_statfs(user_addr name, user_addr to)
{
	struct inode *inode;
	struct path path;
	long rc = name == 0 ? -EFAULT : inode_at(AT_FDCWD, name, 0, &inode, &path);

	return rc != 0 ? rc : statfs_inode(inode, &path, to);
}

long sys_fstatfs(int fd, user_addr to)
{
	struct inode *inode;
	struct path path;
	long rc = inode_at(fd, 0, 0, &inode, &path);

	return rc != 0 ? rc : statfs_inode(inode, &path, to);
}
