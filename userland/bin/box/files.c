// files.c: tools that work on names: ls cp mv rm mkdir rmdir ln touch chmod.
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <time.h>
#include <unistd.h>
#include "userland/bin/box/box.h"

#define DEPTH_MAX 64 // of directories inside each other, against loops

struct entry {
	char *name;
	struct stat status;
};

static const struct call *ls_call;

static int compare_entries(const void *a, const void *b)
{
	const struct entry *x = a, *y = b;
	long order = 0;
	if (ls_call->option['S'])
		order = (y->status.st_size > x->status.st_size) - (y->status.st_size < x->status.st_size);
	else if (ls_call->option['t'])
		order = (y->status.st_mtime > x->status.st_mtime) - (y->status.st_mtime < x->status.st_mtime);
	if (order == 0)
		order = strcmp(x->name, y->name);
	return (int)(ls_call->option['r'] ? -order : order);
}

static char type_letter(mode_t mode)
{
	static const char letters[] = "?pc?d?b?-?l?s???";
	return letters[mode >> 12 & 15];
}

static const char *mode_text(mode_t mode)
{
	static char text[11];
	text[0] = type_letter(mode);
	for (int i = 0; i < 9; i++)
		text[1 + i] = mode >> (8 - i) & 1 ? "rwxrwxrwx"[i] : '-';
	if (mode & S_ISUID)
		text[3] = mode & 0100 ? 's' : 'S';
	if (mode & S_ISGID)
		text[6] = mode & 0010 ? 's' : 'S';
	if (mode & S_ISVTX)
		text[9] = mode & 0001 ? 't' : 'T';
	return text;
}

static const char *owner_text(unsigned id, char *number)
{
	sprintf(number, "%u", id);
	return id == 0 && !ls_call->option['n'] ? "root" : number;
}

static const char *size_text(const struct call *call, long size)
{
	static char text[24];
	int unit = 0;
	double scaled = (double)size;
	for (; scaled >= 1024 && unit < 6; unit++)
		scaled /= 1024;
	if (!call->option['h'] || unit == 0)
		sprintf(text, "%ld", size);
	else
		sprintf(text, scaled < 10 ? "%.1f%c" : "%.0f%c", scaled, " KMGTPE"[unit]);
	return text;
}

static void print_name(const struct call *call, const struct entry *entry, const char *directory)
{
	char target[PATH_MAX], path[PATH_MAX];
	mode_t mode = entry->status.st_mode;
	fputs(entry->name, stdout);
	if (call->option['l'] && S_ISLNK(mode)) {
		snprintf(path, sizeof(path), "%s%s%s", directory, *directory != '\0' ? "/" : "", entry->name);
		ssize_t size = readlink(path, target, sizeof(target) - 1);
		if (size >= 0)
			printf(" -> %.*s", (int)size, target);
	} else if (call->option['F']) {
		fputs(S_ISDIR(mode)    ? "/"
		      : S_ISLNK(mode)  ? "@"
		      : S_ISFIFO(mode) ? "|"
		      : S_ISSOCK(mode) ? "="
		      : mode & 0111    ? "*"
				       : "",
		      stdout);
	}
}

static int digits(unsigned long value)
{
	return snprintf(NULL, 0, "%lu", value);
}

static void print_long(const struct call *call, const struct entry *entries, size_t count, const char *directory)
{
	int links = 1, sizes = 1, users = 4, groups = 4;
	char number[16], when[32];
	for (size_t i = 0; i < count; i++) {
		const struct stat *status = &entries[i].status;
		int size = S_ISCHR(status->st_mode) || S_ISBLK(status->st_mode)
				   ? digits(major(status->st_rdev)) + digits(minor(status->st_rdev)) + 2
				   : (int)strlen(size_text(call, status->st_size));
		links = digits(status->st_nlink) > links ? digits(status->st_nlink) : links;
		sizes = size > sizes ? size : sizes;
		users = digits(status->st_uid) > users ? digits(status->st_uid) : users;
		groups = digits(status->st_gid) > groups ? digits(status->st_gid) : groups;
	}
	for (size_t i = 0; i < count; i++) {
		const struct stat *status = &entries[i].status;
		time_t age = time(NULL) - status->st_mtime;
		if (call->option['i'])
			printf("%7lu ", status->st_ino);
		printf("%s %*lu %-*s ", mode_text(status->st_mode), links, status->st_nlink, users,
		       owner_text(status->st_uid, number));
		printf("%-*s ", groups, owner_text(status->st_gid, number));
		if (S_ISCHR(status->st_mode) || S_ISBLK(status->st_mode))
			printf("%*u, %u", sizes - digits(minor(status->st_rdev)) - 2, major(status->st_rdev),
			       minor(status->st_rdev));
		else
			printf("%*s", sizes, size_text(call, status->st_size));
		strftime(when, sizeof(when), age < 0 || age > 15778476 ? "%b %e  %Y" : "%b %e %H:%M",
			 localtime(&(time_t){status->st_mtime}));
		printf(" %s ", when);
		print_name(call, &entries[i], directory);
		putchar('\n');
	}
}

