// gpu-run: launches a kernel of a .ptx file on the GPU and prints what it left in its buffers.
//
//   gpu-run [--watch] [--backend device|core] [-g BLOCKS] [-b THREADS] FILE.ptx KERNEL ARGUMENT...
//
// An argument is a number (1024: u32, 2.5: f32) or a buffer: f32[1024], u32[64]=7 (filled), f32[256]=i (0, 1, 2 ...).
// --watch prints one row a warp instruction: which lanes run it, and where a branch parts them. It uses the core that is
// linked in, the same that the device runs.
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "emu/runtime/gpu.h"

#define ARGUMENTS_MAX 16

struct argument {
	struct gpu_buffer buffer;
	size_t count; // of a buffer; 0: a number
	int real;
};

struct run {
	char *text;
	size_t size;
	struct argument arguments[ARGUMENTS_MAX];
	int count;
	unsigned char parameters[192];
	size_t used;
};

static int usage(int status)
{
	fputs("usage: gpu-run [--watch] [--backend device|core] [-g BLOCKS] [-b THREADS] FILE.ptx KERNEL ARGUMENT...\n"
	      "  ARGUMENT  1024 (u32), 2.5 (f32), f32[1024] (a buffer of zeros), u32[64]=7 (filled), f32[256]=i (0, 1, 2 ...)\n"
	      "  --watch   one row an instruction with the active lanes, e.g.  gpu-run --watch -b 32 /lib/kernels.ptx diverge 32 'u32[32]'\n",
	      status == 0 ? stdout : stderr);
	return status;
}

static int fail(const char *what, const char *why)
{
	fprintf(stderr, "gpu-run: %s: %s\n", what, why);
	return 1;
}

static int read_file(const char *path, struct run *run)
{
	FILE *file = fopen(path, "r");
	if (file == NULL)
		return -1;
	size_t room = 1 << 16, got;
	run->text = malloc(room + 1);
	while (run->text != NULL && (got = fread(run->text + run->size, 1, room - run->size, file)) != 0) {
		run->size += got;
		if (run->size == room)
			run->text = realloc(run->text, (room *= 2) + 1);
	}
	fclose(file);
	if (run->text != NULL)
		run->text[run->size] = '\0';
	return run->text != NULL ? 0 : -1;
}

static void add_parameter(struct run *run, const void *value, size_t size)
{
	run->used = (run->used + size - 1) & -size;
	memcpy(run->parameters + run->used, value, size);
	run->used += size;
}

static int add_buffer(struct gpu *gpu, struct run *run, const char *text)
{
	struct argument *argument = &run->arguments[run->count++];
	char *end;
	argument->real = text[0] == 'f';
	argument->count = strtoul(text + 4, &end, 10);
	if (*end != ']' || argument->count == 0 || argument->count > 1 << 24 || (end[1] != '\0' && end[1] != '='))
		return -EINVAL;
	int rc = gpu_allocate(gpu, argument->count * 4, &argument->buffer);
	for (size_t i = 0; rc == 0 && end[1] == '=' && i < argument->count; i++) {
		if (argument->real)
			((float *)argument->buffer.bytes)[i] = end[2] == 'i' ? (float)i : strtof(end + 2, NULL);
		else
			((unsigned *)argument->buffer.bytes)[i] = end[2] == 'i' ? i : strtoul(end + 2, NULL, 0);
	}
	if (rc == 0)
		add_parameter(run, &argument->buffer.address, 8);
	return rc;
}

static int add_argument(struct gpu *gpu, struct run *run, const char *text)
{
	char *end;
	if (run->count == ARGUMENTS_MAX || run->used > sizeof(run->parameters) - 16)
		return -E2BIG;
	if (strncmp(text, "f32[", 4) == 0 || strncmp(text, "u32[", 4) == 0)
		return add_buffer(gpu, run, text);
	run->count++;
	if (strchr(text, '.') != NULL) {
		float value = strtof(text, &end);
		add_parameter(run, &value, 4);
	} else {
		unsigned value = strtoul(text, &end, 0);
		add_parameter(run, &value, 4);
	}
	return *end == '\0' && end != text ? 0 : -EINVAL;
}

