// libc_number_test.c: our strtod, strtof and floating printf against the host's, which are correctly rounded too.
// sources: kernel/lib/format.c userland/libc/decimal.c userland/libc/print_float.c
#include "tests/unit/check.h"
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "tests/unit/seeds.h"
#include "kernel/lib/format.h"
#include "userland/libc/decimal.h"

// Our own strtod under other names, beside the host's.
double our_strtod(const char *restrict text, char **restrict end);
float our_strtof(const char *restrict text, char **restrict end);
double our_atof(const char *text);
#define strtod our_strtod
#define strtof our_strtof
#define atof our_atof
#include "userland/libc/strtod.c"
#undef strtod
#undef strtof
#undef atof

static uint64_t state = 0x9e3779b97f4a7c15;

static uint64_t draw(void)
{
	state ^= state << 13;
	state ^= state >> 7;
	return state ^= state << 17;
}

struct target {
	struct format_sink sink;
	char text[20000];
};

static void collect(struct format_sink *sink, const char *bytes, size_t count)
{
	memcpy(((struct target *)sink)->text + sink->written, bytes, count);
}

static const char *ours(const char *template, ...)
{
	static struct target target;
	va_list args;
	target.sink = (struct format_sink){.put = collect, .floating = print_floating};
	va_start(args, template);
	size_t length = format(&target.sink, template, args);
	va_end(args);
	target.text[length] = '\0';
	return target.text;
}

static void expect_same(double value, const char *template)
{
	static char wanted[20000];
	if (fpclassify(value) == FP_SUBNORMAL && strpbrk(template, "aA") != NULL)
		return; // C leaves the leading digit open: glibc prints 0x0.8p-1022 where we print 0x1p-1023
	snprintf(wanted, sizeof(wanted), template, value);
	const char *got = ours(template, value);
	CHECK(strcmp(got, wanted) == 0, "%s of %a", template, value);
}

static double random_double(void)
{
	uint64_t bits = draw();
	double value;
	if (draw() % 4 == 0) { // a short decimal, where ties are common
		return (double)(int64_t)(draw() % 200001 - 100000) / (double)(1 << draw() % 12);
	}
	memcpy(&value, &bits, sizeof(value));
	return value;
}

static const double special[] = {0.0, -0.0, 0.5, 1.5, 2.5, 0.1, 9.5, 99.5, 9.995, 0.000123456, 1e21, 1e22, 1e23, 123456789,
	5e-324, 2.2250738585072014e-308, 1.7976931348623157e308, 1e100, 1e-5, 1e-4, 99999.95, 999999.5, 0.00001, 1024, INFINITY,
	-INFINITY, NAN};

Test(libc_number, printf_of_special_values)
{
	static const char *const templates[] = {"%f", "%e", "%g", "%.0f", "%.0e", "%.0g", "%.1f", "%.17g", "%.3a", "%a", "%A",
		"%#.0f", "%#.10g", "%+.2f", "% .2f", "%020.3f", "%-20.3fx", "%20e", "%.60f", "%G", "%E", "%.1100f", "%.0a", "%#.0a"};
	for (size_t i = 0; i < sizeof(special) / sizeof(*special); i++)
		for (size_t j = 0; j < sizeof(templates) / sizeof(*templates); j++)
			if (!isnan(special[i]) || strchr(templates[j], '0') == NULL)
				expect_same(special[i], templates[j]);
}

Test(libc_number, printf_of_random_values)
{
	char template[32];
	for (int i = 0; i < 6000; i++) {
		double value = random_double();
		if (isnan(value))
			continue;
		snprintf(template, sizeof(template), "%%.%d%c", (int)(draw() % 25), "efga"[draw() % 4]);
		expect_same(value, template);
	}
}

Test(libc_number, printf_of_long_doubles)
{
	char wanted[20000];
	long double values[] = {0.1L, 1e4000L, 3.6e-4951L, 1.18973149535723176502e4932L, 2.5L};
	for (size_t i = 0; i < sizeof(values) / sizeof(*values); i++) {
		snprintf(wanted, sizeof(wanted), "%.30Lf|%.40Le|%Lg", values[i], values[i], values[i]);
		CHECK(strcmp(ours("%.30Lf|%.40Le|%Lg", values[i], values[i], values[i]), wanted) == 0, "line %d", __LINE__);
	}
}

static void expect_read(const char *text)
{
	char *our_end, *end;
	errno = 0;
	double wanted = strtod(text, &end), got = our_strtod(text, &our_end);
	CHECK(memcmp(&wanted, &got, 8) == 0, "strtod(%s): %a, not %a", text, got, wanted);
	CHECK(our_end == end, "strtod(%s) ends at %s", text, our_end);
	float wanted_float = strtof(text, &end), got_float = our_strtof(text, &our_end);
	CHECK(memcmp(&wanted_float, &got_float, 4) == 0, "strtof(%s): %a, not %a", text, got_float, wanted_float);
}

Test(libc_number, strtod_of_chosen_texts)
{
	static const char *const texts[] = {"0", "-0", "1", "0.1", ".5", "5.", "1e5", "1e", "1e+", "1e+5x", "  12", "+3", "-.25e-3",
		"inf", "INFINITY", "-inf", "infinit", "", ".", "e5", "x", "0x1p3", "0x.8p1", "0x", "0xg", "0x1.fffffffffffff8p0",
		"0x1.00000000000008p0", "0x1.000000000000080000001p0", "0x1p-1074", "0x1p-1075", "0x1.8p-1075", "0x1p1024",
		"9007199254740993", "9007199254740992.5", "9007199254740993.0000000000000000000000000000000000000000000000001",
		"1.7976931348623158e308", "1.7976931348623159e308", "1e309", "-1e400", "2.4703282292062327e-324",
		"2.4703282292062328e-324", "4.9e-324", "1e-400", "2.2250738585072011e-308", "2.2250738585072014e-308",
		"0.000000000000000000000000000000000000000000000000000000000000000000000000000001e70", "16777217", "16777219",
		"3.4028235677973366e38", "3.4028235677973365e38", "1.4e-45", "7e-46", "1e99999999999", "1e-99999999999",
		"0.500000000000000166533453693773481063544750213623046875",
		"1000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000e-50"};
	for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++)
		expect_read(texts[i]);
}

Test(libc_number, strtod_of_random_texts)
{
	char text[128];
	for (int i = 0; i < (int)seeds(15000); i++) {
		int digits = 1 + (int)(draw() % 30), size = 0;
		for (int j = 0; j < digits; j++) {
			text[size++] = (char)('0' + draw() % 10);
			if (j == digits / 2 && draw() % 2)
				text[size++] = '.';
		}
		snprintf(text + size, sizeof(text) - size, "e%d", (int)(draw() % 660) - 340);
		expect_read(text);
	}
}

// Halfway between two neighbours, and a hair above and below: where a wrong rounding shows.
Test(libc_number, strtod_halfway)
{
	char text[1500];
	for (int i = 0; i < 150; i++) {
		uint64_t bits = draw() & 0x7fefffffffffffff;
		double low;
		memcpy(&low, &bits, 8);
		long double middle = ((long double)low + (long double)nextafter(low, INFINITY)) / 2;
		snprintf(text, sizeof(text), "%.1200Le", middle);
		expect_read(text);
		*strchr(text, 'e') = '1'; // no exponent left: another number, long and exact all the same
		expect_read(text);
	}
}
