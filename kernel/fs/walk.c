// walk.c: from text to a place.
//
// A walk holds one referenced path and the text still to go. The last component is left standing in walk->last, so that
// creating, removing and renaming see the parent; a symbolic link puts its text before the rest, in the walk's own buffer.
// No lock is held between components: each step takes a reference to the child before it drops the parent.
#include "kernel/fs/fs.h"
#include "kernel/lib/string.h"
#include "kernel/mm/slab.h"
#include "kernel/sched/thread.h"

#define WALK_BUFFER (2 * PATH_MAX)

static void context_paths(struct path *root, struct path *cwd)
{
	struct fs_context *context = current->fs;

	if (context == NULL) {
		*root = *cwd = path_root();
		path_get(root);
		path_get(cwd);
		return;
	}
	spin_lock(&context->lock);
	*root = context->root;
	*cwd = context->cwd;
	path_get(root);
	path_get(cwd);
	spin_unlock(&context->lock);
}

static int walk_begin(struct walk *walk, int directory, const char *name)
{
	struct path cwd;

	walk->buffer = NULL;
	walk->rest = name;
	walk->links = 0;
	walk->last_length = 0;
	walk->directory = false;
	context_paths(&walk->root, &cwd);
	walk->path = *name == '/' ? walk->root : cwd;
	if (*name != '/' && directory != AT_FDCWD) {
		struct file *file = file_from_fd_any(directory);
		if (file == NULL) {
			path_put(&cwd);
			walk->path = (struct path){NULL, NULL};
			return -EBADF;
		}
		walk->path = file->path;
		if (file->path.dentry == NULL) { // a pipe has no place
			walk->path = cwd;
			directory = -1;
		}
		path_get(&walk->path);
		file_put(file);
		path_put(&cwd);
		return directory != -1 && S_ISDIR(walk->path.dentry->inode->mode) ? 0 : -ENOTDIR;
	}
	path_get(&walk->path);
	path_put(&cwd);
	return 0;
}

void walk_end(struct walk *walk)
{
	path_put(&walk->path);
	path_put(&walk->root);
	kfree(walk->buffer);
}

// The child of a directory as the directory's own lock shows it (held). -ENOENT: no such name.
static int child_locked(const struct path *parent, const char *name, size_t length, struct dentry **child)
{
	struct inode *directory = parent->dentry->inode, *inode;

	*child = dentry_find(parent->dentry, name, length);
	if (*child != NULL)
		return 0;
	if (directory->operations->lookup == NULL)
		return -ENOENT;
	int rc = directory->operations->lookup(directory, name, length, &inode);
	if (rc != 0)
		return rc;
	*child = dentry_create(name, length, inode);
	if (*child == NULL)
		return -ENOMEM;
	dentry_attach(parent->dentry, *child, !inode->superblock->pinned); // names that live in memory are never looked up
	return 0;
}

// Steps from a directory to the named child and onto what is mounted there. child gets references of its own.
static int walk_child(const struct path *parent, const char *name, size_t length, struct path *child)
{
	struct inode *directory = parent->dentry->inode;
	int rc = 0;

	child->dentry = dentry_find(parent->dentry, name, length);
	if (child->dentry == NULL) {
		if (directory->operations->lookup == NULL)
			return -ENOENT;
		mutex_lock(&directory->lock);
		rc = child_locked(parent, name, length, &child->dentry);
		mutex_unlock(&directory->lock);
	}
	if (rc != 0)
		return rc;
	child->mount = parent->mount;
	refcount_get(&child->mount->references);
	path_descend(child);
	return 0;
}

static bool is_dots(const char *name, size_t length)
{
	return name[0] == '.' && (length == 1 || (length == 2 && name[1] == '.'));
}

static const char *skip_slashes(const char *text)
{
	while (*text == '/')
		text++;
	return text;
}

static int walk_follow(struct walk *walk, struct inode *link);

