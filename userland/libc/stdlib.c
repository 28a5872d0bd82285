// stdlib.c: integers from text, sorting and searching, the environment, random numbers.
#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdint.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

static unsigned digit_value(char character)
{
	return isdigit(character) ? (unsigned)(character - '0')
	     : isalpha(character) ? (unsigned)(tolower(character) - 'a' + 10) : 99u;
}

// The value's magnitude, saturated at `limit`; *end is `text` when there is no number.
static uint64_t magnitude(const char *text, const char **end, int base, bool *negative, bool *too_large)
{
	const char *at = text;
	while (isspace(*at))
		at++;
	*negative = *at == '-';
	at += *at == '-' || *at == '+';
	if ((base == 0 || base == 16) && *at == '0' && (at[1] | 32) == 'x' && digit_value(at[2]) < 16) {
		base = 16;
		at += 2;
	}
	if (base == 0)
		base = *at == '0' ? 8 : 10;
	uint64_t value = 0;
	const char *start = at;
	for (*too_large = false; digit_value(*at) < (unsigned)base; at++)
		if (__builtin_mul_overflow(value, (uint64_t)base, &value) ||
		    __builtin_add_overflow(value, digit_value(*at), &value))
			*too_large = true;
	*end = at != start ? at : text;
	return value;
}

unsigned long strtoul(const char *restrict text, char **restrict end, int base)
{
	bool negative, too_large;
	const char *stop;
	uint64_t value = magnitude(text, &stop, base, &negative, &too_large);
	if (end != NULL)
		*end = (char *)stop;
	if (!too_large)
		return negative ? -value : value;
	errno = ERANGE;
	return ULONG_MAX;
}

long strtol(const char *restrict text, char **restrict end, int base)
{
	bool negative, too_large;
	const char *stop;
	uint64_t value = magnitude(text, &stop, base, &negative, &too_large);
	if (end != NULL)
		*end = (char *)stop;
	if (!too_large && value <= (uint64_t)LONG_MAX + negative)
		return (long)(negative ? -value : value);
	errno = ERANGE;
	return negative ? LONG_MIN : LONG_MAX;
}

long long strtoll(const char *restrict text, char **restrict end, int base)
{
	return strtol(text, end, base);
}

unsigned long long strtoull(const char *restrict text, char **restrict end, int base)
{
	return strtoul(text, end, base);
}

int atoi(const char *text)
{
	return (int)strtol(text, NULL, 10);
}

long atol(const char *text)
{
	return strtol(text, NULL, 10);
}

long long atoll(const char *text)
{
	return strtol(text, NULL, 10);
}

static void swap(char *a, char *b, size_t size)
{
	for (; size >= 8; size -= 8, a += 8, b += 8) {
		uint64_t x, y;
		memcpy(&x, a, 8);
		memcpy(&y, b, 8);
		memcpy(a, &y, 8);
		memcpy(b, &x, 8);
	}
	for (; size != 0; size--, a++, b++) {
		char byte = *a;
		*a = *b;
		*b = byte;
	}
}

static void sift_down(char *base, size_t root, size_t count, size_t size, int (*compare)(const void *, const void *))
{
	for (size_t child; (child = 2 * root + 1) < count; root = child) {
		if (child + 1 < count && compare(base + child * size, base + (child + 1) * size) < 0)
			child++;
		if (compare(base + root * size, base + child * size) >= 0)
			return;
		swap(base + root * size, base + child * size, size);
	}
}

// Quicksort with the median of three as pivot, always descending into the smaller part; after 2 log2(n) bad splits the
// rest is heap-sorted, so no input takes more than O(n log n) (Musser 1997).
static void sort(char *base, size_t count, size_t size, int (*compare)(const void *, const void *), int depth)
{
	while (count > 1) {
		char *last = base + (count - 1) * size, *middle = base + count / 2 * size;
		if (depth-- == 0) {
			for (size_t i = count / 2; i-- > 0;)
				sift_down(base, i, count, size, compare);
			for (; count > 1; sift_down(base, 0, --count, size, compare))
				swap(base, base + (count - 1) * size, size);
			return;
		}
		if (compare(base, middle) > 0)
			swap(base, middle, size);
		if (compare(middle, last) > 0) {
			swap(middle, last, size);
			if (compare(base, middle) > 0)
				swap(base, middle, size);
		}
		swap(middle, base, size); // the pivot waits at the front
		char *low = base, *high = last + size;
		for (;;) {
			do
				low += size;
			while (low < last && compare(low, base) < 0);
			do
				high -= size;
			while (compare(high, base) > 0);
			if (low >= high)
				break;
			swap(low, high, size);
		}
		swap(base, high, size);
		size_t left = (high - base) / size, right = count - left - 1;
		if (left < right) {
			sort(base, left, size, compare, depth);
			base = high + size;
			count = right;
		} else {
			sort(high + size, right, size, compare, depth);
			count = left;
		}
	}
}

