// signals.h: signals by name, for the shell's kill and trap, for kill and for reports.
#pragma once

// "INT", "SIGINT" or "2"; "EXIT" and "0" are 0. -1: no such signal.
int signal_number(const char *name);

// "INT" for 2, without "SIG"; "?" when there is none.
const char *signal_name(int number);

// What "kill -l" prints: every name (no texts), else for each text the name of its number, where one above 128 is the status of what the
// signal killed, or the number of its name. The first text that is neither, after those before it; NULL: all were.
const char *signal_list(int count, char **texts);

// Reads "-NAME", "-NUMBER", "-s NAME" and "--" in front of kill's operands and moves *at behind them. The signal, SIGTERM when none is
// named; -1: arguments[*at] names none.
int signal_option(int count, char **arguments, int *at);
