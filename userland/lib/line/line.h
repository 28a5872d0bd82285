// line.h: one line from the terminal, edited in place, with history and completion.
//
// Keys: arrows, Home, End, Delete, Tab, ^A ^B ^D ^E ^F ^H ^K ^L ^N ^P ^R ^T ^U ^W ^Y. UTF-8 is moved over by characters.
#pragma once
#include <stdbool.h>

// What `word`, the text before the cursor, may become: a list that ends with NULL and lives until the next call. `first`:
// the word is the line's first, so a command's name. A match that ends with "/" gets no blank behind it.
typedef char **line_completer(const char *word, bool first);

// Reads a line from standard input, drawing on standard error. Without a terminal it reads plainly. Returns the line without
// its newline, which the caller frees; NULL with errno EINTR after ^C, NULL with errno 0 at the end of input.
char *line_read(const char *prompt, line_completer *completer);

// The lines of before, kept in a file from one session to the next. A file that cannot be read or written is no error.
void line_history_load(const char *path);
void line_history_save(const char *path);
