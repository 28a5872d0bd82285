// sort.c: qsort and bsearch.
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

static void swap(char *a, char *b, size_t size)
{
	for (; size >= 8; size -= 8, a += 8, b += 8) {
		uint64_t x, y;
		memcpy(&x, a, 8);
		memcpy(&y, b, 8);
		memcpy(a, &y, 8);
		memcpy(b, &x, 8);
	}
	for (; size != 0; size--, a++, b++) {
		char byte = *a;
		*a = *b;
		*b = byte;
	}
}

static void sift_down(char *base, size_t root, size_t count, size_t size, int (*compare)(const void *, const void *))
{
	for (size_t child; (child = 2 * root + 1) < count; root = child) {
		if (child + 1 < count && compare(base + child * size, base + (child + 1) * size) < 0)
			child++;
		if (compare(base + root * size, base + child * size) >= 0)
			return;
		swap(base + root * size, base + child * size, size);
	}
}

// Quicksort with the median of three as pivot, always descending into the smaller part; after 2 log2(n) bad splits the
// rest is heap-sorted, so no input takes more than O(n log n) (Musser 1997).
static void sort(char *base, size_t count, size_t size, int (*compare)(const void *, const void *), int depth)
{
	while (count > 1) {
		char *last = base + (count - 1) * size, *middle = base + count / 2 * size;
		if (depth-- == 0) {
			for (size_t i = count / 2; i-- > 0;)
				sift_down(base, i, count, size, compare);
			for (; count > 1; sift_down(base, 0, --count, size, compare))
				swap(base, base + (count - 1) * size, size);
			return;
		}
		if (compare(base, middle) > 0)
			swap(base, middle, size);
		if (compare(middle, last) > 0) {
			swap(middle, last, size);
			if (compare(base, middle) > 0)
				swap(base, middle, size);
		}
		swap(middle, base, size); // the pivot waits at the front
		char *low = base, *high = last + size;
		for (;;) {
			do
				low += size;
			while (low < last && compare(low, base) < 0);
			do
				high -= size;
			while (compare(high, base) > 0);
			if (low >= high)
				break;
			swap(low, high, size);
		}
		swap(base, high, size);
		size_t left = (high - base) / size, right = count - left - 1;
		if (left < right) {
			sort(base, left, size, compare, depth);
			base = high + size;
			count = right;
		} else {
			sort(high + size, right, size, compare, depth);
			count = left;
		}
	}
}

void qsort(void *base, size_t count, size_t size, int (*compare)(const void *, const void *))
{
	if (count > 1)
		sort(base, count, size, compare, 2 * (64 - __builtin_clzl(count)));
}

void *bsearch(const void *key, const void *base, size_t count, size_t size,
	      int (*compare)(const void *, const void *))
{
	while (count > 0) {
		const char *middle = (const char *)base + count / 2 * size;
		int order = compare(key, middle);
		if (order == 0)
			return (void *)middle;
		if (order > 0) {
			base = middle + size;
			count--;
		}
		count /= 2;
	}
	return NULL;
}