// On a terminal: columns of equal width, filled downwards.
static void print_columns(const struct call *call, const struct entry *entries, size_t count)
{
	struct winsize window = {.ws_col = 80};
	size_t width = 1, columns, rows;
	ioctl(STDOUT_FILENO, TIOCGWINSZ, &window);
	for (size_t i = 0; i < count; i++)
		width = strlen(entries[i].name) + 2 > width ? strlen(entries[i].name) + 2 : width;
	columns = window.ws_col > width ? window.ws_col / width : 1;
	rows = (count + columns - 1) / columns;
	for (size_t row = 0; row < rows; row++) {
		for (size_t i = row; i < count; i += rows) {
			print_name(call, &entries[i], "");
			if (i + rows < count)
				printf("%*s", (int)(width - strlen(entries[i].name)), "");
		}
		putchar('\n');
	}
}

static void print_entries(struct call *call, struct entry *entries, size_t count, const char *directory)
{
	if (count == 0)
		return;
	qsort(entries, count, sizeof(*entries), compare_entries);
	if (call->option['l'])
		print_long(call, entries, count, directory);
	else if (!call->option['1'] && !call->option['i'] && isatty(STDOUT_FILENO))
		print_columns(call, entries, count);
	else
		for (size_t i = 0; i < count; i++) {
			if (call->option['i'])
				printf("%7lu ", entries[i].status.st_ino);
			print_name(call, &entries[i], directory);
			putchar('\n');
		}
}

static int list_directory(struct call *call, const char *path, bool titled, int depth)
{
	struct entry *entries = NULL;
	size_t count = 0;
	long blocks = 0;
	int status = 0;
	DIR *directory = opendir(path);
	if (directory == NULL)
		return complain(call, "cannot open directory '%s': %s", path, strerror(errno)), 2;
	for (struct dirent *found; (found = readdir(directory)) != NULL;) {
		bool dots = strcmp(found->d_name, ".") == 0 || strcmp(found->d_name, "..") == 0;
		if (found->d_name[0] == '.' && !call->option['a'] && (dots || !call->option['A']))
			continue;
		entries = realloc(entries, (count + 1) * sizeof(*entries));
		if (entries == NULL || (entries[count].name = strdup(found->d_name)) == NULL)
			return fail(call, path);
		entries[count].status = (struct stat){0};
		fstatat(dirfd(directory), found->d_name, &entries[count].status, AT_SYMLINK_NOFOLLOW);
		blocks += entries[count++].status.st_blocks;
	}
	closedir(directory);
	if (titled)
		printf("%s:\n", path);
	if (call->option['l'])
		printf("total %ld\n", blocks / 2);
	print_entries(call, entries, count, path);
	for (size_t i = 0; i < count; i++) {
		char below[PATH_MAX];
		bool dots = strcmp(entries[i].name, ".") == 0 || strcmp(entries[i].name, "..") == 0;
		if (call->option['R'] && !dots && S_ISDIR(entries[i].status.st_mode) && depth < DEPTH_MAX &&
		    snprintf(below, sizeof(below), "%s/%s", path, entries[i].name) < PATH_MAX) {
			putchar('\n');
			int rc = list_directory(call, below, true, depth + 1);
			status = rc > status ? rc : status;
		}
		free(entries[i].name);
	}
	free(entries);
	return status;
}

