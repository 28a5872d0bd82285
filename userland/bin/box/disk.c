// disk.c: blocks and space: dd df du stat truncate.
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <limits.h>
#include <math.h>
#include <pwd.h>
#include <stdlib.h>
#include <string.h>
#include <sys/statfs.h>
#include <sys/sysmacros.h>
#include <time.h>
#include <unistd.h>
#include "userland/bin/box/box.h"

// "12k", "3M", "2x512": bytes, or -1.
static long take_size(const char *text)
{
	char *end;
	long value = strtol(text, &end, 10);
	if (end == text || value < 0)
		return -1;
	static const char units[] = "cwbkKMGT";
	static const long factors[] = {1, 2, 512, 1024, 1024, 1048576, 1073741824, 1099511627776};
	const char *unit = *end != '\0' ? strchr(units, *end) : NULL;
	if (unit != NULL) {
		if (__builtin_mul_overflow(value, factors[unit - units], &value))
			return -1;
		end++;
		end += *end == 'B' || (*end == 'i' && end[1] == 'B') ? (*end == 'B' ? 1 : 2) : 0;
	}
	if (*end == 'x') {
		long rest = take_size(end + 1);
		return rest < 0 || __builtin_mul_overflow(value, rest, &value) ? -1 : value;
	}
	return *end == '\0' ? value : -1;
}

struct dd {
	const char *from, *to;
	long in_size, out_size, count, skip, seek;
	bool lower, upper, swap, no_error, no_truncate, pad, sync, append, quiet, full;
	long full_in, part_in, full_out, part_out, bytes;
};

static bool take_list(struct dd *dd, char *list)
{
	for (char *one; (one = strsep(&list, ",")) != NULL;) {
		if (strcmp(one, "lcase") == 0)
			dd->lower = true;
		else if (strcmp(one, "ucase") == 0)
			dd->upper = true;
		else if (strcmp(one, "swab") == 0)
			dd->swap = true;
		else if (strcmp(one, "noerror") == 0)
			dd->no_error = true;
		else if (strcmp(one, "notrunc") == 0)
			dd->no_truncate = true;
		else if (strcmp(one, "sync") == 0)
			dd->pad = true;
		else if (strcmp(one, "fsync") == 0 || strcmp(one, "fdatasync") == 0)
			dd->sync = true;
		else if (strcmp(one, "fullblock") == 0)
			dd->full = true;
		else if (strcmp(one, "append") == 0)
			dd->append = true;
		else if (strcmp(one, "none") == 0 || strcmp(one, "noxfer") == 0)
			dd->quiet = strcmp(one, "none") == 0;
		else
			return false;
	}
	return true;
}

static bool take_word(struct dd *dd, char *word)
{
	char *equals = strchr(word, '=');
	if (equals == NULL)
		return false;
	*equals++ = '\0';
	const struct {
		const char *name;
		long *number;
	} numbers[] = {{"ibs", &dd->in_size}, {"obs", &dd->out_size}, {"count", &dd->count}, {"skip", &dd->skip}, {"seek", &dd->seek}, {"iseek", &dd->skip}, {"oseek", &dd->seek}};
	for (size_t i = 0; i < sizeof(numbers) / sizeof(*numbers); i++)
		if (strcmp(numbers[i].name, word) == 0)
			return (*numbers[i].number = take_size(equals)) >= 0 && (i > 1 || *numbers[i].number > 0);
	if (strcmp(word, "bs") == 0)
		return (dd->in_size = dd->out_size = take_size(equals)) > 0;
	if (strcmp(word, "if") == 0)
		dd->from = equals;
	else if (strcmp(word, "of") == 0)
		dd->to = equals;
	else if (strcmp(word, "conv") == 0 || strcmp(word, "iflag") == 0 || strcmp(word, "oflag") == 0 || strcmp(word, "status") == 0)
		return take_list(dd, equals);
	else
		return false;
	return true;
}

static void convert(const struct dd *dd, char *block, ssize_t size)
{
	for (ssize_t i = 0; i + 1 < size && dd->swap; i += 2) {
		char c = block[i];
		block[i] = block[i + 1];
		block[i + 1] = c;
	}
	for (ssize_t i = 0; i < size; i++)
		if (dd->lower && block[i] >= 'A' && block[i] <= 'Z')
			block[i] += 32;
		else if (dd->upper && block[i] >= 'a' && block[i] <= 'z')
			block[i] -= 32;
}

