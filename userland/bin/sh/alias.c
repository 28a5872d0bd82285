// alias.c: names that stand for text. The parser puts the text in the place of the name (parse.c, command_token).
#include <stdlib.h>
#include <string.h>
#include "userland/bin/sh/sh.h"

struct alias {
	struct alias *next;
	char *value;
	const struct source *source; // where its text is being read: up to `end` the name is not replaced again
	size_t end;
	char name[];
};
static struct alias *aliases;

static struct alias **slot(const char *name)
{
	struct alias **at = &aliases; // sorted, as they are printed
	while (*at != NULL && strcmp((*at)->name, name) < 0)
		at = &(*at)->next;
	return at;
}

const char *alias_find(const char *name, struct source *source, size_t start)
{
	struct alias *alias = *slot(name);
	if (alias == NULL || strcmp(alias->name, name) != 0)
		return NULL;
	return alias->source == source && start < alias->end ? NULL : alias->value;
}

// The text of `name` was put in at `start` and the rest moved by `growth`. Name NULL: the source lost what lay before
// `start`, or is a new one (growth 0).
void alias_spliced(const char *name, struct source *source, size_t start, long growth)
{
	for (struct alias *alias = aliases; alias != NULL; alias = alias->next) {
		if (alias->source != source)
			continue;
		if (alias->end <= start || (name == NULL && growth == 0))
			alias->source = NULL;
		else
			alias->end += growth;
	}
	struct alias *alias = name != NULL ? *slot(name) : NULL;
	if (alias != NULL) {
		alias->source = source;
		alias->end = start + strlen(alias->value);
	}
}

bool alias_print(const char *name)
{
	struct alias *alias = *slot(name);
	if (alias == NULL || strcmp(alias->name, name) != 0)
		return false;
	printf("%s=", alias->name);
	print_quoted(stdout, alias->value);
	putchar('\n');
	return true;
}

static int run_alias(int count, char **arguments)
{
	int status = 0;
	for (struct alias *alias = aliases; count == 1 && alias != NULL; alias = alias->next)
		alias_print(alias->name);
	for (int i = 1; i < count; i++) {
		char *equals = *arguments[i] != '\0' ? strchr(arguments[i] + 1, '=') : NULL;
		if (equals == NULL) {
			if (!alias_print(arguments[i])) {
				shell_warn("alias: %s not found", arguments[i]);
				status = 1;
			}
			continue;
		}
		*equals = '\0';
		struct alias **at = slot(arguments[i]);
		if (*at == NULL || strcmp((*at)->name, arguments[i]) != 0) {
			struct alias *alias = keep(calloc(1, sizeof(*alias) + strlen(arguments[i]) + 1));
			strcpy(alias->name, arguments[i]);
			alias->next = *at;
			*at = alias;
		}
		free((*at)->value);
		(*at)->value = keep(strdup(equals + 1));
	}
	return status;
}

static void drop(struct alias **at)
{
	struct alias *alias = *at;
	*at = alias->next;
	free(alias->value);
	free(alias);
}

static int run_unalias(int count, char **arguments)
{
	int status = 0;
	while (count > 1 && strcmp(arguments[1], "-a") == 0 && aliases != NULL)
		drop(&aliases);
	for (int i = 1; i < count; i++) {
		struct alias **at = slot(arguments[i]);
		if (*at != NULL && strcmp((*at)->name, arguments[i]) == 0) {
			drop(at);
		} else if (strcmp(arguments[i], "-a") != 0) {
			shell_warn("unalias: %s not found", arguments[i]);
			status = 1;
		}
	}
	return status;
}

BUILTIN("alias", run_alias, false)
BUILTIN("unalias", run_unalias, false)