// Walks until one component is left in walk->last, or none (last_length 0: walk->path is what was meant).
static int walk_to_last(struct walk *walk)
{
	for (;;) {
		struct path child;
		const char *name = skip_slashes(walk->rest);
		size_t length = 0;
		while (name[length] != 0 && name[length] != '/')
			length++;
		walk->rest = skip_slashes(name + length);
		walk->directory = length == 0 || name[length] == '/';
		walk->last_length = 0;
		strlcpy(walk->last, "/", sizeof(walk->last));
		if (length == 0)
			return 0;
		if (length > NAME_MAX)
			return -ENAMETOOLONG;
		if (!S_ISDIR(walk->path.dentry->inode->mode))
			return -ENOTDIR;
		int rc = inode_permission(walk->path.dentry->inode, X_OK);
		if (rc != 0)
			return rc;
		memcpy(walk->last, name, length);
		walk->last[length] = 0;
		if (is_dots(name, length)) {
			if (length == 2)
				path_ascend(&walk->path, &walk->root);
			walk->directory = true;
			if (*walk->rest == 0)
				return 0;
			continue;
		}
		if (*walk->rest == 0) {
			walk->last_length = length;
			return 0;
		}
		rc = walk_child(&walk->path, walk->last, length, &child);
		if (rc != 0)
			return rc;
		if (S_ISLNK(child.dentry->inode->mode)) {
			rc = walk_follow(walk, child.dentry->inode);
			path_put(&child);
			return rc; // walk_follow() went on to the end
		}
		path_put(&walk->path);
		walk->path = child;
	}
}

// Puts the link's text before the rest and walks on. After it, as after walk_parent(), one component at most is left.
static int walk_follow(struct walk *walk, struct inode *link)
{
	size_t rest_size = strlen(walk->rest) + 1;
	struct path place;
	int rc;

	if (++walk->links > SYMLINKS_MAX)
		return -ELOOP;
	if (link->operations->jump != NULL) {
		rc = link->operations->jump(link, &place);
		if (rc != 0)
			return rc;
		path_put(&walk->path);
		walk->path = place;
		walk->last_length = 0;
		return rest_size == 1 ? 0 : walk_to_last(walk);
	}
	if (walk->buffer == NULL)
		walk->buffer = kmalloc(WALK_BUFFER, ALLOC_SLEEP);
	if (walk->buffer == NULL)
		return -ENOMEM;
	if (rest_size + 2 >= WALK_BUFFER)
		return -ENAMETOOLONG;
	char *parked = walk->buffer + WALK_BUFFER - rest_size;
	memmove(parked, walk->rest, rest_size);
	rc = link->operations->read_link(link, walk->buffer, WALK_BUFFER - rest_size - 1);
	if (rc < 0)
		return rc;
	size_t length = (size_t)rc;
	if (length == 0 || length >= WALK_BUFFER - rest_size - 1)
		return length == 0 ? -ENOENT : -ENAMETOOLONG;
	if (rest_size > 1 || walk->directory)
		walk->buffer[length++] = '/';
	memmove(walk->buffer + length, parked, rest_size);
	walk->rest = walk->buffer;
	if (walk->buffer[0] == '/') {
		path_get(&walk->root);
		path_put(&walk->path);
		walk->path = walk->root;
	}
	return walk_to_last(walk);
}

// Starts at `directory` (a descriptor or AT_FDCWD) unless the name is absolute. walk_end() is due after errors too.
int walk_parent(struct walk *walk, int directory, const char *name)
{
	int rc = walk_begin(walk, directory, name);

	if (*name == 0)
		rc = -ENOENT;
	if (rc == 0 && strnlen(name, PATH_MAX) == PATH_MAX)
		rc = -ENAMETOOLONG;
	return rc != 0 ? rc : walk_to_last(walk);
}

// Walks all the way. `path` gets references. WALK_FOLLOW: through a link at the end; WALK_EMPTY: "" means `directory`.
int path_walk(int directory, const char *name, unsigned flags, struct path *path)
{
	struct walk walk;
	struct path child;
	int rc;

	if (*name == 0 && (flags & WALK_EMPTY) != 0 && directory != AT_FDCWD) {
		struct file *file = file_from_fd_any(directory);
		if (file == NULL)
			return -EBADF;
		*path = file->path;
		rc = path->dentry == NULL ? -EINVAL : 0;
		if (rc == 0)
			path_get(path);
		file_put(file);
		return rc;
	}
	rc = walk_parent(&walk, directory, *name == 0 && (flags & WALK_EMPTY) != 0 ? "." : name);
	while (rc == 0 && walk.last_length != 0) {
		rc = walk_child(&walk.path, walk.last, walk.last_length, &child);
		if (rc != 0)
			break;
		if (S_ISLNK(child.dentry->inode->mode) && ((flags & WALK_FOLLOW) != 0 || walk.directory)) {
			rc = walk_follow(&walk, child.dentry->inode);
			path_put(&child);
			continue;
		}
		path_put(&walk.path);
		walk.path = child;
		break;
	}
	if (rc == 0 && walk.directory && !S_ISDIR(walk.path.dentry->inode->mode))
		rc = -ENOTDIR;
	if (rc == 0) {
		*path = walk.path;
		path_get(path);
	}
	walk_end(&walk);
	return rc;
}

