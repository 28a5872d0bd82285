// print_position.c: printf with "%2$*1$d". The arguments' types are read off the template, the arguments
// fetched in order; then the template is written anew without positions, the arguments in the order in which
// it asks for them, and the one engine prints it.
//
// The arguments are handed over as the psABI lays out what did not fit in registers (System V x86-64, 3.5.7):
// a va_list whose registers are used up and whose overflow area is our array of eightbytes, a long double at
// a multiple of 16.
#define HOOK
#include "userland/libc/decimal.h"
#undef HOOK
#include "userland/libc/hook.h"
#include <errno.h>
#include <limits.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum kind { UNUSED, INTEGER, DOUBLE, LONG_DOUBLE };

struct positions {
	enum kind kind[NL_ARGMAX + 1];
	union {
		uint64_t word;
		double floating;
		long double extended;
	} value[NL_ARGMAX + 1];
	char *to;                                  // the template without positions
	_Alignas(16) uint64_t area[8 * NL_ARGMAX]; // what it takes: at most a width, a precision and a value
						   // of four a conversion
	size_t used;
};

// "N$" at *at: N, past it; 0 when there is none; -1 when N is too large.
static int take_position(const char **at)
{
	size_t digits = strspn(*at, "0123456789");
	if (digits == 0 || (*at)[digits] != '$')
		return 0;
	long position = strtol(*at, NULL, 10);
	*at += digits + 1;
	return position < 1 || position > NL_ARGMAX ? -1 : (int)position;
}

// The argument at `position` is wanted as `kind`: in the first pass noted, in the second put into the area.
// False: no room.
static bool want(struct positions *positions, int position, enum kind kind, bool second)
{
	if (position < 1)
		return false;
	if (!second) {
		positions->kind[position] = kind;
		return true;
	}
	size_t words = kind == LONG_DOUBLE ? 2 : 1;
	positions->used = (positions->used + words - 1) / words * words;
	if (positions->used + words > sizeof(positions->area) / sizeof(*positions->area))
		return false;
	memcpy(positions->area + positions->used, &positions->value[position], 8 * words);
	positions->used += words;
	return true;
}

static void copy(struct positions *positions, const char *from, size_t size, bool second)
{
	if (second) {
		memcpy(positions->to, from, size);
		positions->to += size;
	}
}

// A width or precision: digits, or "*N$".
static bool take_number(struct positions *positions, const char **at, bool second)
{
	const char *start = *at;
	if (**at != '*') {
		*at += strspn(*at, "0123456789");
		copy(positions, start, (size_t)(*at - start), second);
		return true;
	}
	++*at;
	copy(positions, "*", 1, second);
	return want(positions, take_position(at), INTEGER, second);
}

// One conversion, behind its '%'.
static bool take_conversion(struct positions *positions, const char **at, bool second)
{
	int position = take_position(at);
	copy(positions, "%", 1, second);
	size_t flags = strspn(*at, "-+ #0'");
	copy(positions, *at, flags, second);
	*at += flags;
	if (!take_number(positions, at, second))
		return false;
	if (**at == '.') {
		copy(positions, (*at)++, 1, second);
		if (!take_number(positions, at, second))
			return false;
	}
	size_t length = strspn(*at, "hlLjzt");
	char conversion = (*at)[length];
	bool extended = memchr(*at, 'L', length) != NULL;
	if (conversion == '\0')
		return false;
	copy(positions, *at, length + 1, second);
	*at += length + 1;
	if (conversion == '%' || conversion == 'm')
		return true;
	return want(positions, position,
		    strchr("aAeEfFgG", conversion) == NULL ? INTEGER
		    : extended                             ? LONG_DOUBLE
							   : DOUBLE,
		    second);
}

static bool walk(struct positions *positions, const char *template, bool second)
{
	while (*template != '\0') {
		size_t plain = strcspn(template, "%");
		copy(positions, template, plain, second);
		template += plain;
		if (*template == '%') {
			template ++;
			if (!take_conversion(positions, &template, second))
				return false;
		}
	}
	return true;
}

static void fetch(struct positions *positions, va_list args)
{
	for (int i = 1; i <= NL_ARGMAX; i++)
		switch (positions->kind[i]) {
		case UNUSED: return; // what lies behind a gap cannot be found (POSIX: there are none)
		case INTEGER: positions->value[i].word = va_arg(args, uint64_t); break;
		case DOUBLE: positions->value[i].floating = va_arg(args, double); break;
		case LONG_DOUBLE: positions->value[i].extended = va_arg(args, long double); break;
		}
}

void print_positional(struct format_sink *sink, const char *template, va_list args)
{
	struct positions positions = {.used = 0};
	struct { // a va_list, as the psABI has it
		unsigned general_offset, floating_offset;
		void *overflow, *registers;
	} list = {48, 176, positions.area, NULL};
	char *plain = malloc(strlen(template) + 1);
	positions.to = plain;
	if (!walk(&positions, template, false)) { // a '$' that is text, or a mixture
		free(plain);
		format(sink, template, args);
		return;
	}
	va_list rest, made;
	va_copy(rest, args);
	fetch(&positions, rest);
	va_end(rest);
	if (plain == NULL || !walk(&positions, template, true)) {
		sink->failed = true;
		errno = plain == NULL ? ENOMEM : EINVAL;
	} else {
		*positions.to = '\0';
		memcpy(made, &list, sizeof(list));
		format(sink, plain, made);
	}
	free(plain);
}
