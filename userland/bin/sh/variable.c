// variable.c: the shell's names: variables with their export and read-only marks, functions, positional parameters.
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "userland/bin/sh/variable.h"

struct named_function {
	struct named_function *next;
	struct function *function; // NULL: unset
	char name[];
};

struct saved { // a variable as it was before `local`
	char *name, *value;
	bool exported;
};

struct parameters parameters;
struct variable *variables[VARIABLE_BUCKETS];
static struct named_function *functions;
static struct saved *locals;
static size_t local_count;

static struct variable *find(const char *name, size_t size, bool create)
{
	unsigned hash = 5381;
	for (size_t i = 0; i < size; i++)
		hash = hash * 33 + (unsigned char)name[i];
	struct variable **slot = &variables[hash % VARIABLE_BUCKETS];
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
	variable->exported |= option[OPTION_ALLEXPORT] && *name != ' ';
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

// The exported variables as execve wants them, on the shell's stack.
char **variable_environment(void)
{
	size_t count = 0;
	for (int i = 0; i < VARIABLE_BUCKETS; i++)
		for (struct variable *variable = variables[i]; variable != NULL; variable = variable->next)
			count += variable->exported && variable->value != NULL;
	char **environment = stack_allocate((count + 1) * sizeof(char *));
	for (int i = 0; i < VARIABLE_BUCKETS; i++)
		for (struct variable *variable = variables[i]; variable != NULL; variable = variable->next)
			if (variable->exported && variable->value != NULL) {
				environment[--count] =
				    stack_allocate(strlen(variable->name) + strlen(variable->value) + 2);
				sprintf(environment[count], "%s=%s", variable->name, variable->value);
			}
	return environment;
}

// PWD from the environment counts when it names this directory.
static void start_directory(void)
{
	char path[PATH_MAX];
	struct stat here, there;
	const char *known = variable_get("PWD");
	if (known != NULL && *known == '/' && strstr(known, "/.") == NULL && stat(known, &there) == 0 &&
	    stat(".", &here) == 0 && here.st_dev == there.st_dev && here.st_ino == there.st_ino)
		return;
	if (getcwd(path, sizeof(path)) != NULL)
		variable_set("PWD", path);
}

void variable_start(char **environment)
{
	for (; *environment != NULL; environment++) {
		size_t size = strcspn(*environment, "=");
		if ((*environment)[size] == '\0' || !is_name(*environment, size))
			continue;
		set(*environment, size, *environment + size + 1);
		find(*environment, size, true)->exported = true;
	}
	variable_set(" shell pid", stack_format("%d", getpid())); // $$ stays the same in subshells
	variable_set("PPID", stack_format("%d", getppid()));
	variable_set("IFS", " \t\n");
	variable_set("OPTIND", "1");
	if (variable_get("PS1") == NULL)
		variable_set("PS1", getuid() == 0 ? "# " : "$ ");
	variable_set("PS2", "> ");
	variable_set("PS4", "+ ");
	start_directory();
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

static struct word *copy_words(const struct word *words)
{
	struct word *first = NULL, **tail = &first;
	for (; words != NULL; words = words->next, tail = &(*tail)->next) {
		*tail = stack_allocate(sizeof(**tail));
		(*tail)->text = stack_copy(words->text, strlen(words->text));
	}
	return first;
}

static struct redirect *copy_redirects(const struct redirect *redirects)
{
	struct redirect *first = NULL, **tail = &first;
	for (; redirects != NULL; redirects = redirects->next, tail = &(*tail)->next) {
		*tail = stack_allocate(sizeof(**tail));
		**tail = *redirects;
		(*tail)->next = (*tail)->next_document = NULL;
		(*tail)->target = stack_copy(redirects->target, strlen(redirects->target));
	}
	return first;
}

// The whole tree again, in memory that lasts.
static struct node *copy_tree(const struct node *node)
{
	if (node == NULL)
		return NULL;
	struct node *copy = stack_allocate(sizeof(*copy));
	*copy = *node;
	copy->words = copy_words(node->words);
	copy->assignments = copy_words(node->assignments);
	copy->redirects = copy_redirects(node->redirects);
	copy->first = copy_tree(node->first);
	copy->second = copy_tree(node->second);
	copy->third = copy_tree(node->third);
	copy->arms = NULL;
	struct case_arm **tail = &copy->arms;
	for (const struct case_arm *arm = node->arms; arm != NULL; arm = arm->next, tail = &(*tail)->next) {
		*tail = stack_allocate(sizeof(**tail));
		**tail = (struct case_arm){NULL, copy_words(arm->patterns), copy_tree(arm->body), arm->falls_through};
	}
	copy->name = node->name != NULL ? stack_copy(node->name, strlen(node->name)) : NULL;
	copy->text = node->text != NULL ? stack_copy(node->text, strlen(node->text)) : NULL;
	return copy;
}

static struct named_function **function_slot(const char *name)
{
	struct named_function **slot = &functions;
	while (*slot != NULL && strcmp((*slot)->name, name) != 0)
		slot = &(*slot)->next;
	return slot;
}

struct function *function_find(const char *name)
{
	struct named_function *found = *function_slot(name);
	return found != NULL ? found->function : NULL;
}

// A body lives as long as its name or a call of it.
void function_release(struct function *function)
{
	if (function == NULL || --function->users > 0)
		return;
	stack_free(function->heap);
	free(function);
}

void function_define(const char *name, struct node *body)
{
	struct named_function **slot = function_slot(name);
	if (*slot == NULL) {
		*slot = keep(calloc(1, sizeof(**slot) + strlen(name) + 1));
		strcpy((*slot)->name, name);
	}
	struct function *function = keep(calloc(1, sizeof(*function)));
	struct mark mark = stack_suspend();
	*function = (struct function){.body = copy_tree(body), .users = 1};
	function->heap = stack_resume(mark);
	function_release((*slot)->function);
	(*slot)->function = function;
}

bool function_unset(const char *name)
{
	struct named_function *found = *function_slot(name);
	if (found == NULL || found->function == NULL)
		return false;
	function_release(found->function);
	found->function = NULL;
	return true;
}
