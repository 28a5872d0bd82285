// class.c: classes of characters by name, for patterns.
#include <ctype.h>
#include <stddef.h>
#include <string.h>
#include <wctype.h>
#include "userland/libc/class.h"

#define ROW(name) {#name, is##name},
static const struct {
	const char *name;
	int (*test)(int c);
} classes[] = {CLASSES(ROW)};
#define COUNT (sizeof(classes) / sizeof(*classes))

wctype_t wctype(const char *name)
{
	for (size_t i = 0; i < COUNT; i++)
		if (strcmp(classes[i].name, name) == 0)
			return i + 1;
	return 0;
}

int iswctype(wint_t c, wctype_t type)
{
	if (type == 0 || type > COUNT)
		return 0;
	return c < 128 ? classes[type - 1].test((int)c) : class_has_wide != NULL && class_has_wide(c, type);
}
