// keys.c: see keys.h.
#include "userland/lib/line/keys.h"
#include <ctype.h>
#include <errno.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define ESCAPE_WAIT_MS 50 // what belongs to an arrow comes within this time

bool keys_start(int fd, struct termios *before)
{
	struct termios raw;
	if (tcgetattr(fd, before) < 0)
		return false;
	raw = *before;
	raw.c_iflag &= ~(ICRNL | IXON);
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
	if (byte != '[' && byte != 'O')
		return byte == KEY_TIMEOUT || byte == KEY_CLOSED ? KEY_ESCAPE : KEY_NONE;
	int code = byte = read_byte(fd, ESCAPE_WAIT_MS);
	while (byte < 128 && (isdigit(byte) || byte == ';'))
		byte = read_byte(fd, ESCAPE_WAIT_MS);
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
