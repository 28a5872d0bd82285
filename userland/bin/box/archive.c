// archive.c: gzip, gunzip, zcat and tar. tar reads and writes the ustar format of POSIX; long names are understood from GNU's 'L'
// and pax's 'x' entries, and written as GNU's.
#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <fnmatch.h>
#include <grp.h>
#include <limits.h>
#include <pwd.h>
#include <stdlib.h>
#include <string.h>
#include <sys/sysmacros.h>
#include <time.h>
#include <unistd.h>
#include "userland/bin/box/box.h"
#include "userland/lib/deflate/deflate.h"

#define BLOCK 512
#define DECODED_MOST (1ul << 31)

// All that a stream holds. False after a message.
static bool read_all(struct call *call, FILE *file, const char *name, struct deflate_buffer *to)
{
	for (size_t part = 1; part > 0; to->size += part) {
		if (to->room - to->size < 65536) {
			uint8_t *grown = realloc(to->bytes, to->room = 2 * to->room + 131072);
			if (grown == NULL)
				return complain(call, "%s: out of memory", name), false;
			to->bytes = grown;
		}
		part = fread(to->bytes + to->size, 1, to->room - to->size, file);
	}
	return !ferror(file) || (fail(call, name), false);
}

static const char *why_not(int rc)
{
	return rc == -EINVAL ? "not in gzip format, or damaged" : strerror(-rc);
}

static bool write_all(struct call *call, FILE *to, const struct deflate_buffer *from, const char *name)
{
	bool good = fwrite(from->bytes, 1, from->size, to) == from->size && fflush(to) == 0;
	if (!good)
		fail(call, name);
	return good;
}

static int gzip_stream(struct call *call, FILE *in, FILE *out, const char *name, bool decode, uint32_t when)
{
	struct deflate_buffer from = {0}, to = {0};
	int level = 6;
	for (int digit = 1; digit <= 9; digit++)
		level = call->option['0' + digit] ? digit : level;
	bool good = read_all(call, in, name, &from);
	if (good && decode && call->option['f'] && call->option['c'] && (from.size < 2 || from.bytes[0] != 0x1f || from.bytes[1] != 0x8b)) {
		good = write_all(call, out, &from, name);
	} else if (good) {
		const char *slash = strrchr(name, '/'), *base = slash != NULL ? slash + 1 : name;
		bool named = !decode && in != stdin && !call->option['n'];
		int rc = decode ? gzip_decode(from.bytes, from.size, &to, DECODED_MOST)
				: gzip_encode(from.bytes, from.size, level, named ? base : NULL, named ? when : 0, &to);
		if (rc != 0)
			complain(call, "%s: %s", name, why_not(rc));
		good = rc == 0 && (call->option['t'] || write_all(call, out, &to, name));
	}
	if (good && call->option['v'])
		fprintf(stderr, "%s:\t%5.1f%%\n", name, 100.0 - 100.0 * (double)(decode ? from.size : to.size) / (double)((decode ? to.size : from.size) + 1));
	free(from.bytes);
	free(to.bytes);
	return good ? 0 : 1;
}

static int gzip_file(struct call *call, const char *name, bool decode)
{
	struct stat status;
	char path[PATH_MAX];
	size_t size = strlen(name);
	bool suffix = size > 3 && strcmp(name + size - 3, ".gz") == 0, tgz = size > 4 && strcmp(name + size - 4, ".tgz") == 0;
	bool plain = call->option['c'] || call->option['t'];
	FILE *in = fopen(name, "r");
	if (in == NULL && decode && !suffix && snprintf(path, sizeof(path), "%s.gz", name) < PATH_MAX && (in = fopen(path, "r")) != NULL) {
		fclose(in);
		return gzip_file(call, path, decode);
	}
	if (in == NULL || fstat(fileno(in), &status) < 0)
		return fail(call, name);
	if (S_ISDIR(status.st_mode) || (!plain && (decode ? !suffix && !tgz : suffix && !call->option['f']))) {
		fclose(in);
		return complain(call, "%s: %s", name, S_ISDIR(status.st_mode) ? "is a directory -- ignored" : decode ? "unknown suffix -- ignored" : "already has .gz suffix"), 2;
	}
	if (plain) {
		int rc = gzip_stream(call, in, stdout, name, decode, (uint32_t)status.st_mtime);
		fclose(in);
		return rc;
	}
	snprintf(path, sizeof(path), decode ? "%.*s%s" : "%.*s%s", (int)(decode ? size - (tgz ? 4 : 3) : size), name, decode ? (tgz ? ".tar" : "") : ".gz");
	int fd = open(path, O_WRONLY | O_CREAT | (call->option['f'] ? O_TRUNC : O_EXCL), status.st_mode & 0777);
	FILE *out = fd >= 0 ? fdopen(fd, "w") : NULL;
	if (out == NULL) {
		fclose(in);
		return fail(call, path);
	}
	int rc = gzip_stream(call, in, out, name, decode, (uint32_t)status.st_mtime);
	fclose(in);
	struct timespec times[2] = {status.st_atim, status.st_mtim};
	futimens(fd, times);
	if (fclose(out) != 0)
		rc = fail(call, path);
	if (rc != 0)
		unlink(path);
	else if (!call->option['k'])
		unlink(name);
	return rc;
}

