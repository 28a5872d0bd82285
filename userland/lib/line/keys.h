// keys.h: a terminal's keys one by one, for what draws its own screen: the line editor, less, vi, top.
#pragma once
#include <stdbool.h>
#include <termios.h>

#define CONTROL(letter) ((letter) & 0x1f)

enum { KEY_UP = 256, KEY_DOWN, KEY_RIGHT, KEY_LEFT, KEY_HOME, KEY_END, KEY_DELETE, KEY_INSERT, KEY_PAGE_UP, KEY_PAGE_DOWN, KEY_ESCAPE, KEY_NONE,
       KEY_CLOSED, KEY_TIMEOUT };

// Makes the terminal raw: every key comes at once, nothing is echoed, no signals. *before is for keys_end(). False: it is none.
bool keys_start(int fd, struct termios *before);
void keys_end(int fd, const struct termios *before);

// The next key: a byte, or one of the names above; an arrow and its like come as ESC [ letter, ESC O letter or ESC [ number ~.
// A lone ESC is KEY_ESCAPE. timeout_ms -1: waits for ever; else KEY_TIMEOUT.
int key_read(int fd, int timeout_ms);

// Asks the terminal behind `fd`, which is raw, how large its screen is, and tells the kernel (TIOCSWINSZ): a serial line has no
// other way. A terminal that does not answer costs 0.3 s and changes nothing; what was typed meanwhile is kept for key_read.
void screen_ask(int fd);

// The size of the terminal behind `fd`; 80 by 24 when it does not say.
void screen_size(int fd, int *columns, int *rows);
