// attributes.c: changing owners, modes and times of files.
#include "kernel/fs/calls.h"
#include "kernel/syscall/prototypes.h"
#include "kernel/sched/thread.h"

static bool member_of(const struct cred *cred, uint32_t gid)
{
	bool member = gid == cred->fsgid;
	for (uint32_t i = 0; i < cred->group_count; i++)
		member |= cred->groups[i] == gid;
	return member;
}

// A write or truncation by anybody but the superuser takes set-user-ID and set-group-ID off a file.
void inode_drop_set_id(struct inode *inode)
{
	if (!S_ISREG(inode->mode) || current->cred == NULL || current->cred->fsuid == 0)
		return;
	mutex_lock(&inode->lock);
	bool drop_group = (inode->mode & 010) != 0 || !member_of(current->cred, inode->gid);
	WRITE_ONCE(inode->mode, inode->mode & ~(uint32_t)(S_ISUID | (drop_group ? S_ISGID : 0)));
	mutex_unlock(&inode->lock);
}

static long change_mode(struct inode *inode, struct path *path, uint32_t mode)
{
	long rc = path_read_only(path) ? -EROFS : S_ISLNK(inode->mode) ? -EOPNOTSUPP : 0;

	mutex_lock(&inode->lock);
	if (rc == 0 && !inode_owner(inode))
		rc = -EPERM;
	if (rc == 0 && current->cred != NULL && current->cred->fsuid != 0 && !member_of(current->cred, inode->gid))
		mode &= ~(uint32_t)S_ISGID; // a group's power is lent by its members
	if (rc == 0) {
		WRITE_ONCE(inode->mode, (inode->mode & S_IFMT) | (mode & 07777));
		inode->change_ns = time_realtime_ns();
	}
	mutex_unlock(&inode->lock);
	if (rc == 0)
		file_noticed(inode, path->dentry, IN_ATTRIB);
	inode_at_end(inode, path);
	return rc;
}

long sys_fchmodat(int directory, user_addr name, uint32_t mode)
{
	struct inode *inode;
	struct path path;
	long rc = name == 0 ? -EFAULT : inode_at(directory, name, 0, &inode, &path);

	return rc != 0 ? rc : change_mode(inode, &path, mode);
}

long sys_chmod(user_addr name, uint32_t mode)
{
	return sys_fchmodat(AT_FDCWD, name, mode);
}

long sys_fchmod(int fd, uint32_t mode)
{
	struct file *file = file_from_fd(fd); // not through O_PATH
	struct inode *inode;
	struct path path;
	long rc = file == NULL ? -EBADF : inode_at(fd, 0, 0, &inode, &path);

	file_put(file);
	return rc != 0 ? rc : change_mode(inode, &path, mode);
}

// -1 leaves an id as it is. Only the superuser gives files away; an owner may choose among the groups of its own.
static long change_owner(struct inode *inode, struct path *path, uint32_t uid, uint32_t gid)
{
	const struct cred *cred = current->cred;
	long rc = path_read_only(path) ? -EROFS : 0;

	mutex_lock(&inode->lock);
	if (rc == 0 && cred != NULL && cred->fsuid != 0) {
		bool member = gid == inode->gid || member_of(cred, gid);
		if (cred->fsuid != inode->uid || (uid != UINT32_MAX && uid != inode->uid) || (gid != UINT32_MAX && !member))
			rc = -EPERM;
	}
	if (rc == 0) {
		WRITE_ONCE(inode->uid, uid != UINT32_MAX ? uid : inode->uid);
		WRITE_ONCE(inode->gid, gid != UINT32_MAX ? gid : inode->gid);
		if (S_ISREG(inode->mode) && (uid != UINT32_MAX || gid != UINT32_MAX)) // a new owner must not inherit power
			WRITE_ONCE(inode->mode, inode->mode & ~(uint32_t)(S_ISUID | ((inode->mode & 010) != 0 ? S_ISGID : 0)));
		inode->change_ns = time_realtime_ns();
	}
	mutex_unlock(&inode->lock);
	if (rc == 0)
		file_noticed(inode, path->dentry, IN_ATTRIB);
	inode_at_end(inode, path);
	return rc;
}

long sys_fchownat(int directory, user_addr name, uint32_t uid, uint32_t gid, int flags)
{
	struct inode *inode;
	struct path path;

	if ((flags & ~(AT_SYMLINK_NOFOLLOW | AT_EMPTY_PATH)) != 0)
		return -EINVAL;
	long rc = name == 0 ? -EFAULT : inode_at(directory, name, flags, &inode, &path);
	return rc != 0 ? rc : change_owner(inode, &path, uid, gid);
}

long sys_chown(user_addr name, uint32_t uid, uint32_t gid)
{
	return sys_fchownat(AT_FDCWD, name, uid, gid, 0);
}