static int run_gzip(struct call *call) // and gunzip, zcat
{
	bool decode = call->option['d'] || call->option['t'] || call->tool->name[1] != 'z';
	int status = 0;
	call->option['c'] |= call->tool->name[0] == 'z';
	if (call->count == 0)
		return gzip_stream(call, stdin, stdout, "stdin", decode, 0);
	for (int i = 0; i < call->count; i++) {
		int rc = strcmp(call->operands[i], "-") == 0 ? gzip_stream(call, stdin, stdout, "stdin", decode, 0) : gzip_file(call, call->operands[i], decode);
		status = rc == 1 || status == 0 ? rc : status;
	}
	return status;
}

// -------- tar

struct header {
	char name[100], mode[8], user[8], group[8], size[12], time[12], sum[8], type, link[100], magic[6], version[2], user_name[32],
	    group_name[32], major[8], minor[8], prefix[155], padding[12];
};
_Static_assert(sizeof(struct header) == BLOCK, "tar header");

static struct deflate_buffer archive;
static size_t archive_at;
static FILE *archive_file; // written to directly, unless it is packed at the end
static bool packed;
static struct {
	dev_t device;
	ino_t inode;
	char *name;
} *links;
static size_t link_count;

static unsigned header_sum(const struct header *header)
{
	const unsigned char *bytes = (const unsigned char *)header;
	unsigned sum = 0;
	for (size_t i = 0; i < BLOCK; i++)
		sum += i >= 148 && i < 156 ? ' ' : bytes[i];
	return sum;
}

static void emit(struct call *call, const void *bytes, size_t size)
{
	if (!packed) {
		if (fwrite(bytes, 1, size, archive_file) != size) {
			fail(call, "write error");
			exit(2);
		}
		return;
	}
	if (archive.size + size > archive.room && (archive.bytes = realloc(archive.bytes, archive.room = 2 * (archive.size + size) + 65536)) == NULL) {
		complain(call, "out of memory");
		exit(2);
	}
	memcpy(archive.bytes + archive.size, bytes, size);
	archive.size += size;
}

static void emit_padding(struct call *call, size_t size)
{
	static const char zeros[BLOCK];
	if (size % BLOCK != 0)
		emit(call, zeros, BLOCK - size % BLOCK);
}

static void put_octal(char *to, int digits, unsigned long value)
{
	if (value >> 3 * digits != 0) { // GNU's way with what does not fit: binary
		to[0] = (char)0x80;
		for (int i = digits; i > 0; i--, value >>= 8)
			to[i] = (char)value;
		return;
	}
	char text[16];
	snprintf(text, sizeof(text), "%0*lo", digits, value);
	memcpy(to, text, digits + 1);
}

static void emit_long_name(struct call *call, const char *name, char type)
{
	struct header header = {.name = "././@LongLink", .type = type};
	put_octal(header.size, 11, strlen(name) + 1);
	memcpy(header.magic, "ustar  ", 8);
	snprintf(header.sum, sizeof(header.sum), "%06o", header_sum(&header));
	header.sum[7] = ' ';
	emit(call, &header, BLOCK);
	emit(call, name, strlen(name) + 1);
	emit_padding(call, strlen(name) + 1);
}

