// compress.c: packs and unpacks its own kind of text by four libraries. libs: -lz -lbz2 -llzma -lzstd -lpthread
#include <bzlib.h>
#include <lzma.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>
#include <zstd.h>

#define SIZE 300000

static char text[SIZE], back[SIZE], packed[SIZE * 2];

static void tell(const char *name, size_t size, size_t length)
{
	printf("%s: %zu bytes, %s\n", name, size, length == SIZE && memcmp(text, back, SIZE) == 0 ? "the same" : "DIFFERENT");
	memset(back, 0, sizeof(back));
}

int main(void)
{
	unsigned seed = 1;
	for (int i = 0; i < SIZE; i++) {
		seed = seed * 1103515245 + 12345;
		text[i] = "etaoin shrdlu\n"[seed >> 16 & 7] + (i / 1000 % 3);
	}
	uLongf size = sizeof(packed), length = sizeof(back);
	compress2((Bytef *)packed, &size, (Bytef *)text, SIZE, 9);
	uncompress((Bytef *)back, &length, (Bytef *)packed, size);
	tell("zlib", size, length);
	unsigned size2 = sizeof(packed), length2 = sizeof(back);
	BZ2_bzBuffToBuffCompress(packed, &size2, text, SIZE, 9, 0, 0);
	BZ2_bzBuffToBuffDecompress(back, &length2, packed, size2, 0, 0);
	tell("bzip2", size2, length2);
	size_t at = 0, in = 0, out = 0;
	uint64_t limit = UINT64_MAX;
	lzma_easy_buffer_encode(6, LZMA_CHECK_CRC64, NULL, (uint8_t *)text, SIZE, (uint8_t *)packed, &at, sizeof(packed));
	lzma_stream_buffer_decode(&limit, 0, NULL, (uint8_t *)packed, &in, at, (uint8_t *)back, &out, sizeof(back));
	tell("lzma", at, out);
	size_t zsize = ZSTD_compress(packed, sizeof(packed), text, SIZE, 7);
	tell("zstd", zsize, ZSTD_decompress(back, sizeof(back), packed, zsize));
	FILE *sink = fopen("t.gz", "w");
	gzFile file = gzdopen(fileno(sink), "w");
	gzwrite(file, text, SIZE);
	gzclose(file);
	file = gzopen("t.gz", "r");
	printf("gzread %d\n", gzread(file, back, SIZE));
	gzclose(file);
	return 0;
}
