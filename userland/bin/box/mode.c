// mode.c: permissions and owners: chmod chown chgrp, and who one is: id whoami groups.
#include <dirent.h>
#include <errno.h>
#include <grp.h>
#include <limits.h>
#include <pwd.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "userland/bin/box/box.h"

// Calls `each` for `path` and, with -R, for all below it.
static int for_tree(struct call *call, const char *path, int (*each)(struct call *call, const char *path, const struct stat *status), int depth)
{
	struct stat status;
	char below[PATH_MAX];
	if ((depth > 0 || call->option['h'] ? lstat : stat)(path, &status) < 0)
		return call->option['f'] ? 1 : complain(call, "cannot access '%s': %s", path, strerror(errno));
	if (depth > 0 && S_ISLNK(status.st_mode) && !call->option['h'])
		return 0;
	int rc = each(call, path, &status);
	DIR *directory = call->option['R'] && S_ISDIR(status.st_mode) && depth < 10 * DEPTH_MAX ? opendir(path) : NULL;
	for (struct dirent *entry; directory != NULL && (entry = readdir(directory)) != NULL;)
		if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0 && snprintf(below, sizeof(below), "%s/%s", path, entry->d_name) < PATH_MAX)
			rc |= for_tree(call, below, each, depth + 1);
	if (directory != NULL)
		closedir(directory);
	return rc;
}

static int chmod_one(struct call *call, const char *path, const struct stat *status)
{
	long mode = change_mode(call->operands[0], status->st_mode & 07777, S_ISDIR(status->st_mode));
	if (mode < 0) {
		complain(call, "invalid mode: '%s'", call->operands[0]);
		exit(1);
	}
	if (chmod(path, (mode_t)mode) < 0)
		return call->option['f'] ? 1 : fail(call, path);
	if (call->option['v'])
		printf("mode of '%s' changed to %04lo\n", path, mode);
	return 0;
}

static int run_chmod(struct call *call)
{
	static char taken[8] = "-"; // "chmod -x file": what looks like options is a mode
	int rc = 0;
	for (const char *letter = "rwxst"; *letter != '\0'; letter++)
		if (call->option[(int)*letter])
			strncat(taken, letter, 1);
	if (taken[1] != '\0') {
		call->operands--;
		call->count++;
		call->operands[0] = taken;
	}
	if (call->count < 2)
		return wrong_use(call, "too few operands");
	for (int i = 1; i < call->count; i++)
		rc |= for_tree(call, call->operands[i], chmod_one, 0);
	return rc;
}

static uid_t new_user = (uid_t)-1;
static gid_t new_group = (gid_t)-1;

static int chown_one(struct call *call, const char *path, const struct stat *status)
{
	return (call->option['h'] ? lchown : chown)(path, new_user, new_group) < 0 ? (call->option['f'] ? 1 : fail(call, path)) : 0;
}

static bool take_user(const char *name, gid_t *group)
{
	char *end;
	struct passwd *entry = getpwnam(name);
	new_user = entry != NULL ? entry->pw_uid : (uid_t)strtoul(name, &end, 10);
	*group = entry != NULL ? entry->pw_gid : (gid_t)-1;
	return entry != NULL || (*end == '\0' && end != name);
}

static bool take_group(const char *name)
{
	char *end;
	struct group *entry = getgrnam(name);
	new_group = entry != NULL ? entry->gr_gid : (gid_t)strtoul(name, &end, 10);
	return entry != NULL || (*end == '\0' && end != name);
}

static int run_chown(struct call *call) // and chgrp
{
	char *owner = call->operands[0], *colon = call->tool->name[2] == 'g' ? NULL : strpbrk(owner, ":."), *group = call->tool->name[2] == 'g' ? owner : NULL;
	gid_t login = (gid_t)-1;
	int rc = 0;
	if (colon != NULL) {
		*colon = '\0';
		group = colon + 1;
	}
	if (group != owner && *owner != '\0' && !take_user(owner, &login))
		return complain(call, "invalid user: '%s'", owner);
	if (group != NULL && *group == '\0')
		new_group = login;
	else if (group != NULL && !take_group(group))
		return complain(call, "invalid group: '%s'", group);
	for (int i = 1; i < call->count; i++)
		rc |= for_tree(call, call->operands[i], chown_one, 0);
	return rc;
}

const char *user_name(uid_t user)
{
	struct passwd *entry = getpwuid(user);
	return entry != NULL ? entry->pw_name : NULL;
}

static void print_user(bool by_name, uid_t id)
{
	const char *name = user_name(id);
	if (by_name && name != NULL)
		fputs(name, stdout);
	else
		printf("%u", id);
}

static void print_group(bool by_name, gid_t id)
{
	struct group *entry = getgrgid(id);
	if (by_name && entry != NULL)
		fputs(entry->gr_name, stdout);
	else
		printf("%u", id);
}

static int run_id(struct call *call) // and whoami, groups
{
	gid_t list[64], group = call->option['r'] ? getgid() : getegid();
	uid_t user = call->option['r'] ? getuid() : geteuid();
	int count = getgroups(64, list);
	bool groups_only = call->tool->name[0] == 'g' || call->option['G'], by_name = call->option['n'] || call->tool->name[0] != 'i';
	if (call->count > 0) {
		struct passwd *entry = getpwnam(call->operands[0]);
		if (entry == NULL)
			return complain(call, "'%s': no such user", call->operands[0]);
		user = entry->pw_uid;
		group = entry->pw_gid;
		count = 64;
		if (getgrouplist(call->operands[0], group, list, &count) < 0)
			count = 64;
	}
	if (call->tool->name[0] == 'w' || call->option['u']) {
		print_user(by_name, user);
	} else if (call->option['g']) {
		print_group(by_name, group);
	} else if (groups_only) {
		print_group(by_name, group);
		for (int i = 0; i < count; i++)
			if (list[i] != group) {
				putchar(' ');
				print_group(by_name, list[i]);
			}
	} else {
		static const char *const heads[] = {"uid=", " gid=", " groups="};
		for (int i = -3; i < count; i++) {
			if (i >= 0 && list[i] == group)
				continue;
			fputs(i < 0 ? heads[i + 3] : ",", stdout);
			uid_t number = i == -3 ? user : i < 0 ? group : list[i];
			struct passwd *entry = i == -3 ? getpwuid(number) : NULL;
			struct group *of = i == -3 ? NULL : getgrgid(number);
			const char *name = entry != NULL ? entry->pw_name : of != NULL ? of->gr_name : NULL;
			printf(name != NULL ? "%u(%s)" : "%u", number, name);
		}
	}
	putchar('\n');
	return 0;
}

TOOL("chmod", "+Rfvrwxst recursive=R", "[-Rfv] OCTAL|[ugoa]+-=[rwxXst] FILE...", "Changes permissions.", 1, -1, run_chmod)
TOOL("chown", "Rfhv recursive=R no-dereference=h", "[-Rfh] USER[:GROUP] FILE...", "Changes owners.", 2, -1, run_chown)
TOOL("chgrp", "Rfhv recursive=R", "[-Rfh] GROUP FILE...", "Changes groups.", 2, -1, run_chown)
TOOL("id", "Ggunr user=u group=g groups=G name=n real=r", "[-Ggunr] [USER]", "Prints who one is.", 0, 1, run_id)
TOOL("whoami", "", "", "Prints one's name.", 0, 0, run_id)
TOOL("groups", "", "[USER]", "Prints one's groups.", 0, 1, run_id)
