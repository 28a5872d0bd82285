// names.c: makes names: ln touch.
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include "userland/bin/box/box.h"

static int link_one(struct call *call, const char *target, const char *name)
{
	struct stat from, to;
	bool same = !call->option['s'] && stat(target, &from) == 0 && lstat(name, &to) == 0 && from.st_dev == to.st_dev && from.st_ino == to.st_ino;
	if (same)
		return complain(call, "'%s' and '%s' are the same file", target, name);
	if (call->option['f'])
		unlink(name);
	if ((call->option['s'] ? symlink : link)(target, name) == 0) {
		if (call->option['v'])
			printf("'%s' -> '%s'\n", name, target);
		return 0;
	}
	return complain(call, "failed to create %slink '%s': %s", call->option['s'] ? "symbolic " : "", name, strerror(errno));
}

static int run_ln(struct call *call)
{
	static char *here = ".";
	struct stat status;
	bool one = call->count == 1;
	const char *last = one ? here : call->operands[call->count - 1];
	int rc = 0, targets = one ? 1 : call->count - 1;
	bool inside = !call->option['T'] && (call->option['n'] ? lstat : stat)(last, &status) == 0 && S_ISDIR(status.st_mode);
	if (targets > 1 && !inside)
		return complain(call, "target '%s' is not a directory", last);
	for (int i = 0; i < targets; i++) {
		char path[PATH_MAX];
		const char *target = call->operands[i], *slash = strrchr(target, '/');
		snprintf(path, sizeof(path), inside && !one ? "%s/%s" : "%s", inside && !one ? last : one ? (slash != NULL ? slash + 1 : target) : last,
			 slash != NULL ? slash + 1 : target);
		rc |= link_one(call, target, path);
	}
	return rc;
}

// "2024-01-31 12:30:45", with T or a blank between, or "@seconds". False: another form.
static bool take_date(const char *text, struct timespec *when)
{
	struct tm fields = {.tm_isdst = -1};
	int end = 0;
	if (*text == '@') {
		char *stop;
		when->tv_sec = strtol(text + 1, &stop, 10);
		return *stop == '\0';
	}
	int found = sscanf(text, "%d-%d-%d%*[T ]%d:%d:%d%n", &fields.tm_year, &fields.tm_mon, &fields.tm_mday, &fields.tm_hour, &fields.tm_min,
			   &fields.tm_sec, &end);
	if (found != 3 && found != 5 && (found != 6 || (text[end] != '\0' && strcmp(text + end, "Z") != 0)))
		return false;
	fields.tm_year -= 1900;
	fields.tm_mon -= 1;
	when->tv_sec = found == 6 && text[end] == 'Z' ? timegm(&fields) : mktime(&fields);
	return fields.tm_mon >= 0 && fields.tm_mon < 12;
}

// touch -t [[CC]YY]MMDDhhmm[.ss]
static bool take_stamp(const char *text, struct timespec *when)
{
	struct tm fields;
	time_t now = time(NULL);
	size_t digits = strspn(text, "0123456789");
	int century = -1;
	localtime_r(&now, &fields);
	fields.tm_sec = 0;
	fields.tm_isdst = -1;
	if (digits == 12) {
		sscanf(text, "%2d", &century);
		text += 2;
	}
	if (digits >= 10) {
		sscanf(text, "%2d", &fields.tm_year);
		fields.tm_year += century >= 0 ? century * 100 - 1900 : fields.tm_year < 69 ? 100 : 0;
		text += 2;
	}
	if ((digits != 8 && digits != 10 && digits != 12) ||
	    sscanf(text, "%2d%2d%2d%2d.%2d", &fields.tm_mon, &fields.tm_mday, &fields.tm_hour, &fields.tm_min, &fields.tm_sec) < 4)
		return false;
	fields.tm_mon--;
	when->tv_sec = mktime(&fields);
	return true;
}

static int run_touch(struct call *call)
{
	struct timespec times[2] = {{0, UTIME_NOW}, {0, UTIME_NOW}};
	struct stat status;
	int rc = 0;
	if (call->option['r']) {
		if (stat(call->value['r'], &status) < 0)
			return fail(call, call->value['r']);
		times[0] = status.st_atim;
		times[1] = status.st_mtim;
	} else if (call->option['d'] || call->option['t']) {
		struct timespec when = {0, 0};
		if (call->option['d'] ? !take_date(call->value['d'], &when) : !take_stamp(call->value['t'], &when))
			return complain(call, "invalid date '%s'", call->value[call->option['d'] ? 'd' : 't']);
		times[0] = times[1] = when;
	}
	if (call->option['a'] && !call->option['m'])
		times[1].tv_nsec = UTIME_OMIT;
	if (call->option['m'] && !call->option['a'])
		times[0].tv_nsec = UTIME_OMIT;
	for (int i = 0; i < call->count; i++) {
		const char *path = call->operands[i];
		if (utimensat(AT_FDCWD, path, times, call->option['h'] ? AT_SYMLINK_NOFOLLOW : 0) == 0)
			continue;
		int fd = errno != ENOENT || call->option['c'] ? -1 : open(path, O_WRONLY | O_CREAT, 0666);
		if (fd >= 0) {
			futimens(fd, times);
			close(fd);
		} else if (!call->option['c'] || errno != ENOENT) {
			rc = complain(call, "cannot touch '%s': %s", path, strerror(errno));
		}
	}
	return rc;
}

TOOL("ln", "sfnTv symbolic=s force=f no-dereference=n verbose=v", "[-sfnT] TARGET... [NAME]", "Makes links; -s symbolic ones.", 1, -1, run_ln)
TOOL("touch", "cahmr:d:t: no-create=c reference=r date=d", "[-cam] [-r FILE|-d DATE|-t STAMP] FILE...", "Makes files, or sets their times.", 1, -1, run_touch)
