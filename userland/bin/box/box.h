// box.h: a dozen tools and more in one ELF, which saves a page cache and an exec's cold start for each.
//
// A tool is a row of the table in main.c. main() reads the options that the row names, so every tool has --help, the
// same message for an unknown option, and status 2 for wrong use.
#pragma once
#include <stdbool.h>
#include <stdio.h>

struct call {
	const struct tool *tool;
	int count;		// operands
	char **operands;
	bool option[128];	// by letter
	const char *value[128];	// of options with an argument
};

struct tool {
	const char *name, *options; // getopt's letters; NULL: the tool reads its arguments itself
	const char *operands, *help;
	int minimum, maximum;	    // operands; maximum -1: any number
	int (*run)(struct call *call);
};

// "cat: path: No such file or directory"; returns 1, a tool's status after a failure.
int fail(const struct call *call, const char *path);
int complain(const struct call *call, const char *template, ...) __attribute__((format(printf, 2, 3)));
int wrong_use(const struct call *call, const char *why); // 2, after the usage line

// Calls `each` with every operand's stream, or standard input's for none and for "-". Returns the worst status.
int for_each_input(struct call *call, int (*each)(struct call *call, FILE *file, const char *name));

// The whole number of an option's or operand's text: 0, or -1 after a message.
int take_number(const struct call *call, const char *text, long *value);

int run_ls(struct call *call), run_cp(struct call *call), run_mv(struct call *call), run_rm(struct call *call);
int run_mkdir(struct call *call), run_rmdir(struct call *call), run_ln(struct call *call), run_touch(struct call *call);
int run_chmod(struct call *call), run_cat(struct call *call), run_head(struct call *call), run_tail(struct call *call);
int run_wc(struct call *call), run_grep(struct call *call), run_sort(struct call *call), run_uniq(struct call *call);
int run_cut(struct call *call), run_tr(struct call *call), run_tee(struct call *call), run_seq(struct call *call);
int run_cmp(struct call *call), run_hexdump(struct call *call), run_ps(struct call *call), run_kill(struct call *call);
int run_dmesg(struct call *call), run_uname(struct call *call), run_sleep(struct call *call), run_date(struct call *call);
int run_mount(struct call *call), run_free(struct call *call), run_uptime(struct call *call);
int run_poweroff(struct call *call), run_env(struct call *call), run_tour(struct call *call), run_nproc(struct call *call);
int echo_main(int count, char **arguments), printf_main(int count, char **arguments);
int test_main(int count, char **arguments);