int run_ls(struct call *call)
{
	static char *here[] = {"."};
	char **operands = call->count > 0 ? call->operands : here;
	int count = call->count > 0 ? call->count : 1, status = 0;
	struct entry *plain = calloc(count, sizeof(*plain)), *directories = calloc(count, sizeof(*directories));
	size_t plain_count = 0, directory_count = 0;
	ls_call = call;
	call->option['l'] |= call->option['n'];
	for (int i = 0; plain != NULL && directories != NULL && i < count; i++) {
		struct entry entry = {.name = operands[i]};
		bool follow = !call->option['l'] && !call->option['d'] && !call->option['F'];
		if ((follow ? stat : lstat)(entry.name, &entry.status) < 0 && lstat(entry.name, &entry.status) < 0) {
			complain(call, "cannot access '%s': %s", entry.name, strerror(errno));
			status = 2;
		} else if (S_ISDIR(entry.status.st_mode) && !call->option['d']) {
			directories[directory_count++] = entry;
		} else {
			plain[plain_count++] = entry;
		}
	}
	print_entries(call, plain, plain_count, "");
	qsort(directories, directory_count, sizeof(*directories), compare_entries);
	for (size_t i = 0; i < directory_count; i++) {
		if (i > 0 || plain_count > 0)
			putchar('\n');
		int rc = list_directory(call, directories[i].name, count > 1 || call->option['R'], 0);
		status = rc > status ? rc : status;
	}
	return status;
}

static int copy(struct call *call, const char *from, const char *to, int depth);

static int copy_bytes(struct call *call, int in, int out, const char *to)
{
	static char block[65536];
	for (ssize_t size; (size = read(in, block, sizeof(block))) != 0;) {
		if (size < 0 && errno == EINTR)
			continue;
		if (size < 0)
			return fail(call, "read error");
		for (ssize_t done = 0, part; done < size; done += part)
			if ((part = write(out, block + done, size - done)) < 0)
				return fail(call, to);
	}
	return 0;
}

static int copy_file(struct call *call, const char *from, const char *to, const struct stat *status)
{
	int in = open(from, O_RDONLY), out, rc;
	if (in < 0)
		return fail(call, from);
	out = open(to, O_WRONLY | O_CREAT | O_TRUNC, status->st_mode & 0777);
	if (out < 0 && call->option['f'] && unlink(to) == 0)
		out = open(to, O_WRONLY | O_CREAT | O_TRUNC, status->st_mode & 0777);
	rc = out < 0 ? complain(call, "cannot create '%s': %s", to, strerror(errno)) : copy_bytes(call, in, out, to);
	close(in);
	if (out >= 0 && close(out) < 0)
		rc = fail(call, to);
	return rc;
}

static int copy_directory(struct call *call, const char *from, const char *to, const struct stat *status, int depth)
{
	char below_from[PATH_MAX], below_to[PATH_MAX];
	int rc = 0;
	DIR *directory = opendir(from);
	if (directory == NULL)
		return fail(call, from);
	if (depth > DEPTH_MAX) {
		closedir(directory);
		return complain(call, "%s: too deep", from);
	}
	if (mkdir(to, (status->st_mode & 0777) | 0700) < 0 && errno != EEXIST)
		rc = complain(call, "cannot create directory '%s': %s", to, strerror(errno));
	for (struct dirent *entry; rc == 0 && (entry = readdir(directory)) != NULL;) {
		if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
			continue;
		if (snprintf(below_from, PATH_MAX, "%s/%s", from, entry->d_name) >= PATH_MAX ||
		    snprintf(below_to, PATH_MAX, "%s/%s", to, entry->d_name) >= PATH_MAX)
			rc = complain(call, "%s: path too long", from);
		else
			rc |= copy(call, below_from, below_to, depth + 1);
	}
	closedir(directory);
	return rc;
}