long sys_lchown(user_addr name, uint32_t uid, uint32_t gid)
{
	return sys_fchownat(AT_FDCWD, name, uid, gid, AT_SYMLINK_NOFOLLOW);
}

long sys_fchown(int fd, uint32_t uid, uint32_t gid)
{
	struct file *file = file_from_fd(fd);
	struct inode *inode;
	struct path path;
	long rc = file == NULL ? -EBADF : inode_at(fd, 0, 0, &inode, &path);

	file_put(file);
	return rc != 0 ? rc : change_owner(inode, &path, uid, gid);
}

static bool valid_time(const struct abi_timespec *time)
{
	return (time->tv_nsec >= 0 && time->tv_nsec < NS_PER_SECOND) || time->tv_nsec == UTIME_NOW || time->tv_nsec == UTIME_OMIT;
}

static int64_t chosen_time(const struct abi_timespec *time, int64_t now, int64_t old)
{
	return time->tv_nsec == UTIME_OMIT ? old : time->tv_nsec == UTIME_NOW ? now : time->tv_sec * NS_PER_SECOND + time->tv_nsec;
}

static long change_times(struct inode *inode, struct path *path, const struct abi_timespec times[2])
{
	bool both_now = times[0].tv_nsec == UTIME_NOW && times[1].tv_nsec == UTIME_NOW;
	long rc = path_read_only(path) ? -EROFS : 0;

	if (rc == 0 && !inode_owner(inode))
		rc = both_now ? inode_permission(inode, W_OK) : -EPERM;
	if (rc == 0) {
		int64_t now = time_realtime_ns();
		WRITE_ONCE(inode->access_ns, chosen_time(&times[0], now, inode->access_ns));
		WRITE_ONCE(inode->modify_ns, chosen_time(&times[1], now, inode->modify_ns));
		WRITE_ONCE(inode->change_ns, now);
		bool access = times[0].tv_nsec != UTIME_OMIT, modify = times[1].tv_nsec != UTIME_OMIT;
		file_noticed(inode, path->dentry, access && modify ? IN_ATTRIB : access ? IN_ACCESS : IN_MODIFY);
	}
	inode_at_end(inode, path);
	return rc;
}

long sys_utimensat(int directory, user_addr name, user_addr from, int flags)
{
	struct abi_timespec times[2] = {{0, UTIME_NOW}, {0, UTIME_NOW}};
	struct inode *inode;
	struct path path;

	if (from != 0 && copy_from_user(times, from, sizeof(times)) != 0)
		return -EFAULT;
	if (!valid_time(&times[0]) || !valid_time(&times[1]))
		return -EINVAL;
	if (times[0].tv_nsec == UTIME_OMIT && times[1].tv_nsec == UTIME_OMIT)
		return 0;
	if ((flags & ~(AT_SYMLINK_NOFOLLOW | AT_EMPTY_PATH)) != 0)
		return -EINVAL;
	long rc = inode_at(directory, name, flags, &inode, &path);
	return rc != 0 ? rc : change_times(inode, &path, times);
}

// The older ways to say the same: seconds; microseconds. `times` 0: now.
static long set_times(int directory, user_addr name, const struct abi_timespec times[2])
{
	struct inode *inode;
	struct path path;
	long rc = name == 0 ? -EFAULT : inode_at(directory, name, 0, &inode, &path);

	return rc != 0 ? rc : change_times(inode, &path, times);
}

long sys_utime(user_addr name, user_addr from)
{
	struct abi_timespec times[2] = {{0, UTIME_NOW}, {0, UTIME_NOW}};
	int64_t seconds[2];

	if (from != 0 && copy_from_user(seconds, from, sizeof(seconds)) != 0)
		return -EFAULT;
	for (int i = 0; from != 0 && i < 2; i++)
		times[i] = (struct abi_timespec){seconds[i], 0};
	return set_times(AT_FDCWD, name, times);
}

long sys_futimesat(int directory, user_addr name, user_addr from)
{
	struct abi_timespec times[2] = {{0, UTIME_NOW}, {0, UTIME_NOW}};
	struct abi_timeval values[2];

	if (from != 0 && copy_from_user(values, from, sizeof(values)) != 0)
		return -EFAULT;
	for (int i = 0; from != 0 && i < 2; i++) {
		if (values[i].tv_usec < 0 || values[i].tv_usec >= 1000000)
			return -EINVAL;
		times[i] = (struct abi_timespec){values[i].tv_sec, values[i].tv_usec * 1000};
	}
	return set_times(directory, name, times);
}

long sys_utimes(user_addr name, user_addr times)
{
	return sys_futimesat(AT_FDCWD, name, times);
}