static void emit_header(struct call *call, const char *name, const struct stat *status, char type, const char *link)
{
	struct header header = {.type = type};
	struct passwd *user = getpwuid(status->st_uid);
	struct group *group = getgrgid(status->st_gid);
	if (strlen(name) > sizeof(header.name))
		emit_long_name(call, name, 'L');
	if (link != NULL && strlen(link) > sizeof(header.link))
		emit_long_name(call, link, 'K');
	memcpy(header.name, name, strnlen(name, sizeof(header.name)));
	put_octal(header.mode, 7, status->st_mode & 07777);
	put_octal(header.user, 7, status->st_uid);
	put_octal(header.group, 7, status->st_gid);
	put_octal(header.size, 11, type == '0' ? status->st_size : 0);
	put_octal(header.time, 11, status->st_mtime);
	if (link != NULL)
		memcpy(header.link, link, strnlen(link, sizeof(header.link)));
	memcpy(header.magic, "ustar\00000", 8);
	if (user != NULL)
		strlcpy(header.user_name, user->pw_name, sizeof(header.user_name));
	if (group != NULL)
		strlcpy(header.group_name, group->gr_name, sizeof(header.group_name));
	put_octal(header.major, 7, type == '3' || type == '4' ? major(status->st_rdev) : 0);
	put_octal(header.minor, 7, type == '3' || type == '4' ? minor(status->st_rdev) : 0);
	snprintf(header.sum, sizeof(header.sum), "%06o", header_sum(&header));
	header.sum[7] = ' ';
	emit(call, &header, BLOCK);
}

static bool is_left_out(struct call *call, const char *path)
{
	char *list = call->option['X'] ? strdup(call->value['X']) : NULL, *rest = list;
	bool found = false;
	for (char *pattern; (pattern = strsep(&rest, "\n")) != NULL;) {
		const char *at = path;
		do { // a pattern matches the whole path or what follows a slash
			found |= fnmatch(pattern, at, FNM_LEADING_DIR) == 0;
			at = strchr(at, '/');
		} while (at++ != NULL);
	}
	free(list);
	return found;
}

static int emit_data(struct call *call, const char *path, off_t size)
{
	static char block[65536];
	FILE *file = fopen(path, "r");
	off_t left = size;
	int rc = 0;
	if (file == NULL)
		return fail(call, path);
	while (left > 0) {
		size_t part = fread(block, 1, left < (off_t)sizeof(block) ? (size_t)left : sizeof(block), file);
		if (part == 0) { // it shrank: what the header promised is filled up
			rc = complain(call, "%s: file shrank", path);
			part = left < (off_t)sizeof(block) ? (size_t)left : sizeof(block);
			memset(block, 0, part);
		}
		emit(call, block, part);
		left -= (off_t)part;
	}
	fclose(file);
	emit_padding(call, size);
	return rc;
}

static int create(struct call *call, const char *path, int depth)
{
	struct stat status;
	char name[PATH_MAX], target[PATH_MAX];
	if (is_left_out(call, path))
		return 0;
	if ((call->option['h'] ? stat : lstat)(path, &status) < 0)
		return fail(call, path);
	const char *inside = path + strspn(path, "/");
	bool directory = S_ISDIR(status.st_mode);
	snprintf(name, sizeof(name), "%s%s", *inside != '\0' ? inside : ".", directory && inside[strlen(inside) - (*inside != '\0')] != '/' ? "/" : "");
	if (call->option['v'])
		fprintf(packed || archive_file == stdout ? stderr : stdout, "%s\n", name);
	int rc = 0;
	if (status.st_nlink > 1 && S_ISREG(status.st_mode)) {
		for (size_t i = 0; i < link_count; i++)
			if (links[i].device == status.st_dev && links[i].inode == status.st_ino) {
				emit_header(call, name, &status, '1', links[i].name);
				return 0;
			}
		links = realloc(links, (link_count + 1) * sizeof(*links));
		links[link_count].device = status.st_dev;
		links[link_count].inode = status.st_ino;
		links[link_count++].name = strdup(name);
	}
	if (S_ISREG(status.st_mode)) {
		emit_header(call, name, &status, '0', NULL);
		rc = emit_data(call, path, status.st_size);
	} else if (S_ISLNK(status.st_mode)) {
		ssize_t size = readlink(path, target, sizeof(target) - 1);
		target[size > 0 ? size : 0] = '\0';
		emit_header(call, name, &status, '2', target);
	} else if (directory) {
		emit_header(call, name, &status, '5', NULL);
	} else {
		emit_header(call, name, &status, S_ISCHR(status.st_mode) ? '3' : S_ISBLK(status.st_mode) ? '4' : '6', NULL);
	}
	DIR *list = directory && depth < 10 * DEPTH_MAX ? opendir(path) : NULL;
	for (struct dirent *entry; list != NULL && (entry = readdir(list)) != NULL;)
		if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0 &&
		    snprintf(name, sizeof(name), "%s%s%s", path, path[strlen(path) - 1] == '/' ? "" : "/", entry->d_name) < PATH_MAX)
			rc |= create(call, name, depth + 1);
	if (list != NULL)
		closedir(list);
	return rc;
}

