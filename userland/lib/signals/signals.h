// signals.h: signals by name, for the shell's kill and trap, for kill and for reports.
#pragma once

// "INT", "SIGINT" or "2"; "EXIT" and "0" are 0. -1: no such signal.
int signal_number(const char *name);

// "INT" for 2, without "SIG"; "?" when there is none.
const char *signal_name(int number);
