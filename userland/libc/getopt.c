// getopt.c: command-line options, short and long; GNU's reordering of operands is left out: options come first.
#include <getopt.h>
#include <stdio.h>
#include <string.h>

char *optarg;
int optind = 1, opterr = 1, optopt;
static const char *cluster; // rest of "-abc" after the option just returned

static int complain(const char *program, const char *options, const char *format, const char *name, int result)
{
	if (opterr && *options != ':')
		fprintf(stderr, format, program, name);
	return *options == ':' && result == ':' ? ':' : '?';
}

static int take_short(int count, char *const arguments[], const char *options)
{
	char name[2] = {*cluster++, '\0'};
	const char *entry = *name == ':' ? NULL : strchr(options, *name);
	optopt = *name;
	if (*cluster == '\0')
		optind++;
	if (entry == NULL)
		return complain(arguments[0], options, "%s: invalid option -- '%s'\n", name, '?');
	if (entry[1] != ':')
		return *name;
	if (*cluster != '\0') {
		optarg = (char *)cluster;
		optind++;
	} else if (entry[2] == ':') {
		optarg = NULL;
	} else if (optind < count) {
		optarg = arguments[optind++];
	} else {
		return complain(arguments[0], options, "%s: option requires an argument -- '%s'\n", name, ':');
	}
	cluster = "";
	return *name;
}

static int take_long(int count, char *const arguments[], const char *options, const struct option *longs, int *index)
{
	const char *name = arguments[optind++] + 2;
	size_t size = strcspn(name, "=");
	const struct option *found = NULL;
	int matches = 0;
	for (const struct option *option = longs; option->name != NULL; option++) {
		if (strncmp(option->name, name, size) != 0)
			continue;
		found = option;
		matches++;
		if (option->name[size] == '\0') {
			matches = 1;
			break;
		}
	}
	optopt = 0;
	if (matches != 1)
		return complain(arguments[0], options, matches ? "%s: option '--%s' is ambiguous\n" :
				"%s: unrecognized option '--%s'\n", name, '?');
	optarg = name[size] == '=' ? (char *)name + size + 1 : NULL;
	if (found->has_arg == no_argument && optarg != NULL)
		return complain(arguments[0], options, "%s: option '--%s' doesn't allow an argument\n",
				found->name, '?');
	if (found->has_arg == required_argument && optarg == NULL) {
		if (optind == count)
			return complain(arguments[0], options, "%s: option '--%s' requires an argument\n",
					found->name, ':');
		optarg = arguments[optind++];
	}
	if (index != NULL)
		*index = (int)(found - longs);
	if (found->flag == NULL)
		return found->val;
	*found->flag = found->val;
	return 0;
}

int getopt_long(int count, char *const arguments[], const char *options, const struct option *longs, int *index)
{
	options += *options == '+';
	if (optind == 0) { // start again
		optind = 1;
		cluster = NULL;
	}
	if (cluster != NULL && *cluster != '\0')
		return take_short(count, arguments, options);
	const char *argument = optind < count ? arguments[optind] : NULL;
	if (argument == NULL || argument[0] != '-' || argument[1] == '\0')
		return -1;
	if (strcmp(argument, "--") == 0) {
		optind++;
		return -1;
	}
	if (argument[1] == '-' && longs != NULL)
		return take_long(count, arguments, options, longs, index);
	cluster = argument + 1;
	return take_short(count, arguments, options);
}

int getopt(int count, char *const arguments[], const char *options)
{
	return getopt_long(count, arguments, options, NULL, NULL);
}
