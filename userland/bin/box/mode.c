// mode.c: changes permissions.
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <time.h>
#include <unistd.h>
#include "userland/bin/box/box.h"

// Applies "u+x,go-w" or "755" to `mode`; -1 when it is neither.
static long change_mode(const char *text, mode_t mode)
{
	char *end;
	unsigned long octal = strtoul(text, &end, 8);
	if (*end == '\0' && octal <= 07777)
		return (long)octal;
	while (*text != '\0') {
		mode_t who = 0, bits = 0;
		for (; *text != '\0' && strchr("ugoa", *text) != NULL; text++)
			who |= *text == 'u' ? 0700 : *text == 'g' ? 0070 : *text == 'o' ? 0007 : 0777;
		who = who != 0 ? who : 0777;
		char operator = *text++;
		if (operator != '+' && operator != '-' && operator != '=')
			return -1;
		for (; *text != '\0' && strchr("rwx", *text) != NULL; text++)
			bits |= *text == 'r' ? 0444 : *text == 'w' ? 0222 : 0111;
		mode = operator == '+' ? mode | (who & bits) : operator == '-' ? mode & ~(who & bits) : (mode & ~who) | (who & bits);
		if (*text != '\0' && *text++ != ',')
			return -1;
	}
	return (long)mode;
}

static int run_chmod(struct call *call)
{
	int rc = 0;
	for (int i = 1; i < call->count; i++) {
		struct stat status;
		if (stat(call->operands[i], &status) < 0) {
			rc = complain(call, "cannot access '%s': %s", call->operands[i], strerror(errno));
			continue;
		}
		long mode = change_mode(call->operands[0], status.st_mode & 07777);
		if (mode < 0)
			return complain(call, "invalid mode: '%s'", call->operands[0]);
		if (chmod(call->operands[i], (mode_t)mode) < 0)
			rc = fail(call, call->operands[i]);
	}
	return rc;
}

TOOL("chmod", "", "OCTAL|[ugoa]+-=[rwx] FILE...", "Changes permissions.", 2, -1, run_chmod)