// A path name out of user memory; kfree() it.
int name_from_user(user_addr from, char **name)
{
	*name = kmalloc(PATH_MAX, ALLOC_SLEEP);
	if (*name == NULL)
		return -ENOMEM;
	long rc = strncpy_from_user(*name, from, PATH_MAX);
	if (rc < 0) {
		kfree(*name);
		*name = NULL;
	}
	return rc < 0 ? (int)rc : 0;
}

// ---- names made ----

static int may_change(const struct path *parent)
{
	if (parent->mount->read_only)
		return -EROFS;
	if (parent->dentry->deleted)
		return -ENOENT;
	return inode_permission(parent->dentry->inode, W_OK | X_OK);
}

// Makes a name in a directory whose lock is held and where it does not exist. *child gets a reference.
static int make_locked(struct walk *walk, uint32_t mode, uint64_t rdev, const char *target, struct dentry **child)
{
	struct inode *directory = walk->path.dentry->inode, *inode;
	int rc = may_change(&walk->path);

	if (rc == 0 && directory->operations->make == NULL)
		rc = directory->operations->lookup != NULL ? -ENOENT : -EPERM;
	if (rc == 0)
		rc = directory->operations->make(directory, mode, rdev, target, &inode);
	if (rc != 0)
		return rc;
	if ((directory->mode & S_ISGID) != 0) {
		inode->gid = directory->gid;
		inode->mode |= S_ISDIR(mode) ? S_ISGID : 0;
	}
	*child = dentry_create(walk->last, walk->last_length, inode);
	if (*child == NULL)
		return -ENOMEM;
	dentry_attach(walk->path.dentry, *child, true);
	directory->link_count += S_ISDIR(mode);
	inode_touch(directory);
	name_noticed(directory, walk->last, IN_CREATE | (S_ISDIR(mode) ? IN_ISDIR : 0), 0);
	return 0;
}

// mkdir, mknod, symlink in one: mode says what, `target` is a link's text.
int name_make(int directory, const char *name, uint32_t mode, uint64_t rdev, const char *target)
{
	struct walk walk;
	struct dentry *child = NULL;
	int rc = walk_parent(&walk, directory, name);

	if (rc == 0 && walk.last_length == 0)
		rc = -EEXIST;
	if (rc == 0) {
		struct inode *inode = walk.path.dentry->inode;
		mutex_lock(&inode->lock);
		rc = child_locked(&walk.path, walk.last, walk.last_length, &child);
		if (rc == 0)
			rc = -EEXIST;
		else if (rc == -ENOENT && (!walk.directory || S_ISDIR(mode)))
			rc = make_locked(&walk, mode, rdev, target, &child);
		mutex_unlock(&inode->lock);
		dentry_put(child);
	}
	walk_end(&walk);
	return rc;
}

// The last component for open(O_CREAT): what is there, or a new regular file.
static int open_or_make(struct walk *walk, int flags, uint32_t mode, struct path *child, bool *made)
{
	struct inode *directory = walk->path.dentry->inode;

	if (walk->last_length == 0 || walk->directory)
		return -EISDIR;
	if (!S_ISDIR(directory->mode))
		return -ENOTDIR;
	mutex_lock(&directory->lock);
	int rc = child_locked(&walk->path, walk->last, walk->last_length, &child->dentry);
	if (rc == 0 && (flags & O_EXCL) != 0) {
		dentry_put(child->dentry);
		child->dentry = NULL;
		rc = -EEXIST;
	} else if (rc == -ENOENT) {
		*made = true;
		rc = make_locked(walk, S_IFREG | (mode & 07777), 0, NULL, &child->dentry);
	}
	mutex_unlock(&directory->lock);
	if (rc == 0) {
		child->mount = walk->path.mount;
		refcount_get(&child->mount->references);
		path_descend(child);
	}
	return rc;
}