void qsort(void *base, size_t count, size_t size, int (*compare)(const void *, const void *))
{
	if (count > 1)
		sort(base, count, size, compare, 2 * (64 - __builtin_clzl(count)));
}

void *bsearch(const void *key, const void *base, size_t count, size_t size,
	      int (*compare)(const void *, const void *))
{
	while (count > 0) {
		const char *middle = (const char *)base + count / 2 * size;
		int order = compare(key, middle);
		if (order == 0)
			return (void *)middle;
		if (order > 0) {
			base = middle + size;
			count--;
		}
		count /= 2;
	}
	return NULL;
}

// The slot of `name` (its first `size` bytes) in environ, or that of the closing NULL.
static char **environment_slot(const char *name, size_t size)
{
	char **slot = environ;
	while (*slot != NULL && (strncmp(*slot, name, size) != 0 || (*slot)[size] != '='))
		slot++;
	return slot;
}

char *getenv(const char *name)
{
	size_t size = strlen(name);
	char **slot = environment_slot(name, size);
	return *slot != NULL ? *slot + size + 1 : NULL;
}

// `assignment` becomes part of the environment: the caller must not change it later.
int putenv(char *assignment)
{
	static char **owned; // the array we allocated: environ at the start is the kernel's
	size_t size = strchrnul(assignment, '=') - assignment, count = 0;
	if (assignment[size] == '\0')
		return unsetenv(assignment);
	char **slot = environment_slot(assignment, size);
	if (*slot == NULL) {
		while (environ[count] != NULL)
			count++;
		char **grown = realloc(environ == owned ? owned : NULL, (count + 2) * sizeof(char *));
		if (grown == NULL)
			return -1;
		if (environ != owned)
			memcpy(grown, environ, count * sizeof(char *));
		environ = owned = grown;
		slot = environ + count;
		slot[1] = NULL;
	}
	*slot = assignment;
	return 0;
}

int setenv(const char *name, const char *value, int overwrite)
{
	size_t size = strlen(name), value_size = strlen(value);
	if (size == 0 || strchr(name, '=') != NULL) {
		errno = EINVAL;
		return -1;
	}
	if (!overwrite && getenv(name) != NULL)
		return 0;
	char *assignment = malloc(size + value_size + 2);
	if (assignment == NULL)
		return -1;
	memcpy(assignment, name, size);
	assignment[size] = '=';
	memcpy(assignment + size + 1, value, value_size + 1);
	return putenv(assignment);
}

int unsetenv(const char *name)
{
	char **slot = environment_slot(name, strlen(name));
	for (; *slot != NULL; slot++)
		*slot = slot[1];
	return 0;
}

int clearenv(void)
{
	*environ = NULL;
	return 0;
}

static uint64_t random_state = 1;

void srand(unsigned seed)
{
	random_state = seed;
}

int rand(void) // Knuth's MMIX constants; the high bits are the good ones
{
	random_state = random_state * 6364136223846793005ul + 1442695040888963407ul;
	return (int)(random_state >> 33);
}

// Fills the six X at the end of `template` anew, which must be there.
static int draw_name(char *template)
{
	size_t length = strlen(template);
	unsigned char bytes[6];
	if (length < 6 || strspn(template + length - 6, "X") < 6) {
		errno = EINVAL;
		return -1;
	}
	getrandom(bytes, sizeof(bytes), 0);
	for (int i = 0; i < 6; i++)
		template[length - 6 + i] = "abcdefghijklmnopqrstuvwxyz012345"[bytes[i] % 32];
	return 0;
}

// Makes what `make` makes under a name that is not there yet.
static int make_unique(char *template, int (*make)(const char *path))
{
	char *marks = strlen(template) >= 6 ? template + strlen(template) - 6 : template;
	for (int attempt = 0; attempt < 100; attempt++) {
		int rc = draw_name(template) == 0 ? make(template) : -1;
		if (rc >= 0 || errno != EEXIST)
			return rc;
		memcpy(marks, "XXXXXX", 6);
	}
	return -1;
}

static int make_file(const char *path)
{
	return open(path, O_RDWR | O_CREAT | O_EXCL, 0600);
}

static int make_directory(const char *path)
{
	return mkdir(path, 0700);
}

// Replaces the six X at the end of `template` and creates that file.
int mkstemp(char *template)
{
	return make_unique(template, make_file);
}

char *mkdtemp(char *template)
{
	return make_unique(template, make_directory) == 0 ? template : NULL;
}
