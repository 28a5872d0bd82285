// complete.c: what Tab offers at the shell's prompt: names of programs for the first word, else names of files.
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include "userland/bin/sh/sh.h"

#define PROGRAMS "/bin/"

char **complete_word(const char *word, bool first)
{
	bool program = first && strchr(word, '/') == NULL;
	size_t count = 0, skip = program ? strlen(PROGRAMS) : 0;
	char *pattern = stack_allocate(strlen(word) + sizeof(PROGRAMS) + 1);
	sprintf(pattern, "%s%s*", program ? PROGRAMS : "", word);
	struct word *matches = expand_words(&(struct word){NULL, pattern});
	if (matches == NULL || strcmp(matches->text, pattern) == 0) // a pattern that matches nothing stays as it is
		return NULL;
	for (struct word *match = matches; match != NULL; match = match->next)
		count++;
	char **list = stack_allocate((count + 1) * sizeof(char *));
	for (count = 0; matches != NULL; matches = matches->next) {
		struct stat status;
		size_t size = strlen(matches->text);
		char *name = stack_allocate(size + 2);
		bool directory = !program && stat(matches->text, &status) == 0 && S_ISDIR(status.st_mode);
		sprintf(name, "%s%s", matches->text + skip, directory ? "/" : "");
		list[count++] = name;
	}
	return list;
}