static ssize_t read_block(const struct dd *dd, int in, char *block)
{
	ssize_t size = 0, part;
	do {
		part = read(in, block + size, dd->in_size - size);
		if (part < 0 && errno == EINTR)
			continue;
		if (part <= 0)
			break;
		size += part;
	} while (dd->full && size < dd->in_size);
	return size > 0 ? size : part;
}

static bool write_block(struct dd *dd, int out, const char *block, ssize_t size)
{
	for (ssize_t done = 0, part; done < size; done += part)
		if ((part = write(out, block + done, size - done)) < 0) {
			if (errno != EINTR)
				return false;
			part = 0;
		}
	dd->bytes += size;
	*(size == dd->out_size ? &dd->full_out : &dd->part_out) += 1;
	return true;
}

static int copy_blocks(struct call *call, struct dd *dd, int in, int out)
{
	char *block = malloc(dd->in_size), *held = malloc(dd->out_size);
	long kept = 0;
	bool whole = dd->in_size == dd->out_size;
	int rc = block == NULL || held == NULL ? complain(call, "out of memory") : 0;
	for (long i = 0; rc == 0 && (dd->count < 0 || i < dd->count); i++) {
		ssize_t size = read_block(dd, in, block);
		if (size < 0 && dd->no_error && fail(call, dd->from != NULL ? dd->from : "standard input")) {
			lseek(in, dd->in_size, SEEK_CUR);
			size = 0;
			memset(block, 0, dd->in_size);
		} else if (size < 0) {
			rc = fail(call, dd->from != NULL ? dd->from : "standard input");
			break;
		} else if (size == 0) {
			break;
		}
		*(size == dd->in_size ? &dd->full_in : &dd->part_in) += 1;
		if (dd->pad && size < dd->in_size) {
			memset(block + size, 0, dd->in_size - size);
			size = dd->in_size;
		}
		convert(dd, block, size);
		for (ssize_t done = 0, part; done < size && rc == 0; done += part) {
			part = whole ? size : size - done < dd->out_size - kept ? size - done : dd->out_size - kept;
			if (!whole)
				memcpy(held + kept, block + done, part);
			kept += part;
			if (whole || kept == dd->out_size) {
				if (!write_block(dd, out, whole ? block : held, kept))
					rc = fail(call, dd->to != NULL ? dd->to : "standard output");
				kept = 0;
			}
		}
	}
	if (rc == 0 && kept > 0 && !write_block(dd, out, held, kept))
		rc = fail(call, dd->to != NULL ? dd->to : "standard output");
	free(block);
	free(held);
	return rc;
}

static int run_dd(struct call *call)
{
	struct dd dd = {.in_size = 512, .out_size = 512, .count = -1};
	struct timespec start, end;
	for (int i = 0; i < call->count; i++)
		if (!take_word(&dd, call->operands[i]))
			return complain(call, "unrecognized operand '%s'", call->operands[i]);
	clock_gettime(CLOCK_MONOTONIC, &start);
	int in = dd.from != NULL ? open(dd.from, O_RDONLY) : STDIN_FILENO;
	if (in < 0)
		return fail(call, dd.from);
	int flags = O_WRONLY | O_CREAT | (dd.append ? O_APPEND : 0) | (dd.no_truncate || dd.seek > 0 ? 0 : O_TRUNC);
	int out = dd.to != NULL ? open(dd.to, flags, 0666) : STDOUT_FILENO;
	if (out < 0)
		return fail(call, dd.to);
	if (dd.seek > 0 && dd.to != NULL && !dd.no_truncate && ftruncate(out, dd.seek * dd.out_size) < 0 && errno != EINVAL)
		return fail(call, dd.to);
	if (dd.seek > 0 && lseek(out, dd.seek * dd.out_size, SEEK_CUR) < 0)
		return fail(call, dd.to != NULL ? dd.to : "standard output");
	if (dd.skip > 0 && lseek(in, dd.skip * dd.in_size, SEEK_CUR) < 0) {
		char block[512];
		for (long left = dd.skip * dd.in_size, part; left > 0 && (part = read(in, block, left < 512 ? left : 512)) > 0;)
			left -= part;
	}
	int rc = copy_blocks(call, &dd, in, out);
	if (dd.sync && fsync(out) < 0)
		rc = fail(call, dd.to != NULL ? dd.to : "standard output");
	clock_gettime(CLOCK_MONOTONIC, &end);
	double seconds = (double)(end.tv_sec - start.tv_sec) + (double)(end.tv_nsec - start.tv_nsec) / 1e9;
	if (!dd.quiet)
		fprintf(stderr, "%ld+%ld records in\n%ld+%ld records out\n%ld bytes copied, %.6f s, %.1f MB/s\n", dd.full_in, dd.part_in, dd.full_out,
			dd.part_out, dd.bytes, seconds, seconds > 0 ? (double)dd.bytes / seconds / 1e6 : 0);
	return rc;
}

