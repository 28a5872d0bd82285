// mandel: the Mandelbrot set in the terminal, one GPU lane a point. A character is a point; its colour says how much its warp
// disagreed: the lanes of a warp that leave the loop early wait for the last one, so the border of the set is where lanes idle.
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>
#include "emu/runtime/gpu.h"

#define LIMIT 256u
#define WARP 32u

extern const char kernels_ptx[];

struct parameters { // as the kernel declares them
	unsigned width, height;
	float left, top, step_x, step_y;
	unsigned limit;
	unsigned long counts;
};

// 0: all lanes of the warp worked as long as the slowest. Otherwise the share of lane time that was waited away, in eighths.
static unsigned idle_eighths(const unsigned *counts, unsigned point, unsigned points)
{
	unsigned first = point / WARP * WARP, longest = 0, sum = 0, lanes = 0;
	for (unsigned i = first; i < first + WARP && i < points; i++, lanes++) {
		sum += counts[i];
		longest = counts[i] > longest ? counts[i] : longest;
	}
	return longest == 0 ? 0 : 8 - (8 * sum + longest * lanes - 1) / (longest * lanes);
}

static void draw(const unsigned *counts, unsigned width, unsigned height, int colours)
{
	static const char shades[] = " .:-=+*%@";
	static const int palette[8] = {17, 19, 21, 27, 33, 208, 202, 196}; // blue: together; red: most lanes wait
	for (unsigned y = 0; y < height; y++) {
		int last = -1;
		for (unsigned x = 0; x < width; x++) {
			unsigned point = y * width + x, count = counts[point];
			int colour = palette[idle_eighths(counts, point, width * height) & 7];
			if (colours && colour != last)
				printf("\033[38;5;%dm", colour);
			last = colour;
			putchar(count >= LIMIT ? '#' : shades[count % (sizeof(shades) - 1)]);
		}
		fputs(colours ? "\033[0m\n" : "\n", stdout);
	}
}

static int run(struct gpu *gpu, unsigned width, unsigned height)
{
	struct gpu_kernel kernel;
	struct gpu_buffer counts;
	unsigned module, points = width * height;
	int rc = gpu_load(gpu, kernels_ptx, strlen(kernels_ptx), &module);
	if (rc == 0)
		rc = gpu_find(gpu, module, "mandel", &kernel);
	if (rc == 0)
		rc = gpu_allocate(gpu, points * sizeof(unsigned), &counts);
	if (rc != 0)
		return rc;
	struct parameters parameters = {width, height, -2.2f, -1.2f, 3.2f / width, 2.4f / height, LIMIT, counts.address};
	rc = gpu_launch(gpu, &kernel, (unsigned[3]){(points + 127) / 128, 1, 1}, (unsigned[3]){128, 1, 1}, 0, &parameters, sizeof(parameters));
	if (rc == 0)
		rc = gpu_wait(gpu);
	if (rc != 0)
		return rc;
	draw(counts.bytes, width, height, isatty(1));
	unsigned long busy = 0, slots = 0;
	const unsigned *count = counts.bytes;
	for (unsigned i = 0; i < points; i += WARP) {
		unsigned longest = 0;
		for (unsigned lane = i; lane < i + WARP && lane < points; lane++) {
			busy += count[lane];
			longest = count[lane] > longest ? count[lane] : longest;
		}
		slots += (unsigned long)longest * WARP;
	}
	printf("%u x %u points on the %s in %lu ms; lanes busy %lu %% of the loop, the rest waits for the slowest of its warp\n", width, height,
	       gpu_backend(gpu), (unsigned long)gpu_last_nanoseconds(gpu) / 1000000, slots != 0 ? 100 * busy / slots : 100);
	return 0;
}

int main(int argc, char **argv)
{
	struct winsize window = {0};
	int rc;
	if (argc > 1 && strcmp(argv[1], "--help") == 0) {
		puts("usage: mandel [WIDTH HEIGHT]   the Mandelbrot set, coloured by how long a warp's lanes wait for each other");
		return 0;
	}
	unsigned width = 78, height = 24;
	if (ioctl(1, TIOCGWINSZ, &window) == 0 && window.ws_col >= 20 && window.ws_row >= 8) {
		width = window.ws_col - 1;
		height = window.ws_row - 2;
	}
	if (argc > 2) {
		width = strtoul(argv[1], NULL, 10);
		height = strtoul(argv[2], NULL, 10);
	}
	if (argc == 2 || width < 1 || height < 1 || width > 1000 || height > 1000) {
		fputs("mandel: width and height from 1 to 1000\n", stderr);
		return 2;
	}
	struct gpu *gpu = gpu_open(NULL, &rc);
	if (gpu == NULL) {
		fprintf(stderr, "mandel: no GPU: %s\n", strerror(-rc));
		return 1;
	}
	rc = run(gpu, width, height);
	if (rc != 0)
		fprintf(stderr, "mandel: %s\n", gpu_error(gpu));
	gpu_close(gpu);
	if (fflush(stdout) != 0)
		fprintf(stderr, "mandel: write error: %s\n", strerror(rc = errno));
	return rc != 0;
}
