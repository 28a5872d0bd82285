// account.c: /etc/passwd and /etc/group, a line an entry, fields between colons. Lines that lack fields are skipped.
#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LINE_SIZE 4096
#define MEMBERS_MAX 256

static FILE *users, *groups;

// Cuts `line` into `count` fields. False when it has another number of them.
static bool cut_fields(char *line, char **field, int count)
{
	line[strcspn(line, "\n")] = '\0';
	for (int i = 0; i < count; i++)
		field[i] = strsep(&line, ":");
	return field[count - 1] != NULL && line == NULL;
}

static bool parse_user(char *line, struct passwd *entry)
{
	char *field[7];
	if (!cut_fields(line, field, 7))
		return false;
	*entry = (struct passwd){field[0], field[1], (uid_t)strtoul(field[2], NULL, 10), (gid_t)strtoul(field[3], NULL, 10),
				 field[4], field[5], field[6]};
	return true;
}

static bool parse_group(char *line, struct group *entry, char **members)
{
	char *field[4], *rest;
	int count = 0;
	if (!cut_fields(line, field, 4))
		return false;
	for (rest = field[3]; rest != NULL && *rest != '\0' && count < MEMBERS_MAX - 1;)
		members[count++] = strsep(&rest, ",");
	members[count] = NULL;
	*entry = (struct group){field[0], field[1], (gid_t)strtoul(field[2], NULL, 10), members};
	return true;
}

// The next entry of the file. 0, ENOENT at the end, ERANGE when a line does not fit, or errno of opening it.
static int next_user(struct passwd *entry, char *buffer, size_t size)
{
	if (users == NULL && (users = fopen("/etc/passwd", "re")) == NULL)
		return errno;
	while (fgets(buffer, (int)size, users) != NULL) {
		if (strchr(buffer, '\n') == NULL && !feof(users))
			return ERANGE;
		if (parse_user(buffer, entry))
			return 0;
	}
	return ENOENT;
}

static int next_group(struct group *entry, char **members, char *buffer, size_t size)
{
	if (groups == NULL && (groups = fopen("/etc/group", "re")) == NULL)
		return errno;
	while (fgets(buffer, (int)size, groups) != NULL) {
		if (strchr(buffer, '\n') == NULL && !feof(groups))
			return ERANGE;
		if (parse_group(buffer, entry, members))
			return 0;
	}
	return ENOENT;
}

void setpwent(void)
{
	if (users != NULL)
		rewind(users);
}

void endpwent(void)
{
	if (users != NULL)
		fclose(users);
	users = NULL;
}

void setgrent(void)
{
	if (groups != NULL)
		rewind(groups);
}

void endgrent(void)
{
	if (groups != NULL)
		fclose(groups);
	groups = NULL;
}

static int find_user(const char *name, uid_t user, struct passwd *entry, char *buffer, size_t size, struct passwd **result)
{
	int rc;
	setpwent();
	do
		rc = next_user(entry, buffer, size);
	while (rc == 0 && !(name != NULL ? strcmp(entry->pw_name, name) == 0 : entry->pw_uid == user));
	endpwent();
	*result = rc == 0 ? entry : NULL;
	return rc == ENOENT ? 0 : rc;
}

int getpwnam_r(const char *name, struct passwd *entry, char *buffer, size_t size, struct passwd **result)
{
	return find_user(name, 0, entry, buffer, size, result);
}

int getpwuid_r(uid_t user, struct passwd *entry, char *buffer, size_t size, struct passwd **result)
{
	return find_user(NULL, user, entry, buffer, size, result);
}

static struct passwd user_entry;
static char user_line[LINE_SIZE];

static struct passwd *user_result(int rc, struct passwd *result)
{
	if (rc != 0)
		errno = rc;
	return result;
}

struct passwd *getpwnam(const char *name)
{
	struct passwd *result;
	int rc = find_user(name, 0, &user_entry, user_line, sizeof(user_line), &result);
	return user_result(rc, result);
}

struct passwd *getpwuid(uid_t user)
{
	struct passwd *result;
	int rc = find_user(NULL, user, &user_entry, user_line, sizeof(user_line), &result);
	return user_result(rc, result);
}

struct passwd *getpwent(void)
{
	int rc = next_user(&user_entry, user_line, sizeof(user_line));
	return user_result(rc == ENOENT ? 0 : rc, rc == 0 ? &user_entry : NULL);
}

// `buffer` holds the line; the list of members stands at its end, aligned.
static int find_group(const char *name, gid_t group, struct group *entry, char *buffer, size_t size, struct group **result)
{
	static char *members[MEMBERS_MAX];
	int rc, count = 0;
	setgrent();
	do
		rc = next_group(entry, members, buffer, size);
	while (rc == 0 && !(name != NULL ? strcmp(entry->gr_name, name) == 0 : entry->gr_gid == group));
	endgrent();
	*result = NULL;
	if (rc != 0)
		return rc == ENOENT ? 0 : rc;
	while (members[count] != NULL)
		count++;
	char **copy = (char **)((unsigned long)(buffer + size) / sizeof(char *) * sizeof(char *)) - count - 1;
	char *end = count > 0 ? members[count - 1] + strlen(members[count - 1]) : entry->gr_passwd + strlen(entry->gr_passwd);
	if ((char *)copy <= end)
		return ERANGE;
	memmove(copy, members, (count + 1) * sizeof(char *));
	entry->gr_mem = copy;
	*result = entry;
	return 0;
}

int getgrnam_r(const char *name, struct group *entry, char *buffer, size_t size, struct group **result)
{
	return find_group(name, 0, entry, buffer, size, result);
}

int getgrgid_r(gid_t group, struct group *entry, char *buffer, size_t size, struct group **result)
{
	return find_group(NULL, group, entry, buffer, size, result);
}

static struct group group_entry;
static char group_line[LINE_SIZE];

struct group *getgrnam(const char *name)
{
	struct group *result;
	int rc = find_group(name, 0, &group_entry, group_line, sizeof(group_line), &result);
	if (rc != 0)
		errno = rc;
	return result;
}

struct group *getgrgid(gid_t group)
{
	struct group *result;
	int rc = find_group(NULL, group, &group_entry, group_line, sizeof(group_line), &result);
	if (rc != 0)
		errno = rc;
	return result;
}

struct group *getgrent(void)
{
	static char *members[MEMBERS_MAX];
	return next_group(&group_entry, members, group_line, sizeof(group_line)) == 0 ? &group_entry : NULL;
}

// The groups of `user`, `group` first. -1 when there are more than *count, which then says how many.
int getgrouplist(const char *user, gid_t group, gid_t *list, int *count)
{
	int found = 0, room = *count;
	if (found < room)
		list[found] = group;
	found++;
	setgrent();
	for (struct group *entry; (entry = getgrent()) != NULL;)
		for (char **member = entry->gr_mem; *member != NULL; member++)
			if (strcmp(*member, user) == 0 && entry->gr_gid != group) {
				if (found < room)
					list[found] = entry->gr_gid;
				found++;
			}
	endgrent();
	*count = found;
	return found <= room ? found : -1;
}
