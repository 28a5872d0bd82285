// verify.c: a loader starts nothing but the files that groundup.cfg names by their SHA-256 (boot_verify() in start.h).
#include "boot/common/start.h"
#include "kernel/lib/sha256.h"

static int digit(char letter)
{
	return letter >= '0' && letter <= '9' ? letter - '0' : letter >= 'a' && letter <= 'f' ? letter - 'a' + 10 : -1;
}

void boot_verify(const char *name, const void *bytes, size_t size, const char *digits)
{
	uint8_t digest[SHA256_SIZE];
	unsigned same = 0;

	if (digits == NULL)
		boot_fail("groundup.cfg has no SHA-256 of %s", name);
	sha256(bytes, size, digest);
	while (same < 2 * SHA256_SIZE && digit(digits[same]) == (digest[same / 2] >> (same % 2 ? 0 : 4) & 15))
		same++;
	if (same < 2 * SHA256_SIZE)
		boot_fail("%s is not the file of groundup.cfg: its SHA-256 differs", name);
}
