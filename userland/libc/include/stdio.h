// stdio.h: buffered streams, each with a lock; see stdio.c.
#pragma once
#include <stdarg.h>
#include <stddef.h>
#include <sys/types.h>
#define EOF (-1)
#define BUFSIZ 4096
#define FILENAME_MAX 4096
#define _IOFBF 0
#define _IOLBF 1
#define _IONBF 2
#ifndef SEEK_SET
#define SEEK_SET 0
#define SEEK_CUR 1
#define SEEK_END 2
#endif
typedef struct stream FILE;
extern FILE *const stdin, *const stdout, *const stderr;
FILE *fopen(const char *restrict path, const char *restrict mode);
FILE *fdopen(int descriptor, const char *mode);
int fclose(FILE *file);
int fflush(FILE *file);
int fileno(FILE *file);
void flockfile(FILE *file), funlockfile(FILE *file);
int ftrylockfile(FILE *file);
int setvbuf(FILE *restrict file, char *restrict buffer, int mode, size_t size);
size_t fread(void *restrict to, size_t size, size_t count, FILE *restrict file);
size_t fwrite(const void *restrict from, size_t size, size_t count, FILE *restrict file);
int fseek(FILE *file, long offset, int whence);
int fseeko(FILE *file, off_t offset, int whence);
long ftell(FILE *file);
off_t ftello(FILE *file);
void rewind(FILE *file);
int feof(FILE *file);
int ferror(FILE *file);
void clearerr(FILE *file);
int fgetc(FILE *file);
int getc(FILE *file);
int getchar(void);
int ungetc(int character, FILE *file);
char *fgets(char *restrict line, int size, FILE *restrict file);
ssize_t getline(char **restrict line, size_t *restrict size, FILE *restrict file);
ssize_t getdelim(char **restrict line, size_t *restrict size, int delimiter, FILE *restrict file);
int fputc(int character, FILE *file);
int putc(int character, FILE *file);
int putchar(int character);
int fputs(const char *restrict text, FILE *restrict file);
int puts(const char *text);
FILE *popen(const char *command, const char *mode);
int pclose(FILE *file);
void perror(const char *prefix);
int remove(const char *path);
int rename(const char *from, const char *to);
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
int vasprintf(char **to, const char *template, va_list args) __attribute__((format(printf, 2, 0)));
int scanf(const char *restrict template, ...) __attribute__((format(scanf, 1, 2)));
int fscanf(FILE *restrict file, const char *restrict template, ...) __attribute__((format(scanf, 2, 3)));
int sscanf(const char *restrict text, const char *restrict template, ...) __attribute__((format(scanf, 2, 3)));
int vfscanf(FILE *restrict file, const char *restrict template, va_list args) __attribute__((format(scanf, 2, 0)));