static const char *scaled(const struct call *call, unsigned long bytes, char *text)
{
	double value = (double)bytes;
	int unit = 0;
	unsigned long block = call->option['m'] ? 1048576 : 1024;
	if (!call->option['h'] && !call->option['b']) {
		sprintf(text, "%lu", (bytes + block - 1) / block);
		return text;
	}
	for (; call->option['h'] && value >= 1024; unit++)
		value /= 1024;
	if (unit == 0)
		sprintf(text, "%lu", bytes);
	else
		sprintf(text, value < 10 ? "%.1f%c" : "%.0f%c", value < 10 ? ceil(value * 10) / 10 : ceil(value), " KMGTPE"[unit]);
	return text;
}

struct mounted { // a line of /proc/mounts
	char source[256], place[256], type[64];
};

static bool next_mounted(FILE *file, struct mounted *mounted)
{
	char line[1024];
	while (file != NULL && fgets(line, sizeof(line), file) != NULL)
		if (sscanf(line, "%255s %255s %63s", mounted->source, mounted->place, mounted->type) == 3)
			return true;
	return false;
}

static void print_titles(const struct call *call)
{
	if (call->option['i'])
		printf("%-20s %10s %10s %10s %5s Mounted on\n", "Filesystem", "Inodes", "IUsed", "IFree", "IUse%");
	else
		printf("%-20s %s%10s %10s %10s %5s Mounted on\n", "Filesystem", call->option['T'] ? "Type     " : "",
		       call->option['h'] ? "Size" : call->option['m'] ? "1M-blocks" : "1K-blocks", "Used", "Available", "Use%");
}

static void print_file_system(const struct call *call, const struct mounted *mounted, const struct statfs *status)
{
	char size[32], used[32], left[32];
	unsigned long unit = status->f_frsize != 0 ? status->f_frsize : status->f_bsize;
	unsigned long taken = status->f_blocks - status->f_bfree, usable = taken + status->f_bavail;
	unsigned long inodes = status->f_files, inodes_used = inodes - status->f_ffree;
	if (call->option['i']) {
		printf("%-20s %10lu %10lu %10lu %4.0f%% %s\n", mounted->source, inodes, inodes_used, status->f_ffree,
		       inodes > 0 ? 100.0 * (double)inodes_used / (double)inodes : 0, mounted->place);
		return;
	}
	printf("%-20s ", mounted->source);
	if (call->option['T'])
		printf("%-8s ", mounted->type);
	printf("%10s %10s %10s %4lu%% %s\n", scaled(call, status->f_blocks * unit, size), scaled(call, taken * unit, used),
	       scaled(call, status->f_bavail * unit, left), usable > 0 ? (taken * 100 + usable - 1) / usable : 0, mounted->place);
}

// The file system that `name` lies on; NULL: all of them.
static int df_one(const struct call *call, const char *name)
{
	struct mounted mounted, found = {"-", "-", "-"};
	struct stat wanted, root;
	struct statfs status;
	if (name != NULL && stat(name, &wanted) < 0)
		return fail(call, name);
	FILE *file = fopen("/proc/mounts", "r");
	while (next_mounted(file, &mounted)) {
		if (name == NULL && statfs(mounted.place, &status) == 0 && (status.f_blocks > 0 || call->option['a']))
			print_file_system(call, &mounted, &status);
		if (name != NULL && stat(mounted.place, &root) == 0 && root.st_dev == wanted.st_dev)
			found = mounted;
	}
	if (file != NULL)
		fclose(file);
	if (name != NULL && statfs(name, &status) == 0)
		print_file_system(call, &found, &status);
	return 0;
}

static int run_df(struct call *call)
{
	print_titles(call);
	int rc = call->count == 0 ? df_one(call, NULL) : 0;
	for (int i = 0; i < call->count; i++)
		rc |= df_one(call, call->operands[i]);
	return rc;
}

static struct {
	dev_t device;
	ino_t inode;
} *seen;
static size_t seen_count;

static bool was_seen(const struct stat *status)
{
	for (size_t i = 0; i < seen_count; i++)
		if (seen[i].device == status->st_dev && seen[i].inode == status->st_ino)
			return true;
	seen = realloc(seen, (seen_count + 1) * sizeof(*seen));
	seen[seen_count].device = status->st_dev;
	seen[seen_count++].inode = status->st_ino;
	return false;
}

