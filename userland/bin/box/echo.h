// echo.h: what echo and printf share.
#pragma once
#include <stdbool.h>

enum { STOP = -1 };
int echo_main(int count, char **arguments);
int printf_main(int count, char **arguments);

// Decodes one backslash escape, `*text` pointing behind the backslash, and moves *text on. STOP: it was "\c".
// `leading_zero`: octal numbers are \0ddd (echo, %b) rather than \ddd (printf's format).
int take_escape(const char **text, bool leading_zero);
// Writes `text` with its escapes decoded, cut to `precision` bytes and filled up to `width` (negative: on the right).
// False: "\c" ended it.
bool put_escaped(const char *text, int width, int precision);
