// glob.c: file names that match a pattern, a component at a time, sorted by bytes.
#include <dirent.h>
#include <fnmatch.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include "userland/bin/sh/sh.h"

struct found {
	struct word *first, **tail;
	size_t count;
};

static void add(struct found *found, const char *path)
{
	struct word *word = stack_allocate(sizeof(*word));
	word->text = stack_copy(path, strlen(path));
	*found->tail = word;
	found->tail = &word->next;
	found->count++;
}

void unescape(char *text)
{
	char *to = text;
	for (; *text != '\0'; text++) {
		text += *text == '\\' && text[1] != '\0';
		*to++ = *text;
	}
	*to = '\0';
}

static bool has_magic(const char *pattern)
{
	for (; *pattern != '\0'; pattern++) {
		if (strchr("*?[", *pattern) != NULL)
			return true;
		pattern += *pattern == '\\' && pattern[1] != '\0';
	}
	return false;
}

// Adds every existing path that `prefix` (plain) and `pattern` make.
static void match_component(struct found *found, const char *prefix, const char *pattern)
{
	size_t slashes = strspn(pattern, "/"), size = strcspn(pattern + slashes, "/");
	char *component = stack_copy(pattern + slashes, size);
	const char *rest = pattern + slashes + size;
	char *base = stack_format("%s%.*s", prefix, (int)slashes, pattern);
	struct stat status;
	if (!has_magic(component)) {
		unescape(component);
		char *path = stack_format("%s%s", base, component);
		if (*rest != '\0')
			match_component(found, path, rest);
		else if (lstat(path, &status) == 0)
			add(found, path);
		return;
	}
	DIR *directory = opendir(*base != '\0' ? base : ".");
	for (struct dirent *entry; directory != NULL && (entry = readdir(directory)) != NULL;) {
		if (fnmatch(component, entry->d_name, FNM_PERIOD) != 0)
			continue;
		char *path = stack_format("%s%s", base, entry->d_name);
		if (*rest == '\0')
			add(found, path);
		else if (stat(path, &status) == 0 && S_ISDIR(status.st_mode))
			match_component(found, path, rest);
	}
	if (directory != NULL)
		closedir(directory);
}

static int compare_words(const void *a, const void *b)
{
	return strcmp((*(struct word *const *)a)->text, (*(struct word *const *)b)->text);
}

struct word *expand_path(const char *pattern)
{
	struct found found = {NULL, &found.first, 0};
	if (!has_magic(pattern))
		return NULL;
	match_component(&found, "", pattern);
	struct word **all = stack_allocate((found.count + 1) * sizeof(*all)), **to = all;
	for (struct word *word = found.first; word != NULL; word = word->next)
		*to++ = word;
	qsort(all, found.count, sizeof(*all), compare_words);
	for (size_t i = 0; i < found.count; i++)
		all[i]->next = all[i + 1];
	return all[0];
}
