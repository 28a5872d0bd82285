// stdio_more.c: the rest of <stdio.h> that the smallest programs do without: buffers of the caller's, a
// stream's second life, positions, temporary files.
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <unistd.h>
#include "userland/libc/stream.h"
#include "userland/libc/system.h"

// Before the stream is used. A caller's buffer lives as long as the stream; one too small for what ungetc
// needs is left alone.
int setvbuf(FILE *restrict file, char *restrict buffer, int mode, size_t size)
{
	LOCKED(file);
	if (mode != _IOFBF && mode != _IOLBF && mode != _IONBF) {
		errno = EINVAL;
		return -1;
	}
	if (mode != _IONBF && buffer == NULL &&
	    file->size == 0) { // it was unbuffered; what it gets now, it keeps
		size = BUFSIZ;
		buffer = malloc(size);
		if (buffer == NULL)
			return -1;
	}
	file->mode = (enum stream_mode)mode;
	if (mode == _IONBF) {
		file->size = 0;
	} else if (buffer != NULL && size > STREAM_PUSHBACK) {
		file->buffer = buffer;
		file->size = size;
	}
	return 0;
}

void setbuf(FILE *restrict file, char *restrict buffer)
{
	setvbuf(file, buffer, buffer != NULL ? _IOFBF : _IONBF, BUFSIZ);
}

// What freopen without a path may change: the mode, as far as the descriptor's rights go.
static int change_mode(int fd, const char *mode)
{
	int now = fcntl(fd, F_GETFL), wanted = stream_flags(mode);
	if (now < 0 || wanted < 0)
		return -1;
	if ((now & O_ACCMODE) != O_RDWR && (now & O_ACCMODE) != (wanted & O_ACCMODE)) {
		errno = EBADF;
		return -1;
	}
	if ((wanted & O_TRUNC) && (ftruncate(fd, 0) < 0 || lseek(fd, 0, SEEK_SET) < 0))
		return -1;
	return fcntl(fd, F_SETFL, (now & ~O_APPEND) | (wanted & O_APPEND)) < 0 ? -1 : fd;
}

// The descriptor keeps its number. On failure the stream is closed.
static int reopen(int fd, const char *path, const char *mode)
{
	int flags = stream_flags(mode);
	if (path == NULL)
		return change_mode(fd, mode);
	int opened = flags < 0 ? -1 : open(path, flags, 0666);
	if (opened < 0 || fd < 0 || opened == fd)
		return opened;
	if ((flags & (O_APPEND | O_RDWR)) == O_APPEND)
		lseek(opened, 0, SEEK_END);
	int moved = dup3(opened, fd, flags & O_CLOEXEC);
	close(opened);
	return moved;
}

FILE *freopen(const char *restrict path, const char *restrict mode, FILE *restrict file)
{
	LOCKED(file);
	fflush(file); // what cannot be written is lost, as POSIX has it
	if (file->operations != NULL)
		file->operations->close(file->cookie);
	int fd = reopen(file->fd, path, mode);
	if (fd < 0) {
		int error = errno;
		file->operations = NULL;
		fclose(file);
		errno = error;
		return NULL;
	}
	bool both = strchr(mode, '+') != NULL;
	file->operations = NULL;
	file->fd = fd;
	file->readable = *mode == 'r' || both;
	file->writable = *mode != 'r' || both;
	file->append = *mode == 'a';
	file->error = file->end_of_file = false;
	file->orientation = 0;
	if (file->buffer == NULL && setvbuf(file, NULL, _IOFBF, 0) < 0) // stderr, which had none
		return NULL;
	return file;
}

int fgetpos(FILE *restrict file, fpos_t *restrict position)
{
	position->offset = ftello(file);
	return position->offset < 0 ? -1 : 0;
}

int fsetpos(FILE *file, const fpos_t *position)
{
	return fseeko(file, position->offset, SEEK_SET);
}