// The space that `path` and all below it take; printed as -s, -a and -d want.
static unsigned long use_of(struct call *call, const char *path, long depth, long deepest, int *rc)
{
	struct stat status;
	char below[PATH_MAX], text[32];
	if ((call->option['L'] ? stat : lstat)(path, &status) < 0) {
		*rc = fail(call, path);
		return 0;
	}
	if (status.st_nlink > 1 && !S_ISDIR(status.st_mode) && was_seen(&status))
		return 0;
	unsigned long bytes = call->option['b'] ? (unsigned long)status.st_size : (unsigned long)status.st_blocks * 512;
	DIR *directory = S_ISDIR(status.st_mode) && depth < 10 * DEPTH_MAX ? opendir(path) : NULL;
	if (S_ISDIR(status.st_mode) && directory == NULL)
		*rc = fail(call, path);
	for (struct dirent *entry; directory != NULL && (entry = readdir(directory)) != NULL;)
		if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0 &&
		    snprintf(below, sizeof(below), "%s%s%s", path, path[strlen(path) - 1] == '/' ? "" : "/", entry->d_name) < PATH_MAX)
			bytes += use_of(call, below, depth + 1, deepest, rc);
	if (directory != NULL)
		closedir(directory);
	if (depth == 0 || (depth <= deepest && (S_ISDIR(status.st_mode) || call->option['a'])))
		printf("%s\t%s\n", scaled(call, bytes, text), path);
	return bytes;
}

static int run_du(struct call *call)
{
	static char *here[] = {"."};
	char **paths = call->count > 0 ? call->operands : here, text[32];
	int rc = 0, count = call->count > 0 ? call->count : 1;
	long deepest = LONG_MAX;
	unsigned long total = 0;
	if (call->option['d'] && take_number(call, call->value['d'], &deepest) < 0)
		return 1;
	deepest = call->option['s'] ? 0 : deepest;
	for (int i = 0; i < count; i++)
		total += use_of(call, paths[i], 0, deepest, &rc);
	if (call->option['c'])
		printf("%s\ttotal\n", scaled(call, total, text));
	return rc;
}

static const char *type_text(mode_t mode, off_t size)
{
	switch (mode & S_IFMT) {
	case S_IFDIR: return "directory";
	case S_IFLNK: return "symbolic link";
	case S_IFCHR: return "character special file";
	case S_IFBLK: return "block special file";
	case S_IFIFO: return "fifo";
	case S_IFSOCK: return "socket";
	default: return size == 0 ? "regular empty file" : "regular file";
	}
}

static void print_mode(mode_t mode)
{
	static const char letters[] = "?pc?d?b?-?l?s???";
	putchar(letters[mode >> 12 & 15]);
	for (int i = 0; i < 9; i++) {
		bool set = mode >> (8 - i) & 1, special = i % 3 == 2 && mode & (i == 2 ? S_ISUID : i == 5 ? S_ISGID : S_ISVTX);
		char letter = i == 8 ? 't' : 's';
		putchar(special ? (set ? letter : letter - 32) : set ? "rwxrwxrwx"[i] : '-');
	}
}

static void print_time(const struct timespec *when)
{
	char text[64];
	strftime(text, sizeof(text), "%Y-%m-%d %H:%M:%S", localtime(&(time_t){when->tv_sec}));
	printf("%s.%09ld", text, when->tv_nsec);
	strftime(text, sizeof(text), " %z", localtime(&(time_t){when->tv_sec}));
	fputs(text, stdout);
}