static unsigned long take_octal(const char *from, int size)
{
	unsigned long value = 0;
	if (from[0] & 0x80) {
		for (int i = 1; i < size; i++)
			value = value << 8 | (unsigned char)from[i];
		return value;
	}
	while (size > 0 && *from == ' ') {
		from++;
		size--;
	}
	for (; size > 0 && *from >= '0' && *from <= '7'; from++, size--)
		value = value * 8 + *from - '0';
	return value;
}

// Directories above `path` are made as needed.
static void make_parents(char *path)
{
	for (char *slash = strchr(path + 1, '/'); slash != NULL; slash = strchr(slash + 1, '/')) {
		*slash = '\0';
		mkdir(path, 0777);
		*slash = '/';
	}
}

// A name that would lead out of here: absolute, or with "..".
static bool is_dangerous(const char *name)
{
	for (const char *at = name; at != NULL; at = strchr(at, '/')) {
		at += *at == '/';
		if (strncmp(at, "..", 2) == 0 && (at[2] == '/' || at[2] == '\0'))
			return true;
	}
	return *name == '/' || *name == '\0';
}

static int extract_file(struct call *call, const char *name, const struct header *header, size_t size)
{
	if (call->option['O'])
		return fwrite(archive.bytes + archive_at, 1, size, stdout) == size ? 0 : fail(call, name);
	unlink(name);
	int fd = open(name, O_WRONLY | O_CREAT | O_TRUNC, take_octal(header->mode, 8) & 0777);
	if (fd < 0)
		return fail(call, name);
	for (size_t done = 0; done < size;) {
		ssize_t part = write(fd, archive.bytes + archive_at + done, size - done);
		if (part < 0) {
			close(fd);
			return fail(call, name);
		}
		done += part;
	}
	return close(fd) == 0 ? 0 : fail(call, name);
}

static int link_files(const char *from, const char *to)
{
	return link(from, to);
}

static int extract(struct call *call, char *name, const char *link, const struct header *header, size_t size)
{
	mode_t mode = take_octal(header->mode, 8) & 07777;
	struct timespec times[2] = {{(time_t)take_octal(header->time, 12), 0}, {(time_t)take_octal(header->time, 12), 0}};
	int rc = 0;
	if (call->option['O'] && header->type != '0' && header->type != '\0')
		return 0;
	if (!call->option['O'])
		make_parents(name);
	switch (header->type) {
	case '5':
		if (mkdir(name, mode | 0700) < 0 && errno != EEXIST)
			return fail(call, name);
		break;
	case '2':
		unlink(name);
		return symlink(link, name) < 0 ? fail(call, name) : 0;
	case '1':
		unlink(name);
		return is_dangerous(link) ? complain(call, "%s: link leads out", name) : link_files(link, name) < 0 ? fail(call, name) : 0;
	case '3':
	case '4':
	case '6':
		unlink(name);
		rc = mknod(name, (header->type == '3' ? S_IFCHR : header->type == '4' ? S_IFBLK : S_IFIFO) | mode,
			   makedev(take_octal(header->major, 8), take_octal(header->minor, 8)));
		return rc < 0 ? fail(call, name) : 0;
	default:
		rc = extract_file(call, name, header, size);
	}
	if (rc != 0 || call->option['O'])
		return rc;
	if (getuid() == 0 && !call->option['o'])
		rc |= chown(name, (uid_t)take_octal(header->user, 8), (gid_t)take_octal(header->group, 8));
	mode_t mask = umask(0);
	umask(mask);
	chmod(name, call->option['p'] || getuid() == 0 ? mode : mode & ~mask);
	if (!call->option['m'])
		utimensat(AT_FDCWD, name, times, 0);
	return 0;
}

