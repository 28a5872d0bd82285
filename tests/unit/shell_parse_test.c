// shell_parse_test.c: the shell's parser and its arithmetic on damaged text: whatever comes, they answer or complain, and touch
// nothing that is not theirs. The seeds are the guest's shell cases.
// sources: userland/bin/sh/parse.c userland/bin/sh/memory.c userland/bin/sh/arithmetic.c
#include "tests/unit/check.h"
#include <glob.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "userland/bin/sh/sh.h"

#define TEXT_MAX 65536
static jmp_buf refused;
static char complaint[256];
static uint64_t state = 0x853c49e6748fea9b;
int line_number;

void shell_error(int status, const char *template, ...)
{
	va_list args;
	va_start(args, template);
	vsnprintf(complaint, sizeof(complaint), template, args);
	va_end(args);
	longjmp(refused, 1);
}

bool source_refill(struct source *source)
{
	source->ended = true;
	return false;
}

const char *variable_get(const char *name)
{
	return name[0] == 'n' ? "7" : NULL;
}

void variable_assign(const char *name, const char *value, size_t name_size)
{
}

static unsigned draw(unsigned below)
{
	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return (unsigned)(state >> 33) % below;
}

// Parses every command of `text`. False: the parser refused it. The text lies in a block of exactly its size.
static bool parse_all(const char *text, size_t size)
{
	struct mark mark = stack_mark();
	char *exact = malloc(size + 1);
	struct source source = {.text = memcpy(exact, text, size), .size = size, .fd = -1, .line = 1};
	bool volatile good = false;
	if (setjmp(refused) == 0) {
		while (parse_command_line(&source) != NULL || source.position < source.size)
			CHECK(source.position <= source.size, "read %zu of %zu bytes", source.position, source.size);
		good = true;
	}
	stack_release(mark);
	free(exact);
	return good;
}

static long evaluate(const char *text)
{
	struct mark mark = stack_mark();
	long volatile value = -99;
	if (setjmp(refused) == 0)
		value = arithmetic(text);
	stack_release(mark);
	return value;
}

static size_t damage(char *text, size_t size)
{
	static const char *const pieces[] = {"$(", ")", "`", "\"", "'", "${", "}", "$((", "<<E\n", ";;", "case x in", "esac", "if ",
		"then ", "fi", "do ", "done", "for i in", "&&", "|", "&", ";", "\n", "\\", "#", "f() ", "{ ", "( ", "<&", ">", "!"};
	for (unsigned times = 1 + draw(5); times > 0; times--) {
		size_t at = draw((unsigned)size + 1), end = at + draw(12);
		const char *piece = pieces[draw(sizeof(pieces) / sizeof(*pieces))];
		size_t length = draw(2) ? strlen(piece) : 0;
		end = end > size ? size : draw(2) ? end : at;
		if (size - (end - at) + length >= TEXT_MAX)
			continue;
		memmove(text + at + length, text + end, size - end);
		memcpy(text + at, piece, length);
		size += length - (end - at);
	}
	return size;
}

Test(shell_parse, every_case_parses_and_no_damage_breaks_the_parser)
{
	static char text[TEXT_MAX], damaged[TEXT_MAX];
	glob_t cases;
	cr_assert_eq(glob("tests/guest/shell_cases/*.sh", 0, NULL, &cases), 0);
	for (size_t i = 0; i < cases.gl_pathc; i++) {
		FILE *file = fopen(cases.gl_pathv[i], "r");
		size_t size = fread(text, 1, sizeof(text), file), refusals = 0;
		fclose(file);
		CHECK(parse_all(text, size), "%s: %s", cases.gl_pathv[i], complaint);
		for (int round = 0; round < 1500; round++) {
			size_t start = draw((unsigned)size), part = draw(600);
			part = start + part > size ? size - start : part;
			memcpy(damaged, text + start, part);
			refusals += !parse_all(damaged, damage(damaged, part));
		}
		CHECK(refusals > 100, "%s: damage was refused only %zu times", cases.gl_pathv[i], refusals);
	}
	globfree(&cases);
}

Test(shell_parse, nesting_is_bounded)
{
	static char text[TEXT_MAX];
	static const char *const openings[] = {"(", "{ ", "if ", "while ", "$(", "! ( ", "case x in x) "};
	for (size_t i = 0; i < sizeof(openings) / sizeof(*openings); i++) {
		size_t size = 0;
		while (size + 20 < TEXT_MAX)
			size += (size_t)sprintf(text + size, "%s", openings[i]);
		CHECK(!parse_all(text, size), "%s nested for ever was accepted", openings[i]);
	}
}

Test(shell_parse, arithmetic_values_and_bounds)
{
	static const struct {
		const char *text;
		long value;
	} cases[] = {{"1+2*3", 7}, {"(1+2)*3", 9}, {"2-3-4", -5}, {"1<<3|1", 9}, {"n", 7}, {"n+=2", 9}, {"!0+!5", 1}, {"~0", -1},
		     {"1?2:3", 2}, {"0?2:0?3:4", 4}, {"1||1/0", 1}, {"0&&1/0", 0}, {"0x10+010", 24}, {"", 0}, {"5%3*2", 4},
		     {"-9223372036854775807-1", INT64_MIN}, {"(-9223372036854775807-1)/-1", INT64_MIN},
		     {"(-9223372036854775807-1)%-1", 0}, {"1/0", -99}, {"1+", -99}, {"(1", -99}, {"1=2", -99}, {"1 2", -99}};
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++)
		CHECK(evaluate(cases[i].text) == cases[i].value, "%s is %ld", cases[i].text, evaluate(cases[i].text));
	for (int round = 0; round < 20000; round++) {
		char text[40];
		size_t size = draw(38);
		for (size_t j = 0; j < size; j++)
			text[j] = "0123456789n+-*/%()<>=!&|^~?: "[draw(29)];
		text[size] = '\0';
		evaluate(text);
	}
	char deep[5000];
	memset(deep, '(', sizeof(deep) - 1);
	deep[sizeof(deep) - 1] = '\0';
	CHECK(evaluate(deep) == -99, "nested for ever was accepted");
	memset(deep, '-', sizeof(deep) - 1);
	CHECK(evaluate(deep) == -99, "signs for ever were accepted");
}
