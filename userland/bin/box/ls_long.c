// ls_long.c: what ls -l says of a file.
#include <grp.h>
#include <math.h>
#include <pwd.h>
#include <string.h>
#include <sys/sysmacros.h>
#include <time.h>
#include "userland/bin/box/ls.h"

static char type_letter(mode_t mode)
{
	static const char letters[] = "?pc?d?b?-?l?s???";
	return letters[mode >> 12 & 15];
}

static const char *mode_text(mode_t mode)
{
	static char text[11];
	text[0] = type_letter(mode);
	for (int i = 0; i < 9; i++)
		text[1 + i] = mode >> (8 - i) & 1 ? "rwxrwxrwx"[i] : '-';
	if (mode & S_ISUID)
		text[3] = mode & 0100 ? 's' : 'S';
	if (mode & S_ISGID)
		text[6] = mode & 0010 ? 's' : 'S';
	if (mode & S_ISVTX)
		text[9] = mode & 0001 ? 't' : 'T';
	return text;
}

static const char *owner_text(const struct call *call, unsigned id, char *text, bool group)
{
	struct passwd *user = group || call->option['n'] ? NULL : getpwuid(id);
	struct group *of = !group || call->option['n'] ? NULL : getgrgid(id);
	if (user != NULL || of != NULL)
		strlcpy(text, user != NULL ? user->pw_name : of->gr_name, 32);
	else
		sprintf(text, "%u", id);
	return text;
}

static const char *size_text(const struct call *call, long size)
{
	static char text[24];
	int unit = 0;
	double scaled = (double)size;
	for (; scaled >= 1024 && unit < 6; unit++)
		scaled /= 1024;
	if (!call->option['h'] || unit == 0)
		sprintf(text, "%ld", size);
	else
		sprintf(text, scaled < 10 ? "%.1f%c" : "%.0f%c", scaled < 10 ? ceil(scaled * 10) / 10 : ceil(scaled), " KMGTPE"[unit]);
	return text;
}

static int digits(unsigned long value)
{
	return snprintf(NULL, 0, "%lu", value);
}

void print_long(const struct call *call, const struct entry *entries, size_t count, const char *directory)
{
	int links = 1, sizes = 1, users = 1, groups = 1;
	char owner[32], when[32];
	for (size_t i = 0; i < count; i++) {
		const struct stat *status = &entries[i].status;
		int size = S_ISCHR(status->st_mode) || S_ISBLK(status->st_mode)
				   ? digits(major(status->st_rdev)) + digits(minor(status->st_rdev)) + 2
				   : (int)strlen(size_text(call, status->st_size));
		links = digits(status->st_nlink) > links ? digits(status->st_nlink) : links;
		sizes = size > sizes ? size : sizes;
		int user = (int)strlen(owner_text(call, status->st_uid, owner, false)), group = (int)strlen(owner_text(call, status->st_gid, owner, true));
		users = user > users ? user : users;
		groups = group > groups ? group : groups;
	}
	for (size_t i = 0; i < count; i++) {
		const struct stat *status = &entries[i].status;
		time_t shown = time_of(call, status).tv_sec, age = time(NULL) - shown;
		if (call->option['i'])
			printf("%7lu ", status->st_ino);
		if (call->option['s'])
			printf("%5ld ", status->st_blocks / 2);
		printf("%s %*lu ", mode_text(status->st_mode), links, status->st_nlink);
		if (!call->option['g'])
			printf("%-*s ", users, owner_text(call, status->st_uid, owner, false));
		if (!call->option['o'])
			printf("%-*s ", groups, owner_text(call, status->st_gid, owner, true));
		if (S_ISCHR(status->st_mode) || S_ISBLK(status->st_mode))
			printf("%*u, %u", sizes - digits(minor(status->st_rdev)) - 2, major(status->st_rdev),
			       minor(status->st_rdev));
		else
			printf("%*s", sizes, size_text(call, status->st_size));
		strftime(when, sizeof(when), age < 0 || age > 15778476 ? "%b %e  %Y" : "%b %e %H:%M",
			 localtime(&shown));
		printf(" %s ", when);
		print_name(call, &entries[i], directory);
		putchar('\n');
	}
}