static int copy(struct call *call, const char *from, const char *to, int depth)
{
	bool whole = call->option['r'] || call->option['R'];
	struct stat status, target;
	char link[PATH_MAX];
	int rc;
	if ((whole ? lstat : stat)(from, &status) < 0)
		return complain(call, "cannot stat '%s': %s", from, strerror(errno));
	if (stat(to, &target) == 0 && target.st_dev == status.st_dev && target.st_ino == status.st_ino)
		return complain(call, "'%s' and '%s' are the same file", from, to);
	if (S_ISDIR(status.st_mode) && !whole)
		return complain(call, "-r not specified; omitting directory '%s'", from);
	if (S_ISDIR(status.st_mode)) {
		rc = copy_directory(call, from, to, &status, depth);
	} else if (S_ISLNK(status.st_mode)) {
		ssize_t size = readlink(from, link, sizeof(link) - 1);
		link[size < 0 ? 0 : size] = '\0';
		return size < 0 || symlink(link, to) < 0 ? fail(call, to) : 0;
	} else if (whole && !S_ISREG(status.st_mode)) {
		rc = mknod(to, status.st_mode, status.st_rdev) < 0 ? fail(call, to) : 0;
	} else {
		rc = copy_file(call, from, to, &status);
	}
	if (rc == 0 && call->option['p']) {
		struct timespec times[2] = {status.st_atim, status.st_mtim};
		rc = chmod(to, status.st_mode & 07777) < 0 || utimensat(AT_FDCWD, to, times, 0) < 0
			 ? fail(call, to)
			 : 0;
	}
	return rc;
}

// For each operand but the last: what its name is inside the last one, if that is a directory.
static int for_each_target(struct call *call, int (*each)(struct call *call, const char *from, const char *to))
{
	const char *last = call->operands[call->count - 1];
	struct stat status;
	bool inside = stat(last, &status) == 0 && S_ISDIR(status.st_mode);
	int rc = 0;
	if (call->count > 2 && !inside)
		return complain(call, "target '%s' is not a directory", last);
	for (int i = 0; i + 1 < call->count; i++) {
		char path[PATH_MAX], *from = call->operands[i];
		size_t size = strlen(from);
		while (size > 1 && from[size - 1] == '/')
			from[--size] = '\0';
		const char *slash = strrchr(from, '/'), *name = slash != NULL ? slash + 1 : from;
		if (snprintf(path, sizeof(path), inside ? "%s/%s" : "%s", last, name) >= PATH_MAX)
			rc = complain(call, "%s: path too long", last);
		else
			rc |= each(call, from, path);
	}
	return rc;
}

static int copy_one(struct call *call, const char *from, const char *to)
{
	return copy(call, from, to, 0);
}

int run_cp(struct call *call)
{
	return for_each_target(call, copy_one);
}

static int remove_tree(struct call *call, const char *path, int depth);

static int move_one(struct call *call, const char *from, const char *to)
{
	if (rename(from, to) == 0)
		return 0;
	if (errno != EXDEV)
		return complain(call, "cannot move '%s' to '%s': %s", from, to, strerror(errno));
	call->option['r'] = call->option['p'] = true;
	int rc = copy(call, from, to, 0);
	return rc == 0 ? remove_tree(call, from, 0) : rc;
}

int run_mv(struct call *call)
{
	return for_each_target(call, move_one);
}

static int remove_tree(struct call *call, const char *path, int depth)
{
	struct stat status;
	char below[PATH_MAX];
	int rc = 0;
	if (lstat(path, &status) < 0)
		return call->option['f'] && errno == ENOENT ? 0
			       : complain(call, "cannot remove '%s': %s", path, strerror(errno));
	if (!S_ISDIR(status.st_mode))
		return unlink(path) < 0 ? complain(call, "cannot remove '%s': %s", path, strerror(errno)) : 0;
	if (!call->option['r'] && !call->option['R'])
		return complain(call, "cannot remove '%s': Is a directory", path);
	DIR *directory = depth < DEPTH_MAX ? opendir(path) : NULL;
	for (struct dirent *entry; directory != NULL && (entry = readdir(directory)) != NULL;)
		if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0 &&
		    snprintf(below, sizeof(below), "%s/%s", path, entry->d_name) < PATH_MAX)
			rc |= remove_tree(call, below, depth + 1);
	if (directory != NULL)
		closedir(directory);
	return rc == 0 && rmdir(path) < 0 ? complain(call, "cannot remove '%s': %s", path, strerror(errno)) : rc;
}

int run_rm(struct call *call)
{
	int rc = 0;
	if (call->count == 0 && !call->option['f'])
		return wrong_use(call, "too few operands");
	for (int i = 0; i < call->count; i++) {
		const char *slash = strrchr(call->operands[i], '/'),
			   *name = slash != NULL ? slash + 1 : call->operands[i];
		if (strcmp(name, ".") == 0 || strcmp(name, "..") == 0)
			rc = complain(call, "refusing to remove '.' or '..'");
		else
			rc |= remove_tree(call, call->operands[i], 0);
	}
	return rc;
}

