// cpio_fuzz.c: libFuzzer target of the archive reader:
//   clang -g -O1 -fsanitize=fuzzer,address,undefined -I. tests/fuzz/cpio_fuzz.c kernel/lib/cpio.c -o cpio_fuzz && ./cpio_fuzz
#include <stdint.h>
#include <string.h>
#include "kernel/lib/cpio.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct cpio cpio;
	struct cpio_entry entry;
	volatile uint64_t sum = 0;

	cpio_begin(&cpio, data, size);
	while (cpio_next(&cpio, &entry) == 1) {
		sum += strlen(entry.name);
		for (size_t i = 0; i < entry.size; i++)
			sum += ((const uint8_t *)entry.data)[i];
	}
	return 0;
}