static int open_permission(const struct path *path, int flags, bool made)
{
	struct inode *inode = path->dentry->inode;
	unsigned access = (flags & O_ACCMODE) == O_RDONLY ? R_OK : (flags & O_ACCMODE) == O_WRONLY ? W_OK : R_OK | W_OK;
	unsigned wanted = (flags & O_EXECUTE) != 0 ? X_OK : access;

	if ((flags & O_TRUNC) != 0)
		wanted |= W_OK;
	if (S_ISLNK(inode->mode))
		return -ELOOP;
	if (S_ISDIR(inode->mode) && ((wanted & W_OK) != 0 || (flags & O_CREAT) != 0))
		return -EISDIR;
	if (S_ISSOCK(inode->mode) || S_ISBLK(inode->mode))
		return -ENXIO;
	if ((wanted & W_OK) != 0 && path->mount->read_only && S_ISREG(inode->mode))
		return -EROFS;
	if ((wanted & W_OK) != 0 && mapping_runs != NULL && mapping_runs(&inode->mapping))
		return -ETXTBSY;
	return made ? 0 : inode_permission(inode, wanted);
}

static int open_path(struct path *path, int flags, bool made, struct file **result)
{
	static const uint8_t modes[4] = {FILE_READ, FILE_WRITE, FILE_READ | FILE_WRITE, 0};
	struct inode *inode = path->dentry->inode;
	int rc = (flags & O_DIRECTORY) != 0 && !S_ISDIR(inode->mode) ? -ENOTDIR : 0;

	if (rc == 0 && (flags & O_PATH) == 0)
		rc = (flags & O_TMPFILE) == O_TMPFILE ? -EOPNOTSUPP : open_permission(path, flags, made);
	if (rc == 0 && (flags & O_DIRECT) != 0)
		rc = -EINVAL; // every read and write goes through the page cache
	if (rc != 0)
		return rc;
	inode_get(inode);
	struct file *file = file_create(inode, (flags & O_PATH) != 0 ? NULL : inode->file_operations,
					(flags & O_PATH) != 0 ? FILE_PATH : modes[flags & O_ACCMODE], flags);
	if (file == NULL)
		return -ENOMEM;
	file->path = *path;
	path_get(path);
	if (file->operations != NULL && file->operations->open != NULL)
		rc = file->operations->open(file);
	if (rc != 0)
		file->operations = NULL; // nothing to release
	file->flags &= ~(uint32_t)(O_CREAT | O_EXCL | O_NOCTTY | O_TRUNC | O_CLOEXEC);
	file->flags |= (flags & O_PATH) != 0 ? 0 : O_LARGEFILE;
	if (rc == 0 && (flags & O_TRUNC) != 0 && S_ISREG(inode->mode) && !made && inode->operations->truncate != NULL) {
		rc = inode_truncate(inode, 0);
		file_noticed(inode, path->dentry, IN_MODIFY);
	}
	if (rc == 0 && (flags & O_PATH) == 0)
		file_noticed(inode, path->dentry, IN_OPEN);
	if (rc != 0)
		file_put(file);
	else
		*result = file;
	return rc;
}

// open(2) without the descriptor. Flags that we do not know are ignored, as Linux does in this one call.
int file_open(int directory, const char *name, int flags, uint32_t mode, struct file **file)
{
	struct walk walk;
	struct path child = {NULL, NULL};
	bool made = false;
	int rc = walk_parent(&walk, directory, name);

	if ((flags & O_PATH) != 0)
		flags &= O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;
	while (rc == 0) {
		if ((flags & O_CREAT) != 0) {
			rc = open_or_make(&walk, flags, mode, &child, &made);
		} else if (walk.last_length == 0) {
			child = walk.path;
			path_get(&child);
		} else {
			rc = walk_child(&walk.path, walk.last, walk.last_length, &child);
		}
		if (rc != 0 || !S_ISLNK(child.dentry->inode->mode) || walk.last_length == 0 ||
		    ((flags & O_NOFOLLOW) != 0 && !walk.directory))
			break;
		rc = walk_follow(&walk, child.dentry->inode);
		path_put(&child);
		if (rc == 0 && walk.last_length == 0) // the link led to a place itself
			flags &= ~O_CREAT;
	}
	if (rc == 0 && walk.directory && !S_ISDIR(child.dentry->inode->mode))
		rc = -ENOTDIR;
	if (rc == 0)
		rc = open_path(&child, flags, made, file);
	path_put(&child);
	walk_end(&walk);
	return rc;
}
