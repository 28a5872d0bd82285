// keys.c: see keys.h.
#include "userland/lib/line/keys.h"
#include <ctype.h>
#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#define ESCAPE_WAIT_MS 50  // what belongs to an arrow comes within this time
#define PTY_MAJOR 136      // ... to 143
#define ANSWER_WAIT_MS 300 // ... and what a terminal says about itself

static char ahead[64]; // read too early (before a terminal's answer, behind an ESC), and still to come
static int ahead_count;

bool keys_start(int fd, struct termios *before)
{
	struct termios raw;
	if (tcgetattr(fd, before) < 0)
		return false;
	raw = *before;
	raw.c_iflag &= ~(tcflag_t)IXON; // ICRNL stays: a line typed ahead ends in \n for the program that it is meant for
	raw.c_lflag &= ~(ICANON | ECHO | ISIG | IEXTEN);
	raw.c_cc[VMIN] = 1;
	raw.c_cc[VTIME] = 0;
	return tcsetattr(fd, TCSADRAIN, &raw) == 0;
}

void keys_end(int fd, const struct termios *before)
{
	tcsetattr(fd, TCSADRAIN, before);
}

static int read_byte(int fd, int timeout_ms)
{
	struct pollfd one = {.fd = fd, .events = POLLIN};
	unsigned char byte;
	ssize_t rc;
	if (ahead_count > 0) {
		byte = (unsigned char)ahead[0];
		memmove(ahead, ahead + 1, (size_t)--ahead_count);
		return byte;
	}
	if (timeout_ms >= 0 && poll(&one, 1, timeout_ms) == 0)
		return KEY_TIMEOUT;
	do
		rc = read(fd, &byte, 1);
	while (rc < 0 && errno == EINTR);
	return rc == 1 ? byte : KEY_CLOSED;
}

int key_read(int fd, int timeout_ms)
{
	static const struct {
		char code;
		int key;
	} codes[] = {{'A', KEY_UP}, {'B', KEY_DOWN}, {'C', KEY_RIGHT}, {'D', KEY_LEFT}, {'H', KEY_HOME}, {'F', KEY_END}, {'1', KEY_HOME}, {'7', KEY_HOME},
		     {'4', KEY_END}, {'8', KEY_END}, {'3', KEY_DELETE}, {'2', KEY_INSERT}, {'5', KEY_PAGE_UP}, {'6', KEY_PAGE_DOWN}};
	int byte = read_byte(fd, timeout_ms);
	if (byte != 0x1b)
		return byte;
	byte = read_byte(fd, ESCAPE_WAIT_MS);
	if (byte != '[' && byte != 'O') { // a key of its own, typed fast
		if (byte < 256 && ahead_count < (int)sizeof(ahead)) {
			memmove(ahead + 1, ahead, (size_t)ahead_count++);
			ahead[0] = (char)byte;
		}
		return KEY_ESCAPE;
	}
	int code = byte = read_byte(fd, ESCAPE_WAIT_MS);
	while (byte < 128 && (isdigit(byte) || byte == ';'))
		byte = read_byte(fd, ESCAPE_WAIT_MS);
	code = byte == '~' ? code : byte;
	for (unsigned i = 0; i < sizeof(codes) / sizeof(*codes); i++)
		if (codes[i].code == code)
			return codes[i].key;
	return KEY_NONE;
}

void screen_size(int fd, int *columns, int *rows)
{
	struct winsize window = {0};
	bool known = ioctl(fd, TIOCGWINSZ, &window) == 0;
	*columns = known && window.ws_col > 10 ? window.ws_col : 80;
	*rows = known && window.ws_row > 2 ? window.ws_row : 24;
}

// Whether the end of ahead[] is ESC [ ROW ; COLUMN R; if so it is taken out.
static bool take_answer(struct winsize *window)
{
	char *start = strrchr(ahead, 0x1b), *end;
	if (start == NULL || start[1] != '[')
		return false;
	window->ws_row = (unsigned short)strtoul(start + 2, &end, 10);
	if (*end != ';')
		return false;
	window->ws_col = (unsigned short)strtoul(end + 1, &end, 10);
	if (*end != 'R')
		return false;
	ahead_count = (int)(start - ahead);
	return true;
}

void screen_ask(int fd)
{
	static const char question[] = "\0337\033[999;999H\033[6n\0338";
	struct winsize window = {0};
	struct pollfd one = {.fd = fd, .events = POLLIN};
	struct stat status;
	if (fstat(fd, &status) != 0 || (status.st_rdev >> 8 & 0xfff) / 8 == PTY_MAJOR / 8)
		return; // a pseudo-terminal: its master says it
	if (write(fd, question, sizeof(question) - 1) < 0)
		return;
	while (ahead_count < (int)sizeof(ahead) - 1 && poll(&one, 1, ANSWER_WAIT_MS) == 1 &&
	       read(fd, &ahead[ahead_count], 1) == 1) {
		ahead[++ahead_count] = '\0';
		if (ahead[ahead_count - 1] == 'R' && take_answer(&window)) {
			ioctl(fd, TIOCSWINSZ, &window);
			return;
		}
	}
}
