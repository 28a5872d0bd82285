// config.c: see config.h.
#include "boot/common/config.h"
#include "boot/common/boot_info.h"
#include "kernel/lib/string.h"

// Takes one line, NUL-terminated. Returns whether it is right.
static int take_line(struct boot_config *config, char *line)
{
	const struct {
		const char *key, **value;
		size_t longest;
	} keys[] = {{"kernel=", &config->kernel, BOOT_CONFIG_NAME_MAX}, {"kernel_sha256=", &config->kernel_sha256, 64},
		    {"initrd=", &config->initrd, BOOT_CONFIG_NAME_MAX}, {"initrd_sha256=", &config->initrd_sha256, 64},
		    {"cmdline=", &config->cmdline, BOOT_COMMAND_LINE_SIZE}};

	for (const char *at = line; *at != '\0'; at++)
		if (*at < ' ' || *at > '~')
			return 0;
	for (unsigned i = 0; i < sizeof(keys) / sizeof(*keys); i++) {
		size_t length = strlen(keys[i].key);
		if (strncmp(line, keys[i].key, length) != 0)
			continue;
		if (*keys[i].value != NULL || strlen(line + length) > keys[i].longest)
			return 0;
		*keys[i].value = line + length;
		return 1;
	}
	return *line == '\0' || *line == '#';
}

unsigned boot_config_parse(struct boot_config *config, char *text, size_t size)
{
	unsigned number = 1;

	memset(config, 0, sizeof(*config));
	for (size_t at = 0, begin = 0; at <= size; at++) {
		if (at < size && text[at] != '\n')
			continue;
		text[at] = '\0';
		if (strlen(text + begin) != at - begin || !take_line(config, text + begin))
			return number;
		begin = at + 1;
		number++;
	}
	config->kernel = config->kernel == NULL ? "kernel.elf" : config->kernel;
	config->initrd = config->initrd == NULL ? "initrd.img" : config->initrd;
	config->cmdline = config->cmdline == NULL ? "" : config->cmdline;
	return 0;
}