int ungetc(int character, FILE *file)
{
	LOCKED(file);
	if (character == EOF || file->writing || (file->start == 0 && file->end != 0))
		return EOF;
	if (file->start == 0)
		file->start = file->end = STREAM_PUSHBACK;
	file->end_of_file = false;
	file->buffer[--file->start] = (char)character;
	return (unsigned char)character;
}

FILE *fdopen(int fd, const char *mode)
{
	int flags = fcntl(fd, F_GETFL), wanted = stream_flags(mode);
	if (flags < 0 || wanted < 0 ||
	    ((wanted & O_APPEND) && !(flags & O_APPEND) && fcntl(fd, F_SETFL, flags | O_APPEND) < 0))
		return NULL;
	if (wanted & O_CLOEXEC)
		fcntl(fd, F_SETFD, FD_CLOEXEC);
	return stream_create(fd, mode);
}

void rewind(FILE *file)
{
	fseeko(file, 0, SEEK_SET);
	file->error = false;
}

int feof(FILE *file)
{
	return file->end_of_file;
}

int getc(FILE *file)
{
	return fgetc(file);
}

int putc(int character, FILE *file)
{
	return fputc(character, file);
}

int vprintf(const char *restrict template, va_list args)
{
	return vfprintf(stdout, template, args);
}

int getc_unlocked(FILE *file)
{
	return fgetc(file);
}

int getchar_unlocked(void)
{
	return fgetc(stdin);
}

int putc_unlocked(int character, FILE *file)
{
	return fputc(character, file);
}

int putchar_unlocked(int character)
{
	return fputc(character, stdout);
}

int vdprintf(int fd, const char *restrict template, va_list args)
{
	struct stream file = {.fd = fd, .mode = STREAM_UNBUFFERED, .writable = true};
	return vfprintf(&file, template, args);
}

int dprintf(int fd, const char *restrict template, ...)
{
	va_list args;
	va_start(args, template);
	int length = vdprintf(fd, template, args);
	va_end(args);
	return length;
}

WRAP(int, renameat, (int from_directory, const char *from, int to_directory, const char *to), renameat,
     from_directory, from, to_directory, to)

char *ctermid(char *to)
{
	static char own[L_ctermid];
	return strcpy(to != NULL ? to : own, "/dev/tty");
}

// -------- temporary files

FILE *tmpfile(void)
{
	char name[] = P_tmpdir "/XXXXXX";
	int fd = mkstemp(name);
	if (fd < 0)
		return NULL;
	unlink(name);
	FILE *file = fdopen(fd, "w+");
	if (file == NULL)
		close(fd);
	return file;
}

// A name in `directory` that is not there now; NULL when none was found.
static char *unused_name(char *to, size_t size, const char *directory, const char *prefix)
{
	for (int attempt = 0; attempt < 100; attempt++) {
		unsigned drawn;
		getrandom(&drawn, sizeof(drawn), 0);
		if (snprintf(to, size, "%s/%s%08x", directory, prefix, drawn) < (int)size &&
		    access(to, F_OK) < 0 && errno == ENOENT)
			return to;
	}
	errno = EEXIST;
	return NULL;
}

char *tmpnam(char *to)
{
	static char own[L_tmpnam];
	to = to != NULL ? to : own;
	return unused_name(to, L_tmpnam, P_tmpdir, "t");
}

char *tempnam(const char *directory, const char *prefix)
{
	char name[FILENAME_MAX], chosen[6] = "";
	const char *asked = getenv("TMPDIR");
	strncpy(chosen, prefix != NULL ? prefix : "", sizeof(chosen) - 1);
	directory = asked != NULL && access(asked, W_OK) == 0           ? asked
		    : directory != NULL && access(directory, W_OK) == 0 ? directory
									: P_tmpdir;
	return unused_name(name, sizeof(name), directory, chosen) != NULL ? strdup(name) : NULL;
}
