// awk.h: POSIX awk (IEEE 1003.1-2017, awk), with nextfile, systime, strftime and fflush.
//
// The order is awk_start, awk_assign as often as wished, awk_run; all once a process, for the program's
// variables, fields and streams are the process's. An error in the program or the data (syntax, division by
// zero, a file that cannot be opened, memory) says "awk: why" on standard error and ends the process with
// status 2.
#pragma once

// ARGC and ARGV from `arguments` ([0] is "awk"; then files and NAME=VALUE), ENVIRON from `environment`. Both
// must live on.
void awk_start(int count, char **arguments, char **environment);

// A variable gets `text`, in which escapes count (\t), as -v and NAME=VALUE operands do.
void awk_assign(const char *name, const char *text);

// Parses `program` and runs it: BEGIN, every record of the files that ARGV names (standard input if none),
// END. Returns the status that `exit` gave, 0 without.
int awk_run(const char *program);
