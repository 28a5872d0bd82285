// sort.c: qsort, qsort_r and bsearch.
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

struct order {
	int (*compare)(const void *, const void *, void *);
	void *argument;
};

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

static void sift_down(char *base, size_t root, size_t count, size_t size, struct order order)
{
	for (size_t child; (child = 2 * root + 1) < count; root = child) {
		if (child + 1 < count && order.compare(base + child * size, base + (child + 1) * size, order.argument) < 0)
			child++;
		if (order.compare(base + root * size, base + child * size, order.argument) >= 0)
			return;
		swap(base + root * size, base + child * size, size);
	}
}

// Quicksort with the median of three as pivot, always descending into the smaller part; after 2 log2(n) bad splits the
// rest is heap-sorted, so no input takes more than O(n log n) (Musser 1997).
static void sort(char *base, size_t count, size_t size, struct order order, int depth)
{
	while (count > 1) {
		char *last = base + (count - 1) * size, *middle = base + count / 2 * size;
		if (depth-- == 0) {
			for (size_t i = count / 2; i-- > 0;)
				sift_down(base, i, count, size, order);
			for (; count > 1; sift_down(base, 0, --count, size, order))
				swap(base, base + (count - 1) * size, size);
			return;
		}
		if (order.compare(base, middle, order.argument) > 0)
			swap(base, middle, size);
		if (order.compare(middle, last, order.argument) > 0) {
			swap(middle, last, size);
			if (order.compare(base, middle, order.argument) > 0)
				swap(base, middle, size);
		}
		swap(middle, base, size); // the pivot waits at the front
		char *low = base, *high = last + size;
		for (;;) {
			do
				low += size;
			while (low < last && order.compare(low, base, order.argument) < 0);
			do
				high -= size;
			while (order.compare(high, base, order.argument) > 0);
			if (low >= high)
				break;
			swap(low, high, size);
		}
		swap(base, high, size);
		size_t left = (high - base) / size, right = count - left - 1;
		if (left < right) {
			sort(base, left, size, order, depth);
			base = high + size;
			count = right;
		} else {
			sort(high + size, right, size, order, depth);
			count = left;
		}
	}
}

void qsort_r(void *base, size_t count, size_t size, int (*compare)(const void *, const void *, void *), void *argument)
{
	if (count > 1)
		sort(base, count, size, (struct order){compare, argument}, 2 * (64 - __builtin_clzl(count)));
}

static int compare_plain(const void *a, const void *b, void *compare)
{
	return ((int (*)(const void *, const void *))compare)(a, b);
}

void qsort(void *base, size_t count, size_t size, int (*compare)(const void *, const void *))
{
	qsort_r(base, count, size, compare_plain, (void *)compare);
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
