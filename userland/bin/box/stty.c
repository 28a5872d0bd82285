// stty.c: the terminal's settings. One table names every flag; a setting is its name, or "-" and its name.
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>
#include "userland/bin/box/box.h"

enum set { INPUT, OUTPUT, LOCAL };
static const struct flag {
	const char *name;
	enum set set;
	tcflag_t bit;
	bool sane; // how "sane" sets it, and what stty without arguments leaves out
} flags[] = {
    {"icrnl", INPUT, ICRNL, true},    {"inlcr", INPUT, INLCR, false},  {"igncr", INPUT, IGNCR, false},
    {"ixon", INPUT, IXON, true},      {"ixany", INPUT, IXANY, false},  {"istrip", INPUT, ISTRIP, false},
    {"opost", OUTPUT, OPOST, true},   {"onlcr", OUTPUT, ONLCR, true},  {"isig", LOCAL, ISIG, true},
    {"icanon", LOCAL, ICANON, true},  {"iexten", LOCAL, IEXTEN, true}, {"echo", LOCAL, ECHO, true},
    {"echoe", LOCAL, ECHOE, true},    {"echok", LOCAL, ECHOK, true},   {"echonl", LOCAL, ECHONL, false},
    {"noflsh", LOCAL, NOFLSH, false}, {"tostop", LOCAL, TOSTOP, false}};
static const struct {
	const char *name;
	int index;
	cc_t sane;
} characters[] = {{"intr", VINTR, 3},  {"quit", VQUIT, 28},  {"erase", VERASE, 127}, {"kill", VKILL, 21},
		  {"eof", VEOF, 4},    {"start", VSTART, 17}, {"stop", VSTOP, 19},    {"susp", VSUSP, 26},
		  {"min", VMIN, 1},    {"time", VTIME, 0}};
#define COUNT(list) (sizeof(list) / sizeof(*list))

static tcflag_t *word_of(struct termios *settings, enum set set)
{
	return set == INPUT ? &settings->c_iflag : set == OUTPUT ? &settings->c_oflag : &settings->c_lflag;
}

static void set_flag(struct termios *settings, const struct flag *flag, bool on)
{
	tcflag_t *word = word_of(settings, flag->set);
	*word = on ? *word | flag->bit : *word & ~flag->bit;
}

static void show(struct termios *settings, const struct winsize *window, bool all)
{
	printf("rows %u; columns %u;\n", window->ws_row, window->ws_col);
	for (size_t i = 0; all && i < COUNT(characters); i++) {
		unsigned c = settings->c_cc[characters[i].index];
		bool number = characters[i].index == VMIN || characters[i].index == VTIME;
		printf(number ? "%s = %u;" : c < 32 ? "%s = ^%c;" : c == 127 ? "%s = ^?;" : "%s = %c;",
		       characters[i].name, c < 32 && !number ? c + 64 : c);
		putchar(i + 1 < COUNT(characters) ? ' ' : '\n');
	}
	const char *between = "";
	for (size_t i = 0; i < COUNT(flags); i++) {
		bool on = (*word_of(settings, flags[i].set) & flags[i].bit) != 0;
		if (!all && on == flags[i].sane)
			continue;
		printf("%s%s%s", between, on ? "" : "-", flags[i].name);
		between = " ";
	}
	if (*between != '\0')
		putchar('\n');
}

static void set_all(struct termios *settings, bool sane) // else raw
{
	for (size_t i = 0; i < COUNT(flags); i++)
		set_flag(settings, &flags[i], sane && flags[i].sane);
	for (size_t i = 0; sane && i < COUNT(characters); i++)
		settings->c_cc[characters[i].index] = characters[i].sane;
	settings->c_cc[VMIN] = 1;
	settings->c_cc[VTIME] = 0;
}

// One setting, with its argument where it takes one. Returns how many words it used, 0: unknown.
static int set_one(struct termios *settings, struct winsize *window, const char *word, const char *argument)
{
	bool on = *word != '-';
	if (strcmp(word, "sane") == 0 || strcmp(word, "raw") == 0 || strcmp(word, "-raw") == 0)
		return set_all(settings, strcmp(word, "raw") != 0), 1;
	for (size_t i = 0; i < COUNT(flags); i++)
		if (strcmp(flags[i].name, word + !on) == 0)
			return set_flag(settings, &flags[i], on), 1;
	if (argument == NULL)
		return 0;
	char *end;
	unsigned long number = strtoul(argument, &end, 10);
	bool numeric = end != argument && *end == '\0' && number < 65536;
	if (numeric && strcmp(word, "rows") == 0)
		return window->ws_row = (unsigned short)number, 2;
	if (numeric && (strcmp(word, "cols") == 0 || strcmp(word, "columns") == 0))
		return window->ws_col = (unsigned short)number, 2;
	for (size_t i = 0; i < COUNT(characters); i++) {
		bool counts = characters[i].index == VMIN || characters[i].index == VTIME;
		if (strcmp(characters[i].name, word) != 0 || (counts && (!numeric || number > 255)))
			continue;
		bool control = argument[0] == '^' && argument[1] != '\0';
		settings->c_cc[characters[i].index] = counts     ? (cc_t)number
						      : !control ? (cc_t)argument[0]
								 : (cc_t)(argument[1] == '?' ? 127 : argument[1] & 0x1f);
		return 2;
	}
	return 0;
}

static int run_stty(struct call *call)
{
	struct termios settings;
	struct winsize window = {0};
	bool all = call->count == 1 && strcmp(call->operands[0], "-a") == 0;
	if (tcgetattr(STDIN_FILENO, &settings) != 0 || ioctl(STDIN_FILENO, TIOCGWINSZ, &window) != 0)
		return fail(call, "standard input");
	if (call->count == 0 || all)
		return show(&settings, &window, all), 0;
	if (call->count == 1 && strcmp(call->operands[0], "size") == 0)
		return printf("%u %u\n", window.ws_row, window.ws_col), 0;
	struct winsize before = window;
	for (int i = 0, used; i < call->count; i += used) {
		used = set_one(&settings, &window, call->operands[i], call->operands[i + 1]);
		if (used == 0)
			return complain(call, "invalid argument '%s'", call->operands[i]);
	}
	if (memcmp(&before, &window, sizeof(window)) != 0 && ioctl(STDIN_FILENO, TIOCSWINSZ, &window) != 0)
		return fail(call, "window size");
	return tcsetattr(STDIN_FILENO, TCSADRAIN, &settings) != 0 ? fail(call, "standard input") : 0;
}

TOOL("stty", NULL, "[-a|size|[-]FLAG...|NAME CHARACTER|rows N|cols N|sane|raw]", "Shows and sets the terminal's settings.", 0,
     -1, run_stty)
