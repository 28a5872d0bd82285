// fs.h: the virtual file system: names, inodes, mounts, open files.
//
// A name is a struct dentry in one tree a file system; trees are joined by struct mount; a place is a struct path, the pair
// of both. What a name means is a struct inode; what a process holds is a struct file, found by number in a struct files.
// tmpfs, devfs, procfs and sysfs are "in memory": their dentries are the directory and stay (DENTRY_PINNED).
//
// Lock order: rename mutex, file position, inode of the ancestor, inode of the child, dentry_lock (spin, leaf), mapping.
// User memory is never touched under an inode lock. Everything here is thread context.
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "kernel/arch/x86_64/cpu/atomic.h"
#include "kernel/core/cred.h"
#include "kernel/core/refcount.h"
#include "kernel/dev/chardev.h"
#include "kernel/lib/list.h"
#include "kernel/sched/mutex.h"
#include "kernel/uapi/errno.h"
#include "kernel/uapi/fcntl.h"
#include "kernel/uapi/stat.h"
#include "kernel/vm/mapping.h"

struct dentry;
struct file;
struct filesystem;
struct inode;
struct abi_iovec;
struct vm_area;

struct path {
	struct mount *mount;
	struct dentry *dentry;
};

// What a file system offers for its inodes; NULL: EPERM for a change of names, otherwise as noted. Directory operations run
// with the directory's inode lock held and need not touch dentries: the caller does.
struct inode_operations {
	int (*lookup)(struct inode *directory, const char *name, size_t length, struct inode **inode); // NULL: ENOENT
	int (*make)(struct inode *directory, uint32_t mode, uint64_t rdev, const char *target, struct inode **inode);
	bool may_remove;                                                // unlink, rmdir, rename and link are allowed
	int (*read_link)(struct inode *inode, char *text, size_t size); // length
	int (*jump)(struct inode *inode, struct path *path);            // a link that leads to an object, not to a name
	int (*truncate)(struct inode *inode, uint64_t size);            // inode lock held
	void (*release)(struct inode *inode);                           // the last reference is gone
};

// Gives one directory entry; false: the buffer is full, stop before it.
struct directory_sink {
	bool (*emit)(struct directory_sink *sink, const char *name, size_t length, uint64_t inode, unsigned type,
		     int64_t next);
};

struct file_operations {
	int (*open)(struct file *file);
	void (*release)(struct file *file);
	long (*read)(struct file *file, struct uio *uio, int64_t *position);   // NULL: EINVAL
	long (*write)(struct file *file, struct uio *uio, int64_t *position);  // NULL: EINVAL
	long (*ioctl)(struct file *file, unsigned command, uint64_t argument); // NULL: ENOTTY
	unsigned (*poll)(struct file *file, struct poll_table *table);         // NULL: always readable and writable
	int (*mmap)(struct file *file, struct vm_area *area); // NULL: inode->mapping for a regular file, else ENODEV
	int (*readdir)(struct file *file, struct directory_sink *sink, int64_t *position); // NULL: ENOTDIR
	bool stream;                                                                       // no position: ESPIPE
	long (*vectors)(struct file *file, struct abi_iovec *vectors, int count, bool write); // one call, one message; NULL: piece by piece
	const char *name; // of files that have no name: "[eventfd]"
};

struct inode {
	struct refcount references;
	uint32_t mode, uid, gid, link_count; // guarded by lock
	uint64_t number, rdev;
	uint64_t size; // bytes; changed under lock, read anywhere
	int64_t access_ns, modify_ns, change_ns;
	struct superblock *superblock;
	const struct inode_operations *operations;
	const struct file_operations *file_operations;
	struct mutex lock;
	struct mapping mapping;
	struct list locks, flocks; // file locks, guarded by locks.c
	void *private;             // the file system's own
	uint32_t seals;            // F_SEAL_*: what may not happen to its bytes any more; guarded by lock
	struct xattr *xattrs;      // xattr.c's, guarded by lock
	struct watch *watches;     // inotify.c's
	struct pipe *pipe;         // of a FIFO while it is open, guarded by lock
};

struct dentry {
	struct refcount references;
	struct inode *inode;
	struct dentry *parent; // itself: the root of its file system. This and all below: dentry_lock
	char *name;
	uint32_t length, hash;
	struct dentry *hash_next;
	struct list children, sibling; // in the order of their cookies
	int64_t cookie;                // position in the parent, for getdents
	bool hashed, deleted;
	uint32_t mounts; // how many file systems are mounted on it
};

struct superblock {
	struct filesystem *type;
	uint64_t device; // st_dev
	uint64_t next_inode;
	struct dentry *root;
	bool pinned;    // names live in memory only
	bool permanent; // the only instance of its kind, kept when unmounted
};

