// stdio.c: buffered streams. Nothing is allocated for the three standard ones; their buffers are touched on first use.
// A full buffer, a newline on a line-buffered stream, fflush, fclose and exit write out. Interrupted reads and writes
// are taken up again.
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "userland/libc/stream.h"
#include "userland/libc/system.h"

static char input_buffer[BUFSIZ], output_buffer[BUFSIZ];
static struct stream input = {.fd = 0, .mode = STREAM_UNKNOWN, .readable = true, .buffer = input_buffer,
			      .size = BUFSIZ};
static struct stream output = {.fd = 1, .mode = STREAM_UNKNOWN, .writable = true, .buffer = output_buffer,
			       .size = BUFSIZ};
static struct stream errors = {.fd = 2, .mode = STREAM_UNBUFFERED, .writable = true};
FILE *const stdin = &input, *const stdout = &output, *const stderr = &errors;
static struct list streams = LIST_INIT(streams);
static int streams_lock;

void stdio_flush_all(void);

// No cancellation points: a thread must not go while it holds a stream.
static ssize_t read_some(FILE *file, char *to, size_t size)
{
	return file->operations != NULL ? file->operations->read(file->cookie, to, size) : CALL(read, file->fd, to, size);
}

static ssize_t write_some(FILE *file, const char *from, size_t size)
{
	return file->operations != NULL ? file->operations->write(file->cookie, from, size) : CALL(write, file->fd, from, size);
}

static off_t seek_to(FILE *file, off_t offset, int whence)
{
	return file->operations != NULL ? file->operations->seek(file->cookie, offset, whence) : lseek(file->fd, offset, whence);
}

static int write_all(FILE *file, const char *from, size_t size)
{
	while (size > 0) {
		ssize_t written = write_some(file, from, size);
		if (written < 0 && errno == EINTR)
			continue;
		if (written < 0) {
			file->error = true;
			return EOF;
		}
		from += written;
		size -= written;
	}
	return 0;
}

int fflush(FILE *file)
{
	if (file == NULL) {
		stdio_flush_all();
		return 0;
	}
	LOCKED(file);
	size_t waiting = file->writing ? file->end : 0;
	if (!file->writing && file->end > file->start)
		seek_to(file, (off_t)file->start - (off_t)file->end, SEEK_CUR); // fails on a pipe, harmlessly
	file->start = file->end = 0;
	file->writing = false;
	return write_all(file, file->buffer, waiting);
}

void stdio_flush_all(void)
{
	struct stream *file;
	FILE *const standard[] = {stdin, stdout, stderr};
	for (int i = 0; i < 3; i++)
		if (standard[i]->writing)
			fflush(standard[i]);
	list_for_each(file, &streams, list)
		if (file->writing)
			fflush(file);
}

void stream_lend(FILE *file, char *buffer, size_t size)
{
	file->buffer = buffer;
	file->size = size;
	file->mode = STREAM_FULL;
}

void stream_take_back(FILE *file, char *buffer)
{
	fflush(file);
	file->mode = STREAM_UNBUFFERED;
	file->buffer = buffer;
	file->size = 0;
}

size_t fwrite(const void *restrict from, size_t size, size_t count, FILE *restrict file)
{
	LOCKED(file);
	size_t total = size * count;
	const char *bytes = from;
	if (total == 0 || !file->writable) {
		file->error |= total != 0;
		errno = file->writable ? errno : EBADF;
		return 0;
	}
	if (!file->writing)
		fflush(file);
	if (file->mode == STREAM_UNKNOWN)
		file->mode = isatty(file->fd) ? STREAM_LINE : STREAM_FULL;
	file->writing = true;
	if (total > file->size - file->end && (fflush(file) != 0 || total >= file->size))
		return file->error || write_all(file, bytes, total) != 0 ? 0 : count;
	memcpy(file->buffer + file->end, bytes, total);
	file->end += total;
	file->writing = true;
	if (file->mode == STREAM_LINE && memrchr(bytes, '\n', total) != NULL && fflush(file) != 0)
		return 0;
	return count;
}

// Fills the empty buffer. False at the end or on an error.
static bool fill(FILE *file)
{
	if (!file->readable) {
		file->error = true;
		errno = EBADF;
		return false;
	}
	if (file->end_of_file)
		return false; // until clearerr or a seek
	if (file->writing)
		fflush(file);
	if (file == stdin && output.mode == STREAM_LINE && output.writing)
		fflush(&output); // the question before the answer
	ssize_t size;
	do
		size = read_some(file, file->buffer + STREAM_PUSHBACK, file->size > STREAM_PUSHBACK ? file->size - STREAM_PUSHBACK : 1);
	while (size < 0 && errno == EINTR);
	file->start = STREAM_PUSHBACK;
	file->end = STREAM_PUSHBACK + (size > 0 ? size : 0);
	file->end_of_file = size == 0;
	file->error |= size < 0;
	return size > 0;
}

int fgetc(FILE *file)
{
	LOCKED(file);
	if ((file->writing || file->start == file->end) && !fill(file))
		return EOF;
	return (unsigned char)file->buffer[file->start++];
}

size_t fread(void *restrict to, size_t size, size_t count, FILE *restrict file)
{
	LOCKED(file);
	size_t total = size * count, done = 0;
	while (done < total) {
		if ((file->writing || file->start == file->end) && !fill(file))
			break;
		size_t part = file->end - file->start < total - done ? file->end - file->start : total - done;
		memcpy((char *)to + done, file->buffer + file->start, part);
		file->start += part;
		done += part;
	}
	return total == 0 ? 0 : done / size;
}

