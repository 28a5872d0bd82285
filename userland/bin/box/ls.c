// ls.c: lists files.
#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>
#include "userland/bin/box/ls.h"

static const struct call *ls_call;

struct timespec time_of(const struct call *call, const struct stat *status)
{
	return call->option['c'] ? status->st_ctim : call->option['u'] ? status->st_atim : status->st_mtim;
}

static int compare_times(struct timespec a, struct timespec b)
{
	return a.tv_sec != b.tv_sec ? (a.tv_sec > b.tv_sec) - (a.tv_sec < b.tv_sec) : (a.tv_nsec > b.tv_nsec) - (a.tv_nsec < b.tv_nsec);
}

static int compare_entries(const void *a, const void *b)
{
	const struct entry *x = a, *y = b;
	long order = 0;
	if (ls_call->option['S'])
		order = (y->status.st_size > x->status.st_size) - (y->status.st_size < x->status.st_size);
	else if (ls_call->option['t'])
		order = compare_times(time_of(ls_call, &y->status), time_of(ls_call, &x->status));
	else if (ls_call->option['X'])
		order = strcmp(strrchr(x->name, '.') ?: "", strrchr(y->name, '.') ?: "");
	if (order == 0)
		order = strcmp(x->name, y->name);
	return (int)(ls_call->option['r'] ? -order : order);
}

void print_name(const struct call *call, const struct entry *entry, const char *directory)
{
	char target[PATH_MAX], path[PATH_MAX];
	mode_t mode = entry->status.st_mode;
	fputs(entry->name, stdout);
	if (call->option['l'] && S_ISLNK(mode)) {
		snprintf(path, sizeof(path), "%s%s%s", directory, *directory != '\0' ? "/" : "", entry->name);
		ssize_t size = readlink(path, target, sizeof(target) - 1);
		if (size >= 0)
			printf(" -> %.*s", (int)size, target);
	} else if (call->option['p'] && S_ISDIR(mode)) {
		putchar('/');
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
	if (!call->option['U'] && !call->option['f'])
		qsort(entries, count, sizeof(*entries), compare_entries);
	if (call->option['l'])
		print_long(call, entries, count, directory);
	else if (call->option['C'] || (!call->option['1'] && !call->option['i'] && !call->option['s'] && isatty(STDOUT_FILENO)))
		print_columns(call, entries, count);
	else
		for (size_t i = 0; i < count; i++) {
			if (call->option['i'])
				printf("%7lu ", entries[i].status.st_ino);
			if (call->option['s'])
				printf("%5ld ", entries[i].status.st_blocks / 2);
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
		if (!call->option['L'] || fstatat(dirfd(directory), found->d_name, &entries[count].status, 0) < 0)
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

static int run_ls(struct call *call)
{
	static char *here[] = {"."};
	char **operands = call->count > 0 ? call->operands : here;
	int count = call->count > 0 ? call->count : 1, status = 0;
	struct entry *plain = calloc(count, sizeof(*plain)), *directories = calloc(count, sizeof(*directories));
	size_t plain_count = 0, directory_count = 0;
	ls_call = call;
	call->option['a'] |= call->option['f'];
	call->option['l'] |= call->option['n'] || call->option['g'] || call->option['o'];
	if (call->option['l'] && print_long == NULL)
		return wrong_use(call, "this box has no long listing");
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

TOOL("ls", "aA1lndiFRrtShcugospCXUfLHk all=a almost-all=A recursive=R reverse=r human-readable=h size=s inode=i directory=d classify=F dereference=L", "[-aA1lndiFRrtShcugospCXUf] [FILE...]", "Lists files.", 0, -1, run_ls)