// Line `number` of the text, blanks at its ends and the semicolon left out, tabs as one blank.
static void source_line(const char *text, unsigned number, char *line, size_t size)
{
	for (unsigned n = 1; n < number && text != NULL; n++)
		text = strchr(text, '\n') != NULL ? strchr(text, '\n') + 1 : NULL;
	if (text == NULL)
		text = "";
	text += strspn(text, " \t");
	size_t length = strcspn(text, ";\n");
	for (size_t i = 0; i < size - 1; i++)
		line[i] = i >= length ? '\0' : text[i] == '\t' ? ' ' : text[i];
	line[size - 1] = '\0';
}

// The row of one instruction; a branch shows who stays.
static void print_step(void *argument, const struct gpu_step *step)
{
	const struct run *run = argument;
	char lanes[33] = {0}, source[44];
	unsigned shown = step->branches ? step->active & ~step->taken : step->active;
	source_line(run->text, step->line, source, sizeof(source));
	for (unsigned lane = 0; lane < 32; lane++)
		lanes[lane] = shown >> lane & 1 ? '#' : '.';
	printf("%4u  %-44s block %u warp %u  %s", step->number, source, step->block, step->warp, lanes);
	if (step->branches)
		printf("  %d stay, %d leave", __builtin_popcount(step->active & ~step->taken), __builtin_popcount(step->taken));
	putchar('\n');
}

static void print_buffers(const struct run *run)
{
	for (int i = 0; i < run->count; i++) {
		const struct argument *argument = &run->arguments[i];
		if (argument->count == 0)
			continue;
		printf("argument %d:", i + 1);
		for (size_t n = 0; n < argument->count && n < 8; n++)
			if (argument->real)
				printf(" %g", ((float *)argument->buffer.bytes)[n]);
			else
				printf(" %u", ((unsigned *)argument->buffer.bytes)[n]);
		printf(argument->count > 8 ? " ... (%zu)\n" : "\n", argument->count);
	}
}

static int launch(struct gpu *gpu, struct run *run, const char *name, unsigned blocks, unsigned threads)
{
	struct gpu_kernel kernel;
	unsigned module;
	int rc = gpu_load(gpu, run->text, run->size, &module);
	if (rc == 0)
		rc = gpu_find(gpu, module, name, &kernel);
	if (rc == 0)
		rc = gpu_launch(gpu, &kernel, (unsigned[3]){blocks, 1, 1}, (unsigned[3]){threads, 1, 1}, 0, run->parameters, run->used);
	if (rc == 0)
		rc = gpu_wait(gpu);
	if (rc != 0)
		return fail(name, gpu_error(gpu));
	print_buffers(run);
	printf("%s on the %s: %u blocks of %u threads, %lu lane instructions, %lu us\n", name, gpu_backend(gpu), blocks, threads,
	       (unsigned long)gpu_last_lane_instructions(gpu), (unsigned long)gpu_last_nanoseconds(gpu) / 1000);
	return 0;
}

int main(int argc, char **argv)
{
	static struct run run;
	const char *backend = NULL;
	unsigned blocks = 1, threads = 32;
	int at = 1, watch = 0, rc;
	for (; at < argc && argv[at][0] == '-'; at++) {
		if (strcmp(argv[at], "--help") == 0)
			return usage(0);
		if (strcmp(argv[at], "--watch") == 0)
			watch = 1;
		else if (strcmp(argv[at], "--backend") == 0 && at + 1 < argc)
			backend = argv[++at];
		else if (strcmp(argv[at], "-g") == 0 && at + 1 < argc)
			blocks = strtoul(argv[++at], NULL, 10);
		else if (strcmp(argv[at], "-b") == 0 && at + 1 < argc)
			threads = strtoul(argv[++at], NULL, 10);
		else
			return usage(2);
	}
	if (argc - at < 2)
		return usage(2);
	if (read_file(argv[at], &run) != 0)
		return fail(argv[at], strerror(errno));
	struct gpu *gpu = gpu_open(watch ? "core" : backend, &rc);
	if (gpu == NULL)
		return fail("no GPU", strerror(-rc));
	if (watch)
		gpu_watch(gpu, print_step, &run);
	for (int i = at + 2; i < argc; i++)
		if ((rc = add_argument(gpu, &run, argv[i])) != 0)
			return fail(argv[i], strerror(-rc));
	rc = launch(gpu, &run, argv[at + 1], blocks, threads);
	gpu_close(gpu);
	free(run.text);
	return fflush(stdout) != 0 ? fail("write error", strerror(errno)) : rc;
}
