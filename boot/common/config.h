// config.h: groundup.cfg, the file that tells a loader what to load. Pure, and its input hostile.
//
//   KEY=VALUE a line, each key at most once; an empty line or one that begins with # says nothing. The keys:
//     kernel, initrd                  files beside it, of 8.3 names (kernel.elf and initrd.img when not given)
//     kernel_sha256, initrd_sha256    what they must hash to, in lower-case hexadecimal digits (verify.c)
//     cmdline                         the kernel's command line, the rest of the line
#pragma once
#include <stddef.h>

#define BOOT_CONFIG_NAME_MAX 12 // 8.3

struct boot_config {
	const char *kernel, *initrd, *cmdline, *kernel_sha256, *initrd_sha256; // the last two may be NULL: not given
};

// Parses text[0 .. size) in place; text[size] is ours as well. Returns 0, or the number of the first line that is wrong: no
// KEY=VALUE, an unknown or repeated key, a value that is too long, a control character or NUL.
unsigned boot_config_parse(struct boot_config *config, char *text, size_t size);