// As getline, up to and with `delimiter`. The buffer grows by doubling.
ssize_t getdelim(char **restrict line, size_t *restrict size, int delimiter, FILE *restrict file)
{
	LOCKED(file);
	size_t length = 0;
	for (;;) {
		if ((file->writing || file->start == file->end) && !fill(file))
			break;
		char *from = file->buffer + file->start, *found = memchr(from, delimiter, file->end - file->start);
		size_t part = found != NULL ? (size_t)(found - from) + 1 : file->end - file->start;
		if (*line == NULL || length + part + 1 > *size) {
			size_t wanted = 2 * (length + part) + 64;
			char *grown = realloc(*line == NULL ? NULL : *line, wanted);
			if (grown == NULL)
				return -1;
			*line = grown;
			*size = wanted;
		}
		memcpy(*line + length, from, part);
		file->start += part;
		length += part;
		if (found != NULL)
			break;
	}
	if (length == 0)
		return -1;
	(*line)[length] = '\0';
	return (ssize_t)length;
}

ssize_t getline(char **restrict line, size_t *restrict size, FILE *restrict file)
{
	return getdelim(line, size, '\n', file);
}

char *fgets(char *restrict line, int size, FILE *restrict file)
{
	LOCKED(file);
	int length = 0;
	while (length < size - 1) {
		int character = fgetc(file);
		if (character == EOF)
			break;
		line[length++] = (char)character;
		if (character == '\n')
			break;
	}
	if (length == 0)
		return NULL;
	line[length] = '\0';
	return line;
}

FILE *stream_create(int fd, const char *mode)
{
	FILE *file = calloc(1, sizeof(*file) + BUFSIZ);
	if (file == NULL)
		return NULL;
	bool both = strchr(mode, '+') != NULL;
	*file = (FILE){.fd = fd, .mode = STREAM_UNKNOWN, .readable = *mode == 'r' || both, .owned = true,
		       .writable = *mode != 'r' || both, .append = *mode == 'a', .buffer = (char *)(file + 1), .size = BUFSIZ};
	libc_lock(&streams_lock);
	list_push_back(&streams, &file->list);
	libc_unlock(&streams_lock);
	return file;
}

int stream_flags(const char *mode)
{
	int flags = strchr(mode, '+') != NULL ? O_RDWR : *mode == 'r' ? O_RDONLY : O_WRONLY;
	flags |= *mode == 'w' ? O_CREAT | O_TRUNC : *mode == 'a' ? O_CREAT | O_APPEND : 0;
	flags |= (strchr(mode, 'e') != NULL ? O_CLOEXEC : 0) | (strchr(mode, 'x') != NULL ? O_EXCL : 0);
	if (*mode == 'r' || *mode == 'w' || *mode == 'a')
		return flags;
	errno = EINVAL;
	return -1;
}

FILE *fopen(const char *restrict path, const char *restrict mode)
{
	int flags = stream_flags(mode), fd = flags < 0 ? -1 : (int)CALL(open, path, flags, 0666);
	if ((flags & (O_APPEND | O_RDWR)) == O_APPEND)
		lseek(fd, 0, SEEK_END);
	FILE *file = fd < 0 ? NULL : stream_create(fd, mode);
	if (fd >= 0 && file == NULL)
		close(fd);
	return file;
}

int fclose(FILE *file)
{
	int rc = fflush(file);
	if ((file->operations != NULL ? file->operations->close(file->cookie) : CALL(close, file->fd)) != 0)
		rc = EOF;
	if (file->owned) {
		libc_lock(&streams_lock);
		list_remove(&file->list);
		libc_unlock(&streams_lock);
		free(file);
	}
	return rc;
}

int fseeko(FILE *file, off_t offset, int whence)
{
	LOCKED(file);
	if (fflush(file) != 0 || seek_to(file, offset, whence) < 0)
		return -1;
	file->end_of_file = false;
	return 0;
}

int fseek(FILE *file, long offset, int whence)
{
	return fseeko(file, offset, whence);
}

off_t ftello(FILE *file)
{
	LOCKED(file);
	off_t position = seek_to(file, 0, file->append && file->writing ? SEEK_END : SEEK_CUR);
	if (position < 0)
		return -1;
	return file->writing ? position + (off_t)file->end : position - (off_t)(file->end - file->start);
}

long ftell(FILE *file)
{
	return ftello(file);
}

int fileno(FILE *file)
{
	errno = file->fd < 0 ? EBADF : errno;
	return file->fd;
}

int ferror(FILE *file)
{
	return file->error;
}

void clearerr(FILE *file)
{
	file->end_of_file = file->error = false;
}

int getchar(void)
{
	return fgetc(stdin);
}

int fputc(int character, FILE *file)
{
	char byte = (char)character;
	return fwrite(&byte, 1, 1, file) == 1 ? (unsigned char)byte : EOF;
}

int putchar(int character)
{
	return fputc(character, stdout);
}

int fputs(const char *restrict text, FILE *restrict file)
{
	size_t size = strlen(text);
	return fwrite(text, 1, size, file) == size ? 0 : EOF;
}

int puts(const char *text)
{
	return fputs(text, stdout) == 0 ? fputc('\n', stdout) : EOF;
}

void perror(const char *prefix)
{
	fprintf(stderr, "%s%s%s\n", prefix != NULL ? prefix : "", prefix != NULL && *prefix ? ": " : "",
		strerror(errno));
}
