// boot_config_test.c: groundup.cfg: what is right, the line of what is wrong, and thousands of damaged files under the sanitizers.
// sources: boot/common/config.c
#include "boot/common/config.h"
#include "boot/common/boot_info.h"
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#define HASH "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
#define WHOLE "# a comment\nkernel=other.elf\nkernel_sha256=" HASH "\n\ninitrd=a.img\ninitrd_sha256=" HASH "\ncmdline=root=x a=b\n"

// A copy of its own, of just the size, so that the sanitizer sees a step beyond it.
static unsigned parse(struct boot_config *config, const char *text, size_t size, char **copy)
{
	*copy = malloc(size + 1);
	memcpy(*copy, text, size);
	return boot_config_parse(config, *copy, size);
}

static unsigned line_of(const char *text, size_t size)
{
	struct boot_config config;
	char *copy;
	unsigned line = parse(&config, text, size, &copy);

	free(copy);
	return line;
}
#define LINE_OF(text) line_of(text, sizeof(text) - 1)

Test(boot_config, whole)
{
	struct boot_config config;
	char *copy;

	for (size_t left_out = 0; left_out < 2; left_out++) { // with and without the last line's end
		cr_assert_eq(parse(&config, WHOLE, sizeof(WHOLE) - 1 - left_out, &copy), 0);
		cr_assert_str_eq(config.kernel, "other.elf");
		cr_assert_str_eq(config.initrd, "a.img");
		cr_assert_str_eq(config.kernel_sha256, HASH);
		cr_assert_str_eq(config.initrd_sha256, HASH);
		cr_assert_str_eq(config.cmdline, "root=x a=b");
		free(copy);
	}
}

Test(boot_config, nothing_given)
{
	struct boot_config config;
	char *copy;

	cr_assert_eq(parse(&config, "", 0, &copy), 0);
	cr_assert_str_eq(config.kernel, "kernel.elf");
	cr_assert_str_eq(config.initrd, "initrd.img");
	cr_assert_str_eq(config.cmdline, "");
	cr_assert(config.kernel_sha256 == NULL && config.initrd_sha256 == NULL);
	free(copy);
}

Test(boot_config, wrong_lines)
{
	char longer[BOOT_COMMAND_LINE_SIZE + 20] = "cmdline=";

	cr_assert_eq(LINE_OF("kernel"), 1);
	cr_assert_eq(LINE_OF("\n\nKernel=a"), 3);
	cr_assert_eq(LINE_OF("cmdline=a\nroot=x\n"), 2);
	cr_assert_eq(LINE_OF("kernel=a\n#\nkernel=a\n"), 3);
	cr_assert_eq(LINE_OF("cmdline=\ncmdline=\n"), 2);
	cr_assert_eq(LINE_OF("kernel=12345678.123\n"), 0);
	cr_assert_eq(LINE_OF("kernel=12345678.1234\n"), 1);
	cr_assert_eq(LINE_OF("kernel_sha256=" HASH "0\n"), 1);
	cr_assert_eq(LINE_OF("cmdline=a\r\n"), 1);
	cr_assert_eq(LINE_OF("cmdline=a\x1b[2J\n"), 1);
	cr_assert_eq(LINE_OF("cmdline=\xff\n"), 1);
	cr_assert_eq(LINE_OF("#\ncmdline=a\0b\n"), 2);
	cr_assert_eq(LINE_OF("#\n\0"), 2);
	cr_assert_eq(LINE_OF(" cmdline=a\n"), 1);
	memset(longer + 8, 'x', BOOT_COMMAND_LINE_SIZE);
	cr_assert_eq(line_of(longer, 8 + BOOT_COMMAND_LINE_SIZE), 0);
	longer[8 + BOOT_COMMAND_LINE_SIZE] = 'x';
	cr_assert_eq(line_of(longer, 9 + BOOT_COMMAND_LINE_SIZE), 1);
}

Test(boot_config, damaged)
{
	srand(1);
	for (int round = 0; round < 20000; round++) {
		char text[] = WHOLE;
		size_t size = round % 3 == 0 ? (size_t)rand() % sizeof(text) : sizeof(text) - 1;
		struct boot_config config;
		char *copy;

		for (int i = rand() % 4; i >= 0; i--)
			text[rand() % (sizeof(text) - 1)] = rand();
		if (parse(&config, text, size, &copy) == 0) // what is taken lies within, and ends
			cr_assert(strlen(config.kernel) <= BOOT_CONFIG_NAME_MAX && strlen(config.initrd) <= BOOT_CONFIG_NAME_MAX &&
				  strlen(config.cmdline) < sizeof(text));
		free(copy);
	}
}
