#pragma once
#include <stddef.h>
#define EXIT_SUCCESS 0
#define EXIT_FAILURE 1
#ifndef MB_CUR_MAX
extern unsigned char libc_mb_max;
extern _Thread_local unsigned char libc_mb_thread;
#define MB_CUR_MAX ((size_t)(libc_mb_thread != 0 ? libc_mb_thread : libc_mb_max))
#endif
int mblen(const char *text, size_t size), mbtowc(wchar_t *restrict to, const char *restrict text, size_t size);
int wctomb(char *to, wchar_t c);
size_t mbstowcs(wchar_t *restrict to, const char *restrict text, size_t size);
size_t wcstombs(char *restrict to, const wchar_t *restrict text, size_t size);
#define RAND_MAX 0x7fffffff
void *malloc(size_t size) __attribute__((malloc));
void *calloc(size_t count, size_t size) __attribute__((malloc));
void *realloc(void *old, size_t size), *reallocarray(void *old, size_t count, size_t size);
void *aligned_alloc(size_t alignment, size_t size);
int posix_memalign(void **result, size_t alignment, size_t size);
size_t malloc_usable_size(void *pointer);
void free(void *pointer);
void exit(int status) __attribute__((noreturn));
void _Exit(int status) __attribute__((noreturn));
void abort(void) __attribute__((noreturn));
int atexit(void (*function)(void)), at_quick_exit(void (*function)(void));
void quick_exit(int status) __attribute__((noreturn));
int atoi(const char *text);
long atol(const char *text);
long long atoll(const char *text);
double atof(const char *text);
long strtol(const char *restrict text, char **restrict end, int base);
unsigned long strtoul(const char *restrict text, char **restrict end, int base);
long long strtoll(const char *restrict text, char **restrict end, int base);
unsigned long long strtoull(const char *restrict text, char **restrict end, int base);
double strtod(const char *restrict text, char **restrict end);
float strtof(const char *restrict text, char **restrict end);
long double strtold(const char *restrict text, char **restrict end);
void qsort(void *base, size_t count, size_t size, int (*compare)(const void *, const void *));
void qsort_r(void *base, size_t count, size_t size, int (*compare)(const void *, const void *, void *), void *argument);
void *bsearch(const void *key, const void *base, size_t count, size_t size,
	      int (*compare)(const void *, const void *));
char *getenv(const char *name);
int setenv(const char *name, const char *value, int overwrite), unsetenv(const char *name), putenv(char *assignment);
int clearenv(void), rand(void);
void srand(unsigned seed);
int rand_r(unsigned *seed);
long random(void);
void srandom(unsigned seed);
char *initstate(unsigned seed, char *state, size_t size), *setstate(char *state);
double drand48(void), erand48(unsigned short own[3]);
long lrand48(void), nrand48(unsigned short own[3]), mrand48(void), jrand48(unsigned short own[3]);
void srand48(long seed), lcong48(unsigned short parameter[7]);
unsigned short *seed48(unsigned short seed[3]);
long a64l(const char *text);
char *l64a(long number);
int getsubopt(char **option, char *const *names, char **value);
int posix_openpt(int flags), grantpt(int descriptor), unlockpt(int descriptor);
char *ptsname(int descriptor);
int system(const char *command), mkstemp(char *template);
char *mkdtemp(char *template), *realpath(const char *restrict path, char *restrict to);
static inline int abs(int value) { return value < 0 ? -value : value; }
static inline long labs(long value) { return value < 0 ? -value : value; }
static inline long long llabs(long long value) { return value < 0 ? -value : value; }
typedef struct { int quot, rem; } div_t;
static inline div_t div(int a, int b) { return (div_t){a / b, a % b}; }
typedef struct { long quot, rem; } ldiv_t;
typedef struct { long long quot, rem; } lldiv_t;
static inline ldiv_t ldiv(long a, long b) { return (ldiv_t){a / b, a % b}; }
static inline lldiv_t lldiv(long long a, long long b) { return (lldiv_t){a / b, a % b}; }
