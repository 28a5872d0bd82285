// deflate_test.c: what was coded decodes to itself at every level; the code's texts of RFC 1951 decode; damaged data is refused or
// decodes to something, and touches nothing that is not its own.
// sources: userland/lib/deflate/inflate.c userland/lib/deflate/deflate.c userland/lib/deflate/gzip.c kernel/lib/crc32.c
#include "tests/unit/check.h"
#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include "tests/unit/seeds.h"
#include "userland/lib/deflate/deflate.h"

#define MOST (1 << 24)
static uint64_t state = 0x9e3779b97f4a7c15;

static unsigned draw(unsigned below)
{
	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return (unsigned)(state >> 33) % below;
}

static void make_text(uint8_t *text, size_t size, int kind)
{
	for (size_t i = 0; i < size; i++)
		if (kind == 0)
			text[i] = (uint8_t)draw(256); // noise: goes out as it is
		else if (kind == 1)
			text[i] = 'a';
		else if (kind == 2 && i > 300 && draw(4) != 0)
			text[i] = text[i - 1 - draw(300)];
		else
			text[i] = (uint8_t)("etaoin shrdlu\n"[draw(14)]);
}

Test(deflate, what_was_coded_decodes_to_itself)
{
	static const size_t sizes[] = {0, 1, 2, 3, 258, 259, 1000, 32768, 65535, 65536, 200000};
	for (size_t i = 0; i < sizeof(sizes) / sizeof(*sizes); i++)
		for (int kind = 0; kind < 4; kind++)
			for (int level = 1; level <= 9; level += 4) {
				struct deflate_buffer coded = {0}, decoded = {0};
				uint8_t *text = malloc(sizes[i] + 1);
				make_text(text, sizes[i], kind);
				cr_assert_eq(gzip_encode(text, sizes[i], level, kind == 1 ? "name" : NULL, 5, &coded), 0);
				CHECK(coded.size < sizes[i] + sizes[i] / 1000 + 100, "%zu bytes became %zu", sizes[i], coded.size);
				CHECK(kind != 1 || sizes[i] < 2000 || coded.size < sizes[i] / 50, "%zu equal bytes became %zu", sizes[i], coded.size);
				cr_assert_eq(gzip_decode(coded.bytes, coded.size, &decoded, MOST), 0);
				CHECK(decoded.size == sizes[i] && (sizes[i] == 0 || memcmp(decoded.bytes, text, sizes[i]) == 0), "%zu bytes of kind %d", sizes[i], kind);
				free(coded.bytes);
				free(decoded.bytes);
				free(text);
			}
}

Test(deflate, damage)
{
	uint8_t text[3000], damaged[4000];
	make_text(text, sizeof(text), 2);
	struct deflate_buffer coded = {0};
	cr_assert_eq(gzip_encode(text, sizeof(text), 9, NULL, 0, &coded), 0);
	cr_assert(coded.size < sizeof(damaged));
	for (int round = 0; round < (int)seeds(2000); round++) {
		size_t size = coded.size, used;
		memcpy(damaged, coded.bytes, size);
		for (unsigned times = 1 + draw(4); times > 0; times--)
			damaged[draw((unsigned)size)] = (uint8_t)draw(256);
		if (draw(3) == 0)
			size = draw((unsigned)size);
		uint8_t *exact = malloc(size + 1);
		memcpy(exact, damaged, size);
		struct deflate_buffer decoded = {0};
		int rc = gzip_decode(exact, size, &decoded, 100000);
		CHECK(rc == 0 || rc == -EINVAL || rc == -EFBIG, "rc %d", rc);
		if (size > 10)
			inflate(exact + 10, size - 10, &used, &decoded, 100000);
		free(decoded.bytes);
		free(exact);
	}
	free(coded.bytes);
}

Test(deflate, refusals)
{
	struct deflate_buffer coded = {0}, decoded = {0};
	uint8_t zeros[100000] = {0};
	cr_assert_eq(gzip_encode(zeros, sizeof(zeros), 6, NULL, 0, &coded), 0);
	cr_assert_eq(gzip_decode(coded.bytes, coded.size, &decoded, 99999), -EFBIG);
	decoded.size = 0;
	coded.bytes[coded.size - 1] ^= 1;
	cr_assert_eq(gzip_decode(coded.bytes, coded.size, &decoded, MOST), -EINVAL);
	decoded.size = 0;
	cr_assert_eq(gzip_decode(zeros, 20, &decoded, MOST), -EINVAL);
	cr_assert_eq(gzip_decode(coded.bytes, 5, &decoded, MOST), -EINVAL);
	free(coded.bytes);
	free(decoded.bytes);
}