struct filesystem {
	const char *name;
	uint32_t magic; // for statfs
	int (*fill)(struct superblock *superblock); // makes ->root
	struct superblock *single;                  // the instance that all mounts show
	bool only_one;
	struct filesystem *next;
};

struct mount {
	struct refcount references;
	struct mount *parent; // NULL: the root
	struct dentry *mountpoint, *root;
	struct superblock *superblock;
	char source[32];
	unsigned id; // for /proc/PID/mountinfo
	bool read_only, no_set_id; // no_set_id: set-user-ID programs give nothing
	struct list link;
};

enum file_mode { FILE_READ = 1, FILE_WRITE = 2, FILE_PATH = 4 };

struct file {
	struct refcount references;
	uint32_t flags; // O_*; APPEND and NONBLOCK change
	uint32_t mode;  // enum file_mode
	struct path path;
	struct inode *inode; // path.dentry's, or a pipe's own
	const struct file_operations *operations;
	struct mutex position_lock;
	int64_t position;
	struct chardev *device;
	void *private; // the operations' own
	void *watchers; // epoll's items; if any, file_forgotten() is called when the last reference has gone
};

struct descriptor {
	struct file *file;
	bool close_on_exec;
};

struct files {
	struct refcount references;
	struct spinlock lock; // guards all below
	unsigned capacity;
	struct descriptor *table;
};

struct fs_context {
	struct refcount references;
	struct spinlock lock;
	struct path root, cwd;
	uint32_t umask;
};

// ---- start ----
void fs_init(void); // mounts tmpfs /, devfs /dev, procfs /proc, sysfs /sys; then the files of the current thread may be made
void fs_show_firmware(void); // files of the machine, under /sys/firmware/qemu_fw_cfg/by_name/NAME/raw
int filesystem_register(struct filesystem *filesystem);
struct filesystem *filesystem_first(void);
// Unpacks a cpio (newc) archive below `under` ("/"). Page-aligned data in direct-map memory becomes page cache as it stands
// (the archive's pages gain a reference each). 0 or -EINVAL, -ENOMEM ...; what was unpacked before the error stays.
int initramfs_unpack(const void *archive, size_t size, const char *under);

// ---- what proc and vm use ----
struct file *file_open_kernel(const char *path, int flags, int *rc); // as the current thread; NULL with *rc
long file_read_kernel(struct file *file, void *to, size_t size, int64_t position);
long file_write_kernel(struct file *file, const void *from, size_t size, int64_t position);
void file_get(struct file *file);
void file_put(struct file *file);
int file_may_execute(struct file *file); // a regular file that this cred may execute: 0 or -EACCES
struct file *file_from_fd(int fd);       // of the current thread, with a reference; NULL: EBADF (also for O_PATH)
struct file *file_from_fd_any(int fd);   // O_PATH too

struct files *files_create(void);
struct files *files_clone(struct files *files); // fork: the same open files. NULL: no memory
void files_put(struct files *files);            // the last put closes all
void files_close_on_exec(struct files *files);
int files_install(struct files *files, struct file *file, unsigned lowest, bool close_on_exec); // takes the reference; fd
extern void (*file_forgotten)(struct file *file); // epoll's
struct file *files_get(struct files *files, int fd);                                            // any process's

struct fs_context *fs_context_create(void); // root and cwd at the root, umask 022
struct fs_context *fs_context_clone(struct fs_context *context);
void fs_context_put(struct fs_context *context);

// Tables that proc fills before the first process runs.
struct task_operations {
	void (*send_signal_current)(int signal);
	uint64_t (*limit)(int resource); // the current process's soft limit, RLIMIT_*
	void (*block_signals)(uint64_t mask); // of the current thread for one call; the old mask comes back with the next
	void (*unblock_signals)(void);        // signal's frame, or by this
};
extern const struct task_operations *task_operations; // NULL until then: no signals, no limits

// ---- names (dentry.c) ----
struct dentry *dentry_create(const char *name, size_t length, struct inode *inode); // takes the inode's reference
void dentry_attach(struct dentry *parent, struct dentry *child, bool visible);      // parent's inode lock held
void dentry_detach(struct dentry *dentry);                                          // the name is gone; likewise
char *dentry_move(struct dentry *dentry, struct dentry *parent, char *name, size_t length);
void dentry_hash(struct dentry *dentry);   // into its parent's directory, and out of it; dentry_lock held
void dentry_unhash(struct dentry *dentry);
char *name_copy(const char *name, size_t length); // kfree() it
struct dentry *dentry_find(struct dentry *parent, const char *name, size_t length);
void dentry_get(struct dentry *dentry);
void dentry_put(struct dentry *dentry);
bool dentry_has_children(struct dentry *dentry);
bool dentry_is_below(struct dentry *dentry, const struct dentry *ancestor); // or the ancestor itself
int directory_readdir(struct file *file, struct directory_sink *sink, int64_t *position); // of pinned trees
extern const struct file_operations directory_operations;

