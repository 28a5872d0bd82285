// variable.c: the shell's names: variables with their export and read-only marks, functions, positional parameters.
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "userland/bin/sh/sh.h"

#define BUCKETS 64

struct variable {
	struct variable *next;
	char *value; // NULL: marked, or local, but not set
	bool exported, read_only;
	char name[];
};

struct function {
	struct function *next;
	struct node *body;
	char name[];
};

struct saved { // a variable as it was before `local`
	char *name, *value;
	bool exported;
};

struct parameters parameters;
static struct variable *variables[BUCKETS];
static struct function *functions;
static struct saved *locals;
static size_t local_count;

static struct variable *find(const char *name, size_t size, bool create)
{
	unsigned hash = 5381;
	for (size_t i = 0; i < size; i++)
		hash = hash * 33 + (unsigned char)name[i];
	struct variable **slot = &variables[hash % BUCKETS];
	for (; *slot != NULL; slot = &(*slot)->next)
		if (strncmp((*slot)->name, name, size) == 0 && (*slot)->name[size] == '\0')
			return *slot;
	if (create) {
		*slot = keep(calloc(1, sizeof(**slot) + size + 1));
		memcpy((*slot)->name, name, size);
	}
	return *slot;
}

const char *variable_get(const char *name)
{
	struct variable *variable = find(name, strlen(name), false);
	return variable != NULL ? variable->value : NULL;
}

static int set(const char *name, size_t size, const char *value)
{
	struct variable *variable = find(name, size, true);
	if (variable->read_only)
		return -1;
	char *copy = keep(strdup(value));
	free(variable->value);
	variable->value = copy;
	return 0;
}

int variable_set(const char *name, const char *value)
{
	return set(name, strlen(name), value);
}

void variable_assign(const char *name, const char *value, size_t name_size)
{
	if (set(name, name_size, value) < 0)
		shell_error(2, "%.*s: is read only", (int)name_size, name);
}

int variable_unset(const char *name)
{
	struct variable *variable = find(name, strlen(name), false);
	if (variable == NULL)
		return 0;
	if (variable->read_only)
		return -1;
	free(variable->value);
	variable->value = NULL;
	variable->exported = false;
	return 0;
}

void variable_flag(const char *name, bool exported, bool read_only)
{
	struct variable *variable = find(name, strlen(name), true);
	variable->exported |= exported;
	variable->read_only |= read_only;
}

static int compare_names(const void *a, const void *b)
{
	return strcmp((*(struct variable *const *)a)->name, (*(struct variable *const *)b)->name);
}

static void print_quoted(const char *value)
{
	putchar('\'');
	for (; *value != '\0'; value++)
		printf(*value == '\'' ? "'\\''" : "%c", *value);
	puts("'");
}

void variable_print(bool exported_only, bool read_only_only)
{
	struct variable *all[1024];
	size_t count = 0;
	for (int i = 0; i < BUCKETS; i++)
		for (struct variable *variable = variables[i]; variable != NULL; variable = variable->next)
			if (count < 1024 && variable->value != NULL && *variable->name != ' ' &&
			    variable->exported >= exported_only && variable->read_only >= read_only_only)
				all[count++] = variable;
	qsort(all, count, sizeof(*all), compare_names);
	for (size_t i = 0; i < count; i++) {
		printf("%s%s=", exported_only ? "export " : read_only_only ? "readonly " : "", all[i]->name);
		print_quoted(all[i]->value);
	}
}

// The exported variables as execve wants them, on the shell's stack.
char **variable_environment(void)
{
	size_t count = 0;
	for (int i = 0; i < BUCKETS; i++)
		for (struct variable *variable = variables[i]; variable != NULL; variable = variable->next)
			count += variable->exported && variable->value != NULL;
	char **environment = stack_allocate((count + 1) * sizeof(char *));
	for (int i = 0; i < BUCKETS; i++)
		for (struct variable *variable = variables[i]; variable != NULL; variable = variable->next)
			if (variable->exported && variable->value != NULL) {
				environment[--count] =
				    stack_allocate(strlen(variable->name) + strlen(variable->value) + 2);
				sprintf(environment[count], "%s=%s", variable->name, variable->value);
			}
	return environment;
}

void variable_start(char **environment)
{
	char text[4096];
	for (; *environment != NULL; environment++) {
		size_t size = strcspn(*environment, "=");
		if ((*environment)[size] == '\0' || !is_name(*environment, size))
			continue;
		set(*environment, size, *environment + size + 1);
		find(*environment, size, true)->exported = true;
	}
	snprintf(text, sizeof(text), "%d", getpid());
	variable_set(" shell pid", text); // $$ stays the same in subshells
	snprintf(text, sizeof(text), "%d", getppid());
	variable_set("PPID", text);
	variable_set("IFS", " \t\n");
	variable_set("OPTIND", "1");
	if (getcwd(text, sizeof(text)) != NULL)
		variable_set("PWD", text);
	if (variable_get("PATH") == NULL)
		variable_set("PATH", "/bin:/sbin:/usr/bin");
}

void variable_local(const char *name)
{
	struct variable *variable = find(name, strlen(name), true);
	if (variable->read_only)
		shell_error(2, "%s: is read only", name);
	locals = keep(realloc(locals, (local_count + 1) * sizeof(*locals)));
	locals[local_count++] = (struct saved){variable->name, variable->value, variable->exported};
	variable->value = variable->value != NULL ? keep(strdup(variable->value)) : NULL;
}

size_t variable_local_mark(void)
{
	return local_count;
}

void variable_local_restore(size_t mark)
{
	while (local_count > mark) {
		struct saved *saved = &locals[--local_count];
		struct variable *variable = find(saved->name, strlen(saved->name), true);
		free(variable->value);
		variable->value = saved->value;
		variable->exported = saved->exported;
	}
}

struct node **function_slot(const char *name, bool create)
{
	struct function **slot = &functions;
	while (*slot != NULL && strcmp((*slot)->name, name) != 0)
		slot = &(*slot)->next;
	if (*slot == NULL && create) {
		*slot = keep(calloc(1, sizeof(**slot) + strlen(name) + 1));
		strcpy((*slot)->name, name);
	}
	return *slot != NULL ? &(*slot)->body : NULL;
}
