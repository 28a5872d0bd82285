// random.c: rand, and names that are not there yet.
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

static uint64_t random_state = 1;

void srand(unsigned seed)
{
	random_state = seed;
}

int rand(void) // Knuth's MMIX constants; the high bits are the good ones
{
	random_state = random_state * 6364136223846793005ul + 1442695040888963407ul;
	return (int)(random_state >> 33);
}

// Fills the six X at the end of `template` anew, which must be there.
static int draw_name(char *template)
{
	size_t length = strlen(template);
	unsigned char bytes[6];
	if (length < 6 || strspn(template + length - 6, "X") < 6) {
		errno = EINVAL;
		return -1;
	}
	getrandom(bytes, sizeof(bytes), 0);
	for (int i = 0; i < 6; i++)
		template[length - 6 + i] = "abcdefghijklmnopqrstuvwxyz012345"[bytes[i] % 32];
	return 0;
}

// Makes what `make` makes under a name that is not there yet.
static int make_unique(char *template, int (*make)(const char *path))
{
	char *marks = strlen(template) >= 6 ? template + strlen(template) - 6 : template;
	for (int attempt = 0; attempt < 100; attempt++) {
		int rc = draw_name(template) == 0 ? make(template) : -1;
		if (rc >= 0 || errno != EEXIST)
			return rc;
		memcpy(marks, "XXXXXX", 6);
	}
	return -1;
}

static int make_file(const char *path)
{
	return open(path, O_RDWR | O_CREAT | O_EXCL, 0600);
}

static int make_directory(const char *path)
{
	return mkdir(path, 0700);
}

// Replaces the six X at the end of `template` and creates that file.
int mkstemp(char *template)
{
	return make_unique(template, make_file);
}

char *mkdtemp(char *template)
{
	return make_unique(template, make_directory) == 0 ? template : NULL;
}
