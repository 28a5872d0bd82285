// config_fuzz.c: libFuzzer target of the loaders' groundup.cfg:
//   clang -g -O1 -fsanitize=fuzzer,address,undefined -I. tests/fuzz/config_fuzz.c boot/common/config.c -o config_fuzz && ./config_fuzz
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include "boot/common/config.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct boot_config config;
	char *text = malloc(size + 1); // the byte behind the file is the parser's
	volatile size_t sum = 0;

	memcpy(text, data, size);
	if (boot_config_parse(&config, text, size) == 0)
		sum += strlen(config.kernel) + strlen(config.initrd) + strlen(config.cmdline) +
			(config.kernel_sha256 != NULL ? strlen(config.kernel_sha256) : 0) +
			(config.initrd_sha256 != NULL ? strlen(config.initrd_sha256) : 0);
	free(text);
	return 0;
}
