// symbolic.c: permissions written in letters, for chmod, mkdir and the shell's umask.
#include <stdlib.h>
#include <string.h>
#include "userland/bin/box/box.h"

long change_mode(const char *text, mode_t mode, bool directory)
{
	char *end;
	unsigned long octal = strtoul(text, &end, 8);
	mode_t mask = umask(0);
	umask(mask);
	if (*end == '\0' && end != text)
		return octal <= 07777 ? (long)octal : -1;
	while (*text != '\0') {
		mode_t who = 0;
		for (; *text != '\0' && strchr("ugoa", *text) != NULL; text++)
			who |= *text == 'u' ? 04700 : *text == 'g' ? 02070 : *text == 'o' ? 01007 : 07777;
		mode_t allowed = who != 0 ? who : 07777 & ~mask;
		who = who != 0 ? who : 07777;
		if (*text != '+' && *text != '-' && *text != '=')
			return -1;
		while (*text == '+' || *text == '-' || *text == '=') {
			char operator = *text++;
			mode_t bits = 0;
			for (; *text != '\0' && strchr("rwxXstugo", *text) != NULL; text++)
				bits |= *text == 'r'   ? 0444
					: *text == 'w' ? 0222
					: *text == 'x' ? 0111
					: *text == 'X' ? (directory || (mode & 0111) ? 0111 : 0)
					: *text == 's' ? 06000
					: *text == 't' ? 01000
					: *text == 'u' ? (mode >> 6 & 7) * 0111
					: *text == 'g' ? (mode >> 3 & 7) * 0111
						       : (mode & 7) * 0111;
			bits &= allowed;
			mode_t kept = directory ? 07000 & mode : 0; // "=" leaves a directory's special bits
			mode = operator == '+' ? mode | bits : operator == '-' ? mode & ~bits : (mode & ~(who & 0777)) | bits | kept;
			if (operator == '=' && !directory)
				mode &= ~(who & 07000) | bits;
		}
		if (*text != '\0' && *text++ != ',')
			return -1;
	}
	return (long)mode;
}