// A line of ls -l, up to the name.
static void print_details(const struct header *header, size_t size, FILE *to)
{
	static const char types[] = "0-1h2l3c4b5d6p"; // each type of ustar with ls's letter for it
	char when[32], owner[80];
	mode_t mode = take_octal(header->mode, 8);
	time_t time = (time_t)take_octal(header->time, 12);
	const char *type = header->type != '\0' ? strchr(types, header->type) : NULL;
	fputc(type != NULL && isdigit((unsigned char)*type) ? type[1] : '-', to);
	for (int i = 0; i < 9; i++)
		fputc(mode >> (8 - i) & 1 ? "rwxrwxrwx"[i] : '-', to);
	int length = snprintf(owner, sizeof(owner), "%.31s/%.31s", header->user_name, header->group_name);
	strftime(when, sizeof(when), "%Y-%m-%d %H:%M", localtime(&time));
	fprintf(to, " %s %*zu %s ", owner, length > 18 ? 0 : 18 - length, size, when);
}

static void print_entry(const struct call *call, const char *name, const char *link, const struct header *header, size_t size)
{
	FILE *to = call->option['O'] ? stderr : stdout;
	bool details = call->option['t'] && call->option['v'];
	if (details)
		print_details(header, size, to);
	fputs(name, to);
	if (details && (header->type == '2' || header->type == '1'))
		fprintf(to, header->type == '2' ? " -> %s" : " link to %s", link);
	fputc('\n', to);
}

static bool is_wanted(struct call *call, const char *name)
{
	bool any = false;
	for (int i = 0; i < call->count; i++) {
		size_t size = strlen(call->operands[i]);
		while (size > 1 && call->operands[i][size - 1] == '/')
			size--;
		any |= strncmp(name, call->operands[i], size) == 0 && (name[size] == '\0' || name[size] == '/');
	}
	return (call->count == 0 || any) && !is_left_out(call, name);
}

// The value of `key` in a pax entry's "LENGTH key=value\n" records.
static char *pax_value(const char *from, size_t size, const char *key)
{
	while (size > 0) {
		char *end;
		unsigned long length = strtoul(from, &end, 10);
		if (length == 0 || length > size || *end != ' ')
			return NULL;
		size_t key_size = strlen(key), at = end + 1 - from;
		if (at + key_size < length && strncmp(end + 1, key, key_size) == 0 && end[1 + key_size] == '=')
			return strndup(end + 2 + key_size, length - at - key_size - 2);
		from += length;
		size -= length;
	}
	return NULL;
}

static int read_archive(struct call *call)
{
	char *long_name = NULL, *long_link = NULL, name[PATH_MAX], link[PATH_MAX];
	int rc = 0;
	if (archive.size > 0 && archive.size < BLOCK)
		return complain(call, "this does not look like a tar archive"), 2;
	while (archive_at + BLOCK <= archive.size) {
		struct header header;
		memcpy(&header, archive.bytes + archive_at, BLOCK);
		if (header.name[0] == '\0' && header_sum(&header) == 8 * ' ')
			break;
		if (take_octal(header.sum, 8) != header_sum(&header))
			return complain(call, "this does not look like a tar archive"), 2;
		archive_at += BLOCK;
		bool has_data = strchr("07LKxg", header.type) != NULL; // '\0' too, an old archive's '0'
		size_t size = has_data ? take_octal(header.size, 12) : 0;
		if (size > archive.size - archive_at)
			return complain(call, "unexpected end of archive"), 2;
		char *data = (char *)archive.bytes + archive_at;
		if (header.type == 'L' || header.type == 'K') {
			char **slot = header.type == 'L' ? &long_name : &long_link;
			free(*slot);
			*slot = strndup(data, size);
		} else if (header.type == 'x') {
			char *path = pax_value(data, size, "path"), *target = pax_value(data, size, "linkpath");
			long_name = path != NULL ? path : long_name;
			long_link = target != NULL ? target : long_link;
		} else if (header.type != 'g') {
			bool ustar = memcmp(header.magic, "ustar", 6) == 0 && header.prefix[0] != '\0';
			if (long_name != NULL)
				snprintf(name, sizeof(name), "%s", long_name);
			else
				snprintf(name, sizeof(name), "%.155s%s%.100s", ustar ? header.prefix : "", ustar ? "/" : "", header.name);
			snprintf(link, sizeof(link), long_link != NULL ? "%s" : "%.100s", long_link != NULL ? long_link : header.link);
			char *inside = name + strspn(name, "/");
			bool wanted = is_wanted(call, inside);
			if (wanted && (call->option['t'] || call->option['v']))
				print_entry(call, inside, link, &header, size);
			if (wanted && call->option['x'])
				rc |= is_dangerous(inside) ? complain(call, "%s: leads out, skipped", inside) : extract(call, inside, link, &header, size);
			free(long_name);
			free(long_link);
			long_name = long_link = NULL;
		}
		archive_at += (size + BLOCK - 1) / BLOCK * BLOCK;
	}
	free(long_name);
	free(long_link);
	return rc != 0 ? 2 : 0;
}