int run_mkdir(struct call *call)
{
	mode_t mode = call->option['m'] ? (mode_t)strtoul(call->value['m'], NULL, 8) : 0777;
	int rc = 0;
	for (int i = 0; i < call->count; i++) {
		char *path = call->operands[i];
		struct stat status;
		for (char *slash = strchr(path + 1, '/'); call->option['p'] && slash != NULL;
		     slash = strchr(slash + 1, '/')) {
			*slash = '\0';
			mkdir(path, 0777);
			*slash = '/';
		}
		if (mkdir(path, mode) == 0 || (errno == EEXIST && call->option['p'] && stat(path, &status) == 0 &&
					       S_ISDIR(status.st_mode)))
			continue;
		rc = complain(call, "cannot create directory '%s': %s", path, strerror(errno));
	}
	return rc;
}

int run_rmdir(struct call *call)
{
	int rc = 0;
	for (int i = 0; i < call->count; i++)
		if (rmdir(call->operands[i]) < 0)
			rc = complain(call, "failed to remove '%s': %s", call->operands[i], strerror(errno));
	return rc;
}

int run_ln(struct call *call)
{
	const char *target = call->operands[0], *slash = strrchr(target, '/');
	const char *name = call->count > 1 ? call->operands[1] : slash != NULL ? slash + 1 : target;
	char path[PATH_MAX];
	struct stat status;
	bool inside = stat(name, &status) == 0 && S_ISDIR(status.st_mode);
	snprintf(path, sizeof(path), inside ? "%s/%s" : "%s", name, slash != NULL ? slash + 1 : target);
	if (call->option['f'])
		unlink(path);
	if ((call->option['s'] ? symlink : link)(target, path) == 0)
		return 0;
	return complain(call, "failed to create %slink '%s': %s", call->option['s'] ? "symbolic " : "", path,
			strerror(errno));
}

int run_touch(struct call *call)
{
	int rc = 0;
	for (int i = 0; i < call->count; i++) {
		if (utimensat(AT_FDCWD, call->operands[i], NULL, 0) == 0)
			continue;
		int fd = errno != ENOENT || call->option['c']
			     ? -1
			     : open(call->operands[i], O_WRONLY | O_CREAT, 0666);
		if (fd >= 0)
			close(fd);
		else if (!call->option['c'] || errno != ENOENT)
			rc = complain(call, "cannot touch '%s': %s", call->operands[i], strerror(errno));
	}
	return rc;
}

// Applies "u+x,go-w" or "755" to `mode`; -1 when it is neither.
static long change_mode(const char *text, mode_t mode)
{
	char *end;
	unsigned long octal = strtoul(text, &end, 8);
	if (*end == '\0' && octal <= 07777)
		return (long)octal;
	while (*text != '\0') {
		mode_t who = 0, bits = 0;
		for (; *text != '\0' && strchr("ugoa", *text) != NULL; text++)
			who |= *text == 'u' ? 0700 : *text == 'g' ? 0070 : *text == 'o' ? 0007 : 0777;
		who = who != 0 ? who : 0777;
		char operator = *text++;
		if (operator != '+' && operator != '-' && operator != '=')
			return -1;
		for (; *text != '\0' && strchr("rwx", *text) != NULL; text++)
			bits |= *text == 'r' ? 0444 : *text == 'w' ? 0222 : 0111;
		mode = operator == '+' ? mode | (who & bits) : operator == '-' ? mode & ~(who & bits) : (mode & ~who) | (who & bits);
		if (*text != '\0' && *text++ != ',')
			return -1;
	}
	return (long)mode;
}

int run_chmod(struct call *call)
{
	int rc = 0;
	for (int i = 1; i < call->count; i++) {
		struct stat status;
		if (stat(call->operands[i], &status) < 0) {
			rc = complain(call, "cannot access '%s': %s", call->operands[i], strerror(errno));
			continue;
		}
		long mode = change_mode(call->operands[0], status.st_mode & 07777);
		if (mode < 0)
			return complain(call, "invalid mode: '%s'", call->operands[0]);
		if (chmod(call->operands[i], (mode_t)mode) < 0)
			rc = fail(call, call->operands[i]);
	}
	return rc;
}
