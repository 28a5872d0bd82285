// libc_malloc_test.c: the allocator against a list of what it gave: no overlap, contents kept, alignment, memory returned.
// sources:
#include "tests/unit/check.h"
#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

static size_t mapped; // bytes that the allocator holds from the system

static void *count_mmap(void *hint, size_t size, int protection, int flags, int fd, off_t offset)
{
	mapped += size;
	return (mmap)(hint, size, protection, flags, fd, offset);
}

static int count_munmap(void *start, size_t size)
{
	mapped -= size;
	return (munmap)(start, size);
}

#define mmap(...) count_mmap(__VA_ARGS__)
#define munmap(...) count_munmap(__VA_ARGS__)
#define malloc our_malloc
#define free our_free
#define calloc our_calloc
#define realloc our_realloc
#define reallocarray our_reallocarray
#define malloc_usable_size our_malloc_usable_size
#define posix_memalign our_posix_memalign
#define aligned_alloc our_aligned_alloc
size_t our_malloc_usable_size(void *pointer);
void *our_malloc(size_t size);
void our_free(void *pointer);
void malloc_thread_end(void);
#include "userland/libc/malloc.c"

bool threads_started;

#define SLOTS 400

static uint64_t state = 0x9e3779b97f4a7c15;

static unsigned draw(unsigned below)
{
	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return (unsigned)(state >> 33) % below;
}

static size_t draw_size(void)
{
	switch (draw(8)) {
	case 0: return draw(40) ? draw(2000) : draw(200000);
	case 1: return draw(8) ? draw(300) : draw(40000);
	case 2: return draw(16);
	default: return draw(700);
	}
}

static void fill(unsigned char *block, size_t size, int slot)
{
	for (size_t i = 0; i < size; i++)
		block[i] = (unsigned char)(slot * 31 + i);
}

static void check(const unsigned char *block, size_t size, int slot)
{
	for (size_t i = 0; i < size; i++)
		if (block[i] != (unsigned char)(slot * 31 + i)) // Criterion records every assertion: none a byte
			cr_assert_fail("slot %d byte %zu of %zu changed", slot, i, size);
}

Test(libc_malloc, random_use_keeps_contents)
{
	unsigned char *blocks[SLOTS] = {NULL};
	size_t sizes[SLOTS] = {0};
	for (int round = 0; round < 5000; round++) {
		int slot = (int)draw(SLOTS);
		size_t size = draw_size(), kept = sizes[slot] < size ? sizes[slot] : size;
		check(blocks[slot], blocks[slot] != NULL ? sizes[slot] : 0, slot);
		if (draw(3) == 0 && blocks[slot] != NULL) {
			blocks[slot] = our_realloc(blocks[slot], size);
			check(blocks[slot], kept, slot);
		} else {
			our_free(blocks[slot]);
			blocks[slot] = draw(2) ? our_malloc(size) : our_calloc(1, size);
		}
		CHECK(blocks[slot] != NULL, "line %d", __LINE__);
		CHECK((uintptr_t)blocks[slot] % (size % 16 == 0 && size > 0 ? 16 : 8) == 0, "size %zu", size);
		CHECK(our_malloc_usable_size(blocks[slot]) >= size, "line %d", __LINE__);
		sizes[slot] = our_malloc_usable_size(blocks[slot]);
		fill(blocks[slot], sizes[slot], slot);
	}
	for (int slot = 0; slot < SLOTS; slot++) {
		check(blocks[slot], blocks[slot] != NULL ? sizes[slot] : 0, slot);
		our_free(blocks[slot]);
	}
	CHECK(mapped < 64 << 20, "%zu bytes still mapped", mapped);
}

Test(libc_malloc, classes_waste_at_most_a_quarter)
{
	for (size_t size = 1; size <= SMALL_MAX; size++) {
		size_t given = class_size(class_of(size));
		bool tight = given >= size && (size <= 128 ? given < size + 8 : given * 4 <= size * 5 + 4);
		if (!tight || class_of(size) >= CLASSES || class_of(given) != class_of(size))
			cr_assert_fail("%zu gets %zu", size, given);
	}
}

Test(libc_malloc, calloc_is_zero_also_where_memory_was_used)
{
	for (size_t size = 1; size < 100000; size = size * 3 / 2 + 1) {
		unsigned char *used = our_malloc(size);
		memset(used, 0xff, size);
		our_free(used);
		unsigned char *block = our_calloc(size, 1);
		for (size_t i = 0; i < size; i++)
			if (block[i] != 0)
				cr_assert_fail("byte %zu of %zu", i, size);
		our_free(block);
	}
}

// What was freed is used again: filling and emptying slabs over and over takes no more address space.
Test(libc_malloc, freed_blocks_are_used_again)
{
	static void *blocks[5000];
	size_t before = 0;
	for (int round = 0; round < 40; round++) {
		for (int i = 0; i < 5000; i++)
			blocks[i] = our_malloc(700);
		for (int i = 0; i < 5000; i++)
			our_free(blocks[round % 2 ? i : 4999 - i]);
		before = round == 0 ? mapped : before;
	}
	CHECK(mapped == before, "%zu bytes mapped, %zu after the first round", mapped, before);
}

Test(libc_malloc, large_blocks_go_back)
{
	size_t before = mapped;
	void *block = our_malloc(50 << 20);
	CHECK(mapped >= before + (50 << 20), "line %d", __LINE__);
	our_free(block);
	CHECK(mapped == before, "line %d", __LINE__);
}

Test(libc_malloc, refuses_what_cannot_be)
{
	errno = 0;
	CHECK(our_malloc(SIZE_MAX) == NULL, "line %d", __LINE__);
	CHECK(errno == ENOMEM, "line %d", __LINE__);
	CHECK(our_malloc(PTRDIFF_MAX) == NULL, "line %d", __LINE__);
	CHECK(our_calloc(SIZE_MAX / 2, 3) == NULL, "line %d", __LINE__);
	CHECK(our_reallocarray(NULL, SIZE_MAX / 2, 3) == NULL, "line %d", __LINE__);
	void *block;
	CHECK(our_posix_memalign(&block, 3, 8) == EINVAL, "line %d", __LINE__);
	for (size_t alignment = 8; alignment <= 64; alignment *= 2)
		for (size_t size = 1; size < 3000; size += 77) {
			CHECK(our_posix_memalign(&block, alignment, size) == 0, "line %d", __LINE__);
			CHECK((uintptr_t)block % alignment == 0, "line %d", __LINE__);
			our_free(block);
		}
}