void path_get(const struct path *path);
void path_put(struct path *path);
struct path path_root(void); // of the first mount, not referenced
void path_descend(struct path *path); // to what is mounted on it
void path_ascend(struct path *path, const struct path *root); // ".."
// The name from `root`, written at the buffer's end; "(unreachable)" and " (deleted)" as in Linux. NULL: too long.
char *path_name(const struct path *path, const struct path *root, char *buffer, size_t size, bool *deleted);
enum mount_flags { MOUNT_READ_ONLY = 1, MOUNT_NO_SET_ID = 2 }; // as mount(2) numbers them
int mount_add(struct filesystem *type, const char *source, unsigned flags, const struct path *at);
extern struct spinlock dentry_lock; // guards names, and
extern struct list mount_list;      // the mounts, in order

// ---- inodes (inode.c) ----
struct inode *inode_create(struct superblock *superblock, uint32_t mode);
void inode_get(struct inode *inode);
void inode_put(struct inode *inode);
int inode_permission(const struct inode *inode, unsigned mask); // R_OK | W_OK | X_OK by the current fsuid
bool inode_owner(const struct inode *inode);
void inode_touch(struct inode *inode); // modified now
void inode_drop_set_id(struct inode *inode) __attribute__((weak)); // who writes here must not lend its owner's power
void xattr_forget(struct inode *inode) __attribute__((weak));
extern const struct file_operations device_operations; // character device files: dev's registry behind them

// What happens to files, for who watches (inotify.c); the table is there only while somebody does. Thread context, no locks.
enum { IN_ACCESS = 1, IN_MODIFY = 2, IN_ATTRIB = 4, IN_CLOSE_WRITE = 8, IN_CLOSE_NOWRITE = 0x10, IN_OPEN = 0x20, IN_MOVED_FROM = 0x40,
       IN_MOVED_TO = 0x80, IN_CREATE = 0x100, IN_DELETE = 0x200, IN_DELETE_SELF = 0x400, IN_MOVE_SELF = 0x800, IN_ISDIR = 0x40000000 };
struct notify_operations {
	void (*file)(struct inode *inode, struct dentry *dentry, uint32_t event); // itself, and its directory if dentry is not NULL
	void (*name)(struct inode *directory, const char *name, uint32_t event, uint32_t cookie);
};
extern const struct notify_operations *notify;
static inline void file_noticed(struct inode *inode, struct dentry *dentry, uint32_t event)
{
	const struct notify_operations *operations = READ_ONCE(notify);
	if (operations != NULL)
		operations->file(inode, dentry, event);
}
static inline void name_noticed(struct inode *directory, const char *name, uint32_t event, uint32_t cookie)
{
	const struct notify_operations *operations = READ_ONCE(notify);
	if (operations != NULL)
		operations->name(directory, name, event, cookie);
}

// ---- the walk (walk.c) ----
enum walk_flags { WALK_FOLLOW = 1, WALK_EMPTY = 2 };
struct walk {
	struct path path; // where it stands, referenced
	struct path root;
	char *buffer; // text of symbolic links and what follows them
	const char *rest;
	unsigned links;
	bool directory;          // a slash ends the name
	size_t last_length;      // of the last component; 0: the path itself is meant ("/", "." and ".." included)
	char last[NAME_MAX + 1];
};
int path_walk(int directory, const char *name, unsigned flags, struct path *path);
int walk_parent(struct walk *walk, int directory, const char *name); // stops before the last component
void walk_end(struct walk *walk);
int name_from_user(user_addr from, char **name); // kfree() it
int file_open(int directory, const char *name, int flags, uint32_t mode, struct file **file);
struct file *file_create(struct inode *inode, const struct file_operations *operations, unsigned mode, int flags);

long file_read(struct file *file, struct uio *uio, int64_t *position);
long file_write(struct file *file, struct uio *uio, int64_t *position);
int inode_truncate(struct inode *inode, uint64_t size);
struct pipe;
long pipe_size(struct pipe *pipe, int command, uint64_t size) __attribute__((weak)); // pipe_size.c: fcntl F_GETPIPE_SZ, F_SETPIPE_SZ
long file_seals(struct file *file, int command, uint64_t seals) __attribute__((weak)); // memfd.c: fcntl F_ADD_SEALS, F_GET_SEALS
int name_make(int directory, const char *name, uint32_t mode, uint64_t rdev, const char *target);
