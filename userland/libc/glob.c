// glob.c: the existing paths that match a pattern, a component at a time.
#include <dirent.h>
#include <errno.h>
#include <fnmatch.h>
#include <glob.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

struct walk {
	glob_t *result;
	int flags, error;
	int (*failed)(const char *path, int error);
};

static bool add(struct walk *walk, const char *path, bool slash)
{
	glob_t *result = walk->result;
	size_t offset = walk->flags & GLOB_DOOFFS ? result->gl_offs : 0, size = strlen(path);
	char **grown = reallocarray(result->gl_pathv, offset + result->gl_pathc + 2, sizeof(char *)), *copy = malloc(size + 2);
	if (grown != NULL)
		result->gl_pathv = grown;
	if (grown == NULL || copy == NULL) {
		free(copy);
		walk->error = GLOB_NOSPACE;
		return false;
	}
	sprintf(copy, "%s%s", path, slash && size > 0 && path[size - 1] != '/' ? "/" : "");
	grown[offset + result->gl_pathc++] = copy;
	grown[offset + result->gl_pathc] = NULL;
	return true;
}

static bool has_magic(const char *pattern, size_t size, bool escapes)
{
	for (size_t i = 0; i < size; i++)
		if (strchr("*?[", pattern[i]) != NULL)
			return true;
		else if (escapes && pattern[i] == '\\')
			i++;
	return false;
}

static void match(struct walk *walk, const char *prefix, const char *pattern);

// The component without magic at `pattern`, its backslashes taken out, goes behind `prefix`.
static void match_plain(struct walk *walk, const char *prefix, const char *pattern, size_t size)
{
	char path[PATH_MAX];
	struct stat status;
	size_t length = strlcpy(path, prefix, sizeof(path));
	for (size_t i = 0; i < size && length + 1 < sizeof(path); i++) {
		i += pattern[i] == '\\' && i + 1 < size && !(walk->flags & GLOB_NOESCAPE);
		path[length++] = pattern[i];
	}
	path[length < sizeof(path) ? length : sizeof(path) - 1] = '\0';
	if (pattern[size] != '\0')
		match(walk, path, pattern + size);
	else if (lstat(path, &status) == 0)
		add(walk, path, (walk->flags & GLOB_MARK) && stat(path, &status) == 0 && S_ISDIR(status.st_mode));
}

static void match_directory(struct walk *walk, const char *prefix, const char *pattern, size_t size)
{
	char path[PATH_MAX], *component = strndup(pattern, size);
	DIR *directory = opendir(*prefix != '\0' ? prefix : ".");
	struct stat status;
	if (component == NULL)
		walk->error = GLOB_NOSPACE;
	if (directory == NULL && errno != ENOENT && errno != ENOTDIR && ((walk->failed != NULL && walk->failed(prefix, errno) != 0) || (walk->flags & GLOB_ERR)))
		walk->error = GLOB_ABORTED;
	for (struct dirent *entry; directory != NULL && walk->error == 0 && (entry = readdir(directory)) != NULL;) {
		if (fnmatch(component, entry->d_name, FNM_PERIOD | (walk->flags & GLOB_NOESCAPE ? FNM_NOESCAPE : 0)) != 0 ||
		    snprintf(path, sizeof(path), "%s%s", prefix, entry->d_name) >= PATH_MAX)
			continue;
		bool is_directory = (pattern[size] != '\0' || (walk->flags & GLOB_MARK)) && stat(path, &status) == 0 && S_ISDIR(status.st_mode);
		if (pattern[size] == '\0')
			add(walk, path, is_directory && (walk->flags & GLOB_MARK));
		else if (is_directory)
			match(walk, path, pattern + size);
	}
	if (directory != NULL)
		closedir(directory);
	free(component);
}

// Adds what `prefix` (plain, complete) and `pattern` (which may start with slashes) make.
static void match(struct walk *walk, const char *prefix, const char *pattern)
{
	char path[PATH_MAX];
	size_t slashes = strspn(pattern, "/"), size = strcspn(pattern + slashes, "/");
	if (walk->error != 0 || snprintf(path, sizeof(path), "%s%.*s", prefix, (int)slashes, pattern) >= PATH_MAX)
		return;
	pattern += slashes;
	if (size > 0 && has_magic(pattern, size, !(walk->flags & GLOB_NOESCAPE)))
		match_directory(walk, path, pattern, size);
	else
		match_plain(walk, path, pattern, size);
}

static int compare(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

// 0, GLOB_NOMATCH, GLOB_ABORTED or GLOB_NOSPACE. The result is for globfree(), whatever was returned.
int glob(const char *restrict pattern, int flags, int (*failed)(const char *path, int error), glob_t *restrict result)
{
	struct walk walk = {result, flags, 0, failed};
	if (!(flags & GLOB_APPEND)) {
		result->gl_pathc = 0;
		result->gl_pathv = NULL;
	}
	size_t before = result->gl_pathc, offset = flags & GLOB_DOOFFS ? result->gl_offs : 0;
	match(&walk, "", pattern);
	if (walk.error == 0 && result->gl_pathc == before) {
		if (!(flags & GLOB_NOCHECK))
			return GLOB_NOMATCH;
		add(&walk, pattern, false);
	}
	if (!(flags & GLOB_NOSORT) && result->gl_pathc > before)
		qsort(result->gl_pathv + offset + before, result->gl_pathc - before, sizeof(char *), compare);
	for (size_t i = 0; i < offset && result->gl_pathv != NULL; i++)
		result->gl_pathv[i] = NULL;
	return walk.error;
}

void globfree(glob_t *result)
{
	size_t offset = 0;
	while (result->gl_pathv != NULL && offset < result->gl_offs && result->gl_pathv[offset] == NULL)
		offset++;
	for (size_t i = 0; result->gl_pathv != NULL && i < result->gl_pathc; i++)
		free(result->gl_pathv[offset + i]);
	free(result->gl_pathv);
	result->gl_pathv = NULL;
	result->gl_pathc = 0;
}
