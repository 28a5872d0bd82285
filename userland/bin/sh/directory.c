// directory.c: cd and pwd. PWD is the way taken here ("logical": ".." goes back over a symbolic link); -P asks the kernel.
#include <errno.h>
#include <limits.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "userland/bin/sh/sh.h"

// Reads -L and -P; *first: the first operand.
static bool physical_wanted(int count, char **arguments, int *first)
{
	bool physical = false;
	for (*first = 1; *first < count && arguments[*first][0] == '-' && arguments[*first][1] != '\0'; ++*first) {
		if (strcmp(arguments[*first], "--") == 0) {
			++*first;
			break;
		}
		for (const char *letter = arguments[*first] + 1; *letter != '\0'; letter++) {
			if (*letter != 'L' && *letter != 'P')
				shell_error(2, "%s: Illegal option -%c", arguments[0], *letter);
			physical = *letter == 'P';
		}
	}
	return physical;
}

// `path` made absolute, without "." and with each ".." taken back. False: it is too long, or a parent does not exist.
static bool make_logical(const char *path, char *to)
{
	const char *here = variable_get("PWD");
	struct stat status;
	size_t size = 0;
	to[0] = '\0';
	if (*path != '/' && here != NULL && *here == '/')
		size = strlcpy(to, here, PATH_MAX);
	if (size >= PATH_MAX || (size > 0 && to[size - 1] == '/'))
		size--;
	while (*path != '\0') {
		path += strspn(path, "/");
		size_t length = strcspn(path, "/");
		if (length == 2 && path[0] == '.' && path[1] == '.') {
			to[size] = '\0';
			if (size > 0 && (stat(to, &status) != 0 || !S_ISDIR(status.st_mode)))
				return false;
			while (size > 0 && to[--size] != '/')
				;
		} else if (length > 0 && (length != 1 || *path != '.')) {
			if (size + length + 2 > PATH_MAX)
				return false;
			to[size++] = '/';
			memcpy(to + size, path, length);
			size += length;
		}
		path += length;
	}
	if (size == 0)
		to[size++] = '/';
	to[size] = '\0';
	return true;
}

static bool change_to(const char *path, bool physical, char *now)
{
	if (!physical && make_logical(path, now) && chdir(now) == 0)
		return true;
	if (chdir(path) != 0)
		return false;
	if (getcwd(now, PATH_MAX) == NULL)
		*now = '\0';
	return true;
}

// Tries the directories of CDPATH. *say: a directory other than "." was used, so the place is printed.
static bool change_along(const char *to, bool physical, char *now, bool *say)
{
	const char *along = variable_get("CDPATH"), *next;
	bool own = *to == '/' || strcmp(to, ".") == 0 || strcmp(to, "..") == 0 || strncmp(to, "./", 2) == 0 ||
		   strncmp(to, "../", 3) == 0;
	for (; !own && along != NULL; along = next) {
		size_t size = strcspn(along, ":");
		next = along[size] == ':' ? along + size + 1 : NULL;
		char *path = stack_format("%.*s%s%s", (int)size, along, size > 0 && along[size - 1] != '/' ? "/" : "", to);
		if (change_to(path, physical, now)) {
			*say |= size > 0 && strncmp(along, ".", size) != 0;
			return true;
		}
	}
	return change_to(to, physical, now);
}

static int run_cd(int count, char **arguments)
{
	char now[PATH_MAX];
	int first;
	bool physical = physical_wanted(count, arguments, &first), say = false;
	const char *before = variable_get("PWD"), *to = first < count ? arguments[first] : variable_get("HOME");
	if (to != NULL && strcmp(to, "-") == 0) {
		to = variable_get("OLDPWD");
		say = true;
	}
	if (to == NULL)
		shell_error(2, "cd: %s not set", say ? "OLDPWD" : "HOME");
	if (*to == '\0' && first == count)
		return 0;
	if (!change_along(*to != '\0' ? to : ".", physical, now, &say))
		shell_error(2, "cd: can't cd to %s", to);
	variable_assign("OLDPWD", before != NULL ? stack_copy(before, strlen(before)) : "", 6);
	variable_assign("PWD", now, 3);
	if (say)
		puts(now);
	return 0;
}

static int run_pwd(int count, char **arguments)
{
	char path[PATH_MAX];
	struct stat here, there;
	int first;
	bool physical = physical_wanted(count, arguments, &first);
	const char *known = variable_get("PWD");
	if (!physical && known != NULL && *known == '/' && stat(known, &there) == 0 && stat(".", &here) == 0 &&
	    here.st_dev == there.st_dev && here.st_ino == there.st_ino) {
		puts(known);
		return 0;
	}
	if (getcwd(path, sizeof(path)) == NULL) {
		shell_warn("pwd: %s", strerror(errno));
		return 1;
	}
	puts(path);
	return 0;
}

BUILTIN("cd", run_cd, false)
BUILTIN("chdir", run_cd, false)
BUILTIN("pwd", run_pwd, false)