static int write_archive(struct call *call)
{
	static const char zeros[2 * BLOCK];
	const char *name = call->option['f'] ? call->value['f'] : "-";
	int rc = 0;
	packed = call->option['z'];
	archive_file = strcmp(name, "-") == 0 ? stdout : fopen(name, "w");
	if (archive_file == NULL)
		return fail(call, name), 2;
	if (call->option['C'] && chdir(call->value['C']) < 0)
		return fail(call, call->value['C']), 2;
	if (call->count == 0)
		return complain(call, "no files to put into the archive"), 2;
	for (int i = 0; i < call->count; i++)
		rc |= create(call, call->operands[i], 0);
	emit(call, zeros, sizeof(zeros));
	if (packed) {
		struct deflate_buffer to = {0};
		if (gzip_encode(archive.bytes, archive.size, 6, NULL, 0, &to) != 0 || !write_all(call, archive_file, &to, name))
			return 2;
		free(to.bytes);
	}
	if (archive_file != stdout && fclose(archive_file) != 0)
		return fail(call, name), 2;
	return rc != 0 ? 2 : 0;
}

static int run_tar(struct call *call)
{
	const char *name = call->option['f'] ? call->value['f'] : "-";
	if (call->option['c'] + call->option['x'] + call->option['t'] != 1)
		return wrong_use(call, "one of -c, -x and -t is needed");
	if (call->option['c'])
		return write_archive(call);
	FILE *file = strcmp(name, "-") == 0 ? stdin : fopen(name, "r");
	if (file == NULL)
		return fail(call, name), 2;
	if (!read_all(call, file, name, &archive))
		return 2;
	if (archive.size >= 2 && archive.bytes[0] == 0x1f && archive.bytes[1] == 0x8b) {
		struct deflate_buffer from = archive;
		archive = (struct deflate_buffer){0};
		int rc = gzip_decode(from.bytes, from.size, &archive, DECODED_MOST);
		free(from.bytes);
		if (rc != 0)
			return complain(call, "%s: %s", name, why_not(rc)), 2;
	}
	if (call->option['C'] && chdir(call->value['C']) < 0)
		return fail(call, call->value['C']), 2;
	return read_archive(call);
}

// tar's first word may be options without a "-": "tar xzf file".
static int run_tar_words(struct call *call)
{
	char **words = calloc(call->count + 3, sizeof(char *)), *first;
	int count = 0;
	static const struct tool inner = {"tar", "cxtvf:zhpmoOC:*X: create=c extract=x get=x list=t verbose=v file=f gzip=z directory=C exclude=X "
						 "dereference=h to-stdout=O same-permissions=p no-same-owner=o touch=m",
					  "c|x|t[vzhpmoO] [-f FILE] [-C DIRECTORY] [--exclude PATTERN] [FILE...]",
					  "Packs files into an archive, unpacks or lists it.", 0, -1, run_tar};
	words[count++] = "tar";
	for (int i = 0; i < call->count; i++) {
		bool bare = i == 0 && call->operands[i][0] != '-';
		words[count++] = bare && asprintf(&first, "-%s", call->operands[i]) >= 0 ? first : call->operands[i];
	}
	*call = (struct call){0};
	return run_tool(&inner, count, words);
}

TOOL("gzip", "cdfknqtv123456789 stdout=c to-stdout=c decompress=d uncompress=d force=f keep=k no-name=n test=t verbose=v quiet=q best=9 fast=1", "[-cdfkntv] [-1 to -9] [FILE...]", "Packs files.", 0, -1, run_gzip)
TOOL("gunzip", "cfkntv stdout=c force=f keep=k test=t", "[-cfkt] [FILE...]", "Unpacks files.", 0, -1, run_gzip)
TOOL("zcat", "f", "[FILE...]", "Prints packed files.", 0, -1, run_gzip)
TOOL("tar", NULL, "c|x|t[vzhpmoO] [-f FILE] [-C DIRECTORY] [--exclude PATTERN] [FILE...]", "Packs files into an archive, unpacks or lists it.", 0, -1, run_tar_words)
