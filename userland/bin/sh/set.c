// set.c: `set`: variables shown, options and positional parameters changed.
#include <stdlib.h>
#include <string.h>
#include "userland/bin/sh/variable.h"

static int run_set(int count, char **arguments)
{
	int i = 1;
	if (count == 1)
		variable_print(false, false);
	while (i < count && (*arguments[i] == '-' || *arguments[i] == '+')) {
		bool plain = strcmp(arguments[i], "-") == 0;
		if (plain)
			option[OPTION_XTRACE] = option[OPTION_VERBOSE] = false;
		if (strcmp(arguments[i], "--") == 0 || (plain && i + 1 < count)) {
			parameters_set(count - i - 1, arguments + i + 1);
			return 0;
		}
		i = plain ? i + 1 : option_take(count, arguments, i, false);
		if (i < 0)
			shell_error(2, "%s", "");
	}
	if (i < count)
		parameters_set(count - i, arguments + i);
	return 0;
}

static int compare_names(const void *a, const void *b)
{
	return strcmp((*(struct variable *const *)a)->name, (*(struct variable *const *)b)->name);
}

// In a form that the shell reads back.
void print_quoted(FILE *to, const char *value)
{
	do {
		size_t plain = strcspn(value, "'"), quotes = strspn(value + plain, "'");
		fprintf(to, "'%.*s'", (int)plain, value);
		if (quotes > 0)
			fprintf(to, "\"%.*s\"", (int)quotes, value + plain);
		value += plain + quotes;
	} while (*value != '\0');
}

static bool is_wanted(const struct variable *variable, bool exported, bool read_only)
{
	return *variable->name != ' ' && (exported	? variable->exported
					  : read_only	? variable->read_only
							: variable->value != NULL);
}

void variable_print(bool exported_only, bool read_only_only)
{
	size_t count = 0;
	for (int i = 0; i < VARIABLE_BUCKETS; i++)
		for (struct variable *variable = variables[i]; variable != NULL; variable = variable->next)
			count++;
	struct variable **all = stack_allocate((count + 1) * sizeof(*all));
	count = 0;
	for (int i = 0; i < VARIABLE_BUCKETS; i++)
		for (struct variable *variable = variables[i]; variable != NULL; variable = variable->next)
			if (is_wanted(variable, exported_only, read_only_only))
				all[count++] = variable;
	qsort(all, count, sizeof(*all), compare_names);
	for (size_t i = 0; i < count; i++) {
		printf("%s%s", exported_only ? "export " : read_only_only ? "readonly " : "", all[i]->name);
		if (all[i]->value != NULL) {
			putchar('=');
			print_quoted(stdout, all[i]->value);
		}
		putchar('\n');
	}
}

BUILTIN("set", run_set, true)
