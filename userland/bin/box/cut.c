// cut.c: parts of lines and other characters: cut tr.
#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "userland/bin/box/box.h"

// Whether `position` (from 1) is in a list such as "1,3-5,7-".
static bool in_list(const char *list, long position)
{
	while (*list != '\0') {
		char *end;
		long low = *list == '-' ? 1 : strtol(list, &end, 10), high;
		if (*list == '-')
			end = (char *)list;
		high = low;
		if (*end == '-')
			high = isdigit((unsigned char)end[1]) ? strtol(end + 1, &end, 10) : (end++, __LONG_MAX__);
		if (position >= low && position <= high)
			return true;
		if (*end != ',')
			break;
		list = end + 1;
	}
	return false;
}

static int cut_one(struct call *call, FILE *file, const char *name)
{
	char *line = NULL, delimiter = call->option['d'] ? *call->value['d'] : '\t';
	const char *list = call->option['c']   ? call->value['c']
			   : call->option['b'] ? call->value['b']
					       : call->value['f'];
	size_t room = 0;
	for (ssize_t size; (size = getline(&line, &room, file)) > 0;) {
		long position = 1;
		bool any = false, fields = call->option['f'], whole;
		line[size -= line[size - 1] == '\n'] = '\0';
		whole = fields && strchr(line, delimiter) == NULL;
		if (whole && call->option['s'])
			continue;
		for (char *at = line, *next; at <= line + size; at = next, position++) {
			char *end = fields ? strchrnul(at, delimiter) : at + 1;
			next = fields ? end + 1 : end;
			if (!fields && at == line + size)
				break;
			if (!whole && !in_list(list, position))
				continue;
			if (any && fields)
				putchar(delimiter);
			fwrite(at, 1, end - at, stdout);
			any = true;
		}
		putchar('\n');
	}
	free(line);
	return 0;
}

static int run_cut(struct call *call)
{
	if (!call->option['f'] && !call->option['c'] && !call->option['b'])
		return wrong_use(call, "no list of fields or characters");
	return for_each_input(call, cut_one);
}

// Expands ranges, classes and escapes of a tr set into to[0, 4096).
static size_t expand_set(const char *set, unsigned char *to)
{
	size_t count = 0;
	for (; *set != '\0' && count < 4096 - 256; set++) {
		unsigned char low = *set, high;
		if (strncmp(set, "[:", 2) == 0 && strstr(set, ":]") != NULL) {
			for (int c = 0; c < 256; c++)
				if ((strncmp(set, "[:upper:]", 9) == 0 && isupper(c)) || (strncmp(set, "[:lower:]", 9) == 0 && islower(c)) ||
				    (strncmp(set, "[:digit:]", 9) == 0 && isdigit(c)) || (strncmp(set, "[:space:]", 9) == 0 && isspace(c)) ||
				    (strncmp(set, "[:alpha:]", 9) == 0 && isalpha(c)) || (strncmp(set, "[:alnum:]", 9) == 0 && isalnum(c)))
					to[count++] = (unsigned char)c;
			set = strstr(set, ":]") + 1;
			continue;
		}
		if (low == '\\' && set[1] != '\0') {
			const char *letter = strchr("n\nt\tr\r\\\\", *++set);
			low = letter != NULL ? letter[*letter != '\\'] : *set;
			if (*set >= '0' && *set <= '7')
				for (low = 0; *set >= '0' && *set <= '7';
				     set += set[1] >= '0' && set[1] <= '7' ? 1 : 0) {
					low = low * 8 + *set - '0';
					if (set[1] < '0' || set[1] > '7')
						break;
				}
		}
		high = low;
		if (set[1] == '-' && set[2] != '\0') {
			high = set[2];
			set += 2;
		}
		for (int c = low; c <= high; c++)
			to[count++] = (unsigned char)c;
	}
	return count;
}

static int run_tr(struct call *call)
{
	unsigned char from[4096], to[4096], map[256];
	bool selected[256] = {false}, squeezed[256] = {false}, delete = call->option['d'],
	     squeeze = call->option['s'];
	size_t from_count = expand_set(call->operands[0], from);
	size_t to_count = call->count > 1 ? expand_set(call->operands[1], to) : 0;
	if (call->count < 2 && !delete && !squeeze)
		return wrong_use(call, "a second set is needed");
	for (size_t i = 0; i < from_count; i++)
		selected[from[i]] = true;
	for (int c = 0; c < 256; c++) {
		selected[c] ^= call->option['c'];
		map[c] = selected[c] && call->option['c'] && to_count > 0 && !delete ? to[to_count - 1]
										     : (unsigned char)c;
	}
	for (size_t i = 0; !call->option['c'] && !delete && to_count > 0 && i < from_count; i++)
		map[from[i]] = to[i < to_count ? i : to_count - 1];
	for (size_t i = 0; i < to_count; i++)
		squeezed[to[i]] = true;
	for (int c, last = -1; (c = getchar()) != EOF;) {
		if (delete && selected[c])
			continue;
		c = map[c];
		if (squeeze && c == last && (to_count > 0 ? squeezed[c] : selected[c]))
			continue;
		putchar(last = c);
	}
	return 0;
}

TOOL("cut", "d:f:c:b:s", "-f LIST|-c LIST [-d CHARACTER] [FILE...]", "Prints parts of lines.", 0, -1, run_cut)
TOOL("tr", "dsc", "[-dsc] SET1 [SET2]", "Replaces characters.", 1, 2, run_tr)
