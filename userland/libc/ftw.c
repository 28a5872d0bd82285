// ftw.c: a walk over a tree of files. A directory's names are read before any of them is visited, so only one directory is open at a time,
// however deep the tree (and with FTW_CHDIR one descriptor a level, for the way back).
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct walk {
	int (*visit)(const char *path, const struct stat *status, int kind, struct FTW *place);
	int (*visit_plain)(const char *path, const struct stat *status, int kind); // ftw's
	int flags;
	dev_t device; // of the start
	char *path;
	size_t size; // of its block
};

struct ancestor { // the directories above, so that links make no circle
	const struct ancestor *up;
	dev_t device;
	ino_t inode;
};

static int enter(struct walk *walk, int base, int level, const struct ancestor *above);

static int report(struct walk *walk, const struct stat *status, int kind, int base, int level)
{
	struct FTW place = {base, level};
	if (walk->visit_plain != NULL)
		return walk->visit_plain(walk->path, status, kind == FTW_SLN ? FTW_NS : kind);
	return walk->visit(walk->path, status, kind, &place);
}

// The names in a directory, each with its NUL, and an empty one at the end; NULL with errno.
static char *read_names(const char *path)
{
	DIR *directory = opendir(path);
	if (directory == NULL)
		return NULL;
	size_t size = 1, length = 0;
	char *names = malloc(size);
	for (struct dirent *entry; names != NULL && (entry = readdir(directory)) != NULL;) {
		if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
			continue;
		size_t more = strlen(entry->d_name) + 1;
		if (length + more + 1 > size) {
			char *larger = realloc(names, size = 2 * (length + more + 1));
			if (larger == NULL)
				free(names);
			names = larger;
		}
		if (names != NULL)
			memcpy(names + length, entry->d_name, more);
		length += more;
	}
	if (names != NULL)
		names[length] = '\0';
	closedir(directory);
	return names;
}

// Every name below the directory that the path names, as long as visits give 0.
static int descend(struct walk *walk, char *names, int level, const struct ancestor *above)
{
	size_t length = strlen(walk->path);
	int rc = 0;
	for (char *name = names; *name != '\0' && rc == 0; name += strlen(name) + 1) {
		size_t base = length + (walk->path[length - 1] != '/'), needed = base + strlen(name) + 1;
		if (needed > walk->size) {
			char *larger = realloc(walk->path, 2 * needed);
			if (larger == NULL)
				return -1;
			walk->path = larger;
			walk->size = 2 * needed;
		}
		walk->path[length] = '/';
		strcpy(walk->path + base, name);
		rc = enter(walk, (int)base, level, above);
		walk->path[length] = '\0';
	}
	return rc;
}

static int enter_directory(struct walk *walk, const char *path, const struct stat *status, int base, int level, const struct ancestor *above)
{
	struct ancestor here = {above, status->st_dev, status->st_ino};
	for (const struct ancestor *a = above; a != NULL; a = a->up)
		if (a->device == here.device && a->inode == here.inode)
			return walk->flags & FTW_DEPTH ? 0 : report(walk, status, FTW_D, base, level);
	char *names = read_names(path);
	if (names == NULL)
		return errno == EACCES ? report(walk, status, FTW_DNR, base, level) : -1;
	int rc = walk->flags & FTW_DEPTH ? 0 : report(walk, status, FTW_D, base, level), back = -1;
	if (rc == 0 && walk->flags & FTW_CHDIR)
		rc = (back = open(".", O_RDONLY | O_DIRECTORY | O_CLOEXEC)) < 0 || chdir(path) < 0 ? -1 : 0;
	if (rc == 0)
		rc = descend(walk, names, level + 1, &here);
	if (back >= 0) {
		rc = fchdir(back) < 0 ? -1 : rc;
		close(back);
	}
	free(names);
	return rc == 0 && walk->flags & FTW_DEPTH ? report(walk, status, FTW_DP, base, level) : rc;
}

static int enter(struct walk *walk, int base, int level, const struct ancestor *above)
{
	struct stat status = {0};
	const char *path = walk->flags & FTW_CHDIR && level > 0 ? walk->path + base : walk->path;
	int rc = (walk->flags & FTW_PHYS ? lstat : stat)(path, &status), link = 0;
	if (rc < 0 && !(walk->flags & FTW_PHYS) && errno != EACCES)
		link = (rc = lstat(path, &status)) == 0;
	if (rc < 0)
		return errno == EACCES && level > 0 ? report(walk, &status, FTW_NS, base, level) : -1;
	if (level == 0)
		walk->device = status.st_dev;
	if (walk->flags & FTW_MOUNT && status.st_dev != walk->device)
		return 0;
	if (S_ISDIR(status.st_mode))
		return enter_directory(walk, path, &status, base, level, above);
	return report(walk, &status, link ? FTW_SLN : S_ISLNK(status.st_mode) ? FTW_SL : FTW_F, base, level);
}

static int start(const char *path, struct walk walk)
{
	size_t length = strlen(path);
	walk.size = length + 256;
	walk.path = malloc(walk.size);
	if (walk.path == NULL)
		return -1;
	strcpy(walk.path, path);
	for (; length > 1 && walk.path[length - 1] == '/'; length--)
		walk.path[length - 1] = '\0';
	const char *slash = strrchr(walk.path, '/');
	int rc = enter(&walk, slash != NULL && length > 1 ? (int)(slash + 1 - walk.path) : 0, 0, NULL);
	free(walk.path);
	return rc;
}

// Calls `visit` for the path and for everything below it, until one of its calls gives anything but 0, which is the answer; -1 with errno
// when the walk itself fails (the start is not there, no memory).
int nftw(const char *path, int (*visit)(const char *path, const struct stat *status, int kind, struct FTW *place), int descriptors, int flags)
{
	return start(path, (struct walk){.visit = visit, .flags = flags});
}

int ftw(const char *path, int (*visit)(const char *path, const struct stat *status, int kind), int descriptors)
{
	return start(path, (struct walk){.visit_plain = visit});
}