static void print_stat(const char *format, const char *name, const struct stat *status)
{
	struct passwd *user;
	struct group *group;
	char target[PATH_MAX];
	for (; *format != '\0'; format++) {
		if (*format != '%' || format[1] == '\0') {
			putchar(*format);
			continue;
		}
		switch (*++format) {
		case 'a': printf("%o", status->st_mode & 07777); break;
		case 'A': print_mode(status->st_mode); break;
		case 'b': printf("%ld", status->st_blocks); break;
		case 'B': printf("512"); break;
		case 'd': printf("%lu", status->st_dev); break;
		case 'D': printf("%lx", status->st_dev); break;
		case 'f': printf("%x", status->st_mode); break;
		case 'F': fputs(type_text(status->st_mode, status->st_size), stdout); break;
		case 'g': printf("%u", status->st_gid); break;
		case 'G': group = getgrgid(status->st_gid); fputs(group != NULL ? group->gr_name : "UNKNOWN", stdout); break;
		case 'h': printf("%lu", status->st_nlink); break;
		case 'i': printf("%lu", status->st_ino); break;
		case 'n': fputs(name, stdout); break;
		case 'N': {
			ssize_t size = S_ISLNK(status->st_mode) ? readlink(name, target, sizeof(target) - 1) : -1;
			printf(size >= 0 ? "'%s' -> '%.*s'" : "'%s'", name, (int)size, target);
			break;
		}
		case 'o': printf("%ld", status->st_blksize); break;
		case 's': printf("%ld", status->st_size); break;
		case 't': printf("%x", major(status->st_rdev)); break;
		case 'T': printf("%x", minor(status->st_rdev)); break;
		case 'u': printf("%u", status->st_uid); break;
		case 'U': user = getpwuid(status->st_uid); fputs(user != NULL ? user->pw_name : "UNKNOWN", stdout); break;
		case 'x': print_time(&status->st_atim); break;
		case 'X': printf("%ld", status->st_atime); break;
		case 'y': print_time(&status->st_mtim); break;
		case 'Y': printf("%ld", status->st_mtime); break;
		case 'z': print_time(&status->st_ctim); break;
		case 'Z': printf("%ld", status->st_ctime); break;
		case '%': putchar('%'); break;
		default: printf("%%%c", *format);
		}
	}
}

static int run_stat(struct call *call)
{
	int rc = 0;
	for (int i = 0; i < call->count; i++) {
		struct stat status;
		const char *name = call->operands[i];
		if ((call->option['L'] ? stat : lstat)(name, &status) < 0) {
			rc = complain(call, "cannot stat '%s': %s", name, strerror(errno));
			continue;
		}
		if (call->option['c']) {
			print_stat(call->value['c'], name, &status);
			putchar('\n');
			continue;
		}
		print_stat(call->option['t'] ? "%n %s %b %f %u %g %D %i %h %t %T %X %Y %Z %o\n"
					     : "  File: %N\n  Size: %s\tBlocks: %b\tIO Block: %o\t%F\nDevice: %Dh\tInode: %i\tLinks: %h\n"
					       "Access: (%a/%A)\tUid: (%u/%U)\tGid: (%g/%G)\nAccess: %x\nModify: %y\nChange: %z\n",
			   name, &status);
	}
	return rc;
}

static int run_truncate(struct call *call)
{
	int rc = 0;
	const char *text = call->value['s'];
	if (text == NULL)
		return wrong_use(call, "-s is needed");
	char sign = *text == '+' || *text == '-' ? *text : '\0';
	long size = take_size(text + (sign != '\0'));
	if (size < 0)
		return complain(call, "invalid size '%s'", text);
	for (int i = 0; i < call->count; i++) {
		struct stat status;
		int fd = open(call->operands[i], O_WRONLY | (call->option['c'] ? 0 : O_CREAT), 0666);
		if (fd < 0 && errno == ENOENT && call->option['c'])
			continue;
		if (fd < 0 || fstat(fd, &status) < 0) {
			rc = fail(call, call->operands[i]);
			continue;
		}
		long wanted = sign == '+' ? status.st_size + size : sign == '-' ? status.st_size - size : size;
		if (ftruncate(fd, wanted < 0 ? 0 : wanted) < 0)
			rc = fail(call, call->operands[i]);
		close(fd);
	}
	return rc;
}

TOOL("dd", NULL, "[if=FILE] [of=FILE] [bs=BYTES] [ibs=] [obs=] [count=] [skip=] [seek=] [conv=lcase,ucase,swab,noerror,notrunc,sync,fsync] [iflag=fullblock] [oflag=append] [status=none]",
     "Copies blocks.", 0, -1, run_dd)
TOOL("df", "ahikmTP all=a human-readable=h inodes=i print-type=T", "[-ahikmT] [FILE...]", "Prints the space of file systems.", 0, -1, run_df)
TOOL("du", "abchkmsLd: all=a bytes=b total=c human-readable=h summarize=s max-depth=d", "[-abchkmsL] [-d DEPTH] [FILE...]", "Prints the space that files take.", 0, -1, run_du)
TOOL("stat", "Lc:t format=c dereference=L terse=t", "[-Lt] [-c FORMAT] FILE...", "Prints what is known of a file.", 1, -1, run_stat)
TOOL("truncate", "cs: size=s no-create=c", "[-c] -s [+|-]SIZE FILE...", "Sets the size of files.", 1, -1, run_truncate)
