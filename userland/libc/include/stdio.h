// stdio.h: buffered streams, each with a lock; see stdio.c.
#pragma once
#include <stdarg.h>
#include <stddef.h>
#include <sys/types.h>
#define EOF (-1)
#define BUFSIZ 4096
#define FILENAME_MAX 4096
#define FOPEN_MAX 1024
#define TMP_MAX 10000
#define L_tmpnam 20
#define L_ctermid 9
#define P_tmpdir "/tmp"
#define _IOFBF 0
#define _IOLBF 1
#define _IONBF 2
#ifndef SEEK_SET
#define SEEK_SET 0
#define SEEK_CUR 1
#define SEEK_END 2
#endif
typedef struct stream FILE;
typedef struct {
	off_t offset;
} fpos_t;
extern FILE *const stdin, *const stdout, *const stderr;
FILE *fopen(const char *restrict path, const char *restrict mode), *fdopen(int descriptor, const char *mode);
FILE *freopen(const char *restrict path, const char *restrict mode, FILE *restrict file);
FILE *fmemopen(void *restrict buffer, size_t size, const char *restrict mode), *open_memstream(char **text, size_t *size);
FILE *tmpfile(void);
int fclose(FILE *file), fflush(FILE *file), fileno(FILE *file);
void flockfile(FILE *file), funlockfile(FILE *file);
int ftrylockfile(FILE *file), setvbuf(FILE *restrict file, char *restrict buffer, int mode, size_t size);
void setbuf(FILE *restrict file, char *restrict buffer);
size_t fread(void *restrict to, size_t size, size_t count, FILE *restrict file);
size_t fwrite(const void *restrict from, size_t size, size_t count, FILE *restrict file);
int fseek(FILE *file, long offset, int whence), fseeko(FILE *file, off_t offset, int whence);
long ftell(FILE *file);
off_t ftello(FILE *file);
void rewind(FILE *file);
int fgetpos(FILE *restrict file, fpos_t *restrict position), fsetpos(FILE *file, const fpos_t *position);
int feof(FILE *file), ferror(FILE *file);
void clearerr(FILE *file);
int fgetc(FILE *file), getc(FILE *file);
int getchar(void), getc_unlocked(FILE *file), getchar_unlocked(void);
int ungetc(int character, FILE *file);
char *fgets(char *restrict line, int size, FILE *restrict file);
ssize_t getline(char **restrict line, size_t *restrict size, FILE *restrict file);
ssize_t getdelim(char **restrict line, size_t *restrict size, int delimiter, FILE *restrict file);
int fputc(int character, FILE *file), putc(int character, FILE *file);
int putchar(int character), putc_unlocked(int character, FILE *file), putchar_unlocked(int character);
int fputs(const char *restrict text, FILE *restrict file), puts(const char *text);
FILE *popen(const char *command, const char *mode);
int pclose(FILE *file);
void perror(const char *prefix);
int remove(const char *path);
int rename(const char *from, const char *to), renameat(int from_directory, const char *from, int to_directory, const char *to);
char *ctermid(char *to), *tmpnam(char *to), *tempnam(const char *directory, const char *prefix);
int printf(const char *restrict template, ...) __attribute__((format(printf, 1, 2)));
int fprintf(FILE *restrict file, const char *restrict template, ...) __attribute__((format(printf, 2, 3)));
int dprintf(int descriptor, const char *restrict template, ...) __attribute__((format(printf, 2, 3)));
int sprintf(char *restrict to, const char *restrict template, ...) __attribute__((format(printf, 2, 3)));
int snprintf(char *restrict to, size_t size, const char *restrict template, ...) __attribute__((format(printf, 3, 4)));
int asprintf(char **to, const char *template, ...) __attribute__((format(printf, 2, 3)));
int vprintf(const char *restrict template, va_list args) __attribute__((format(printf, 1, 0)));
int vfprintf(FILE *restrict file, const char *restrict template, va_list args) __attribute__((format(printf, 2, 0)));
int vsnprintf(char *restrict to, size_t size, const char *restrict template, va_list args)
	__attribute__((format(printf, 3, 0)));
int vsprintf(char *restrict to, const char *restrict template, va_list args) __attribute__((format(printf, 2, 0)));
int vdprintf(int descriptor, const char *restrict template, va_list args) __attribute__((format(printf, 2, 0)));
int vasprintf(char **to, const char *template, va_list args) __attribute__((format(printf, 2, 0)));
int scanf(const char *restrict template, ...) __attribute__((format(scanf, 1, 2)));
int fscanf(FILE *restrict file, const char *restrict template, ...) __attribute__((format(scanf, 2, 3)));
int sscanf(const char *restrict text, const char *restrict template, ...) __attribute__((format(scanf, 2, 3)));
int vfscanf(FILE *restrict file, const char *restrict template, va_list args) __attribute__((format(scanf, 2, 0)));
int vscanf(const char *restrict template, va_list args) __attribute__((format(scanf, 1, 0)));
int vsscanf(const char *restrict text, const char *restrict template, va_list args) __attribute__((format(scanf, 2, 0)));
