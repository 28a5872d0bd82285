// mkinitramfs.c: writes a cpio archive (newc) whose larger files begin on page boundaries, so that tmpfs can adopt their
// pages instead of copying them.
//
//   mkinitramfs OUTPUT WORD...      DEST=SOURCE   a file, with the permissions of SOURCE
//                                   DEST=         an empty directory
//                                   DEST@=TARGET  a symbolic link
//
// Parent directories are made at first mention. A file of a page or more is aligned by NULs after its name, which the
// format counts into the name's length; readers see a shorter name. Same words, same bytes: times and owners are 0.
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define HEADER_SIZE 110
#define PAGE 4096
#define DIRECTORIES_MAX 256

static FILE *output;
static unsigned inode;
static char *directories[DIRECTORIES_MAX];
static unsigned directory_count;

static void fail(const char *what, const char *why)
{
	fprintf(stderr, "mkinitramfs: %s: %s\n", what, why);
	exit(1);
}

static void pad_to(long multiple)
{
	while (ftell(output) % multiple != 0)
		putc('\0', output);
}

static void put_entry(const char *name, unsigned mode, const void *data, size_t size)
{
	size_t name_size = strlen(name) + 1;

	if (size >= PAGE) {
		size_t data_at = ftell(output) + HEADER_SIZE + name_size;
		name_size += (PAGE - data_at % PAGE) % PAGE;
	}
	fprintf(output, "070701%08X%08X%08X%08X%08X%08X%08X%08X%08X%08X%08X%08X%08X", ++inode, mode, 0, 0, 1, 0, (unsigned)size,
		0, 0, 0, 0, (unsigned)name_size, 0);
	fwrite(name, 1, strlen(name), output);
	for (size_t i = strlen(name); i < name_size; i++)
		putc('\0', output);
	pad_to(4);
	fwrite(data, 1, size, output);
	pad_to(4);
}

static void put_directory(const char *path)
{
	for (unsigned i = 0; i < directory_count; i++)
		if (strcmp(directories[i], path) == 0)
			return;
	if (directory_count == DIRECTORIES_MAX)
		fail(path, "too many directories");
	directories[directory_count++] = strdup(path);
	put_entry(path, S_IFDIR | 0755, NULL, 0);
}

static void put_parents(const char *path)
{
	char parent[PAGE];

	for (const char *slash = strchr(path, '/'); slash != NULL; slash = strchr(slash + 1, '/')) {
		snprintf(parent, sizeof(parent), "%.*s", (int)(slash - path), path);
		put_directory(parent);
	}
}

static void put_file(const char *name, const char *source)
{
	struct stat status;
	FILE *input = fopen(source, "rb");
	char *data;

	if (input == NULL || fstat(fileno(input), &status) != 0)
		fail(source, strerror(errno));
	data = malloc(status.st_size + 1);
	if (data == NULL || fread(data, 1, status.st_size, input) != (size_t)status.st_size)
		fail(source, "cannot be read");
	put_entry(name, S_IFREG | (status.st_mode & 0111 ? 0755 : 0644), data, status.st_size);
	free(data);
	fclose(input);
}

static void put_word(char *word)
{
	char *value = strchr(word, '=');

	if (value == NULL || value == word || value == word + 1)
		fail(word, "is not DEST=SOURCE");
	while (*word == '/')
		word++;
	*value++ = '\0';
	put_parents(word);
	if (value[-2] == '@') {
		value[-2] = '\0';
		put_entry(word, S_IFLNK | 0777, value, strlen(value));
	} else if (*value == '\0') {
		put_directory(word);
	} else {
		put_file(word, value);
	}
}

int main(int count, char **words)
{
	if (count < 2)
		fail("usage", "mkinitramfs OUTPUT DEST=SOURCE|DEST=|DEST@=TARGET ...");
	output = fopen(words[1], "wb");
	if (output == NULL)
		fail(words[1], strerror(errno));
	for (int i = 2; i < count; i++)
		put_word(words[i]);
	inode = 0;
	put_entry("TRAILER!!!", 0, NULL, 0);
	pad_to(PAGE);
	if (fclose(output) != 0)
		fail(words[1], strerror(errno));
	return 0;
}
