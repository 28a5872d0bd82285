// locale.c: a thread's own locale. There are two, C and C.UTF-8, and they differ in LC_CTYPE alone; so a
// locale object is one of two constants that nobody has to free.
#include <errno.h>
#include <locale.h>
#include <stdlib.h>
#include "userland/libc/class.h"

struct locale {
	unsigned char bytes; // of the longest character
};
static struct locale plain = {1}, utf8 = {4};

// The locale `base` (NULL: C) with the categories of `mask` taken from the one named. NULL: EINVAL, or ENOENT
// for an unknown name.
locale_t newlocale(int mask, const char *name, locale_t base)
{
	locale_t result = base != NULL ? base : &plain;
	if ((mask & ~LC_ALL_MASK) != 0 || name == NULL) {
		errno = EINVAL;
		return NULL;
	}
	for (int category = LC_CTYPE; category < LC_ALL; category++) {
		int bytes = mask & 1 << category ? locale_bytes(category, name) : 1;
		if (bytes == 0) {
			errno = ENOENT;
			return NULL;
		}
		if (category == LC_CTYPE && (mask & LC_CTYPE_MASK))
			result = bytes > 1 ? &utf8 : &plain;
	}
	return result;
}

locale_t duplocale(locale_t locale)
{
	return locale != LC_GLOBAL_LOCALE ? locale : libc_mb_max > 1 ? &utf8 : &plain;
}

void freelocale(locale_t locale)
{
}

// The thread's locale from now on (NULL: it stays). Returns the one of before.
locale_t uselocale(locale_t locale)
{
	locale_t before = libc_mb_thread == 0 ? LC_GLOBAL_LOCALE : libc_mb_thread > 1 ? &utf8 : &plain;
	if (locale != NULL)
		libc_mb_thread = locale == LC_GLOBAL_LOCALE ? 0 : locale->bytes;
	return before;
}
