// token: follows one word through the whole machine: from the matrix product that the model wants, over a ring slot, a GPU lane,
// an interrupt and the sampler, to write(2), the terminal and the serial line. Every hop is a real trace point that fired while
// the word was made; the device's part comes from its completion packet.
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>
#include "kernel/uapi/trace.h"
#include "userland/systems/c_llama/engine_gpu.h"
#include "userland/systems/c_llama/sampler.h"
#include "userland/systems/c_llama/tokenizer.h"

#define RECORDS_MAX 512

struct record {
	unsigned long ns, value;
	unsigned cpu, ring, line;
	char file[48], what[64];
};

static int trace = -1;
static struct record records[RECORDS_MAX];
static int record_count;

static void hop(const char *what, const char *file, int line, uint64_t value)
{
	struct trace_mark mark = {.value = value, .line = line};
	snprintf(mark.what, sizeof(mark.what), "%s", what);
	snprintf(mark.file, sizeof(mark.file), "%s", file);
	ioctl(trace, TRACE_MARK, &mark); // without a kernel of ours it goes nowhere
}
#define HOP(what, value) hop(what, __FILE__, __LINE__, value)

static int fail(const char *what, const char *why)
{
	fprintf(stderr, "token: %s: %s\n", what, why);
	return 1;
}

static int read_records(void)
{
	FILE *file = fopen("/dev/trace", "r");
	char line[256];
	while (file != NULL && record_count < RECORDS_MAX && fgets(line, sizeof(line), file) != NULL) {
		struct record *record = &records[record_count];
		char *rest, *place, *colon;
		record->ns = strtoul(line, &rest, 10);
		record->cpu = (unsigned)strtoul(rest, &rest, 10);
		record->ring = (unsigned)strtoul(rest, &rest, 10);
		record->value = strtoul(rest, &rest, 10);
		rest += strspn(rest, " ");
		place = strsep(&rest, " ");
		if (rest == NULL || (colon = strrchr(place, ':')) == NULL || colon - place >= (long)sizeof(record->file))
			continue;
		rest[strcspn(rest, "\n")] = '\0';
		strlcpy(record->what, rest, sizeof(record->what));
		*colon = '\0';
		strcpy(record->file, place);
		record->line = atoi(colon + 1);
		record_count++;
	}
	if (file != NULL)
		fclose(file);
	return record_count;
}

static const char *short_name(const char *path)
{
	const char *slash = strrchr(path, '/');
	return slash != NULL ? slash + 1 : path;
}

// Waits for Enter, and says how gdb gets to the same place.
static void step(const struct record *record)
{
	char line[8];
	printf("        gdb: %s %s:%u   [Enter] ", record->ring == 3 ? "make debug AT=main:token, then break" : "make debug, then hbreak",
	       short_name(record->file), record->line);
	fflush(stdout);
	if (fgets(line, sizeof(line), stdin) == NULL)
		exit(0);
}

static void print_hop(const struct record *record, unsigned long start, int stepping)
{
	char place[64];
	snprintf(place, sizeof(place), "%s:%u", record->file, record->line);
	printf("%8.1f us  CPU %u  %-7s %-44s %-6lu %s\n", (record->ns - start) / 1000.0, record->cpu, record->ring == 3 ? "program" : "kernel",
	       record->what, record->value, place);
	if (stepping)
		step(record);
}

// Of the many matrix products of a word only the last, the one that scores the vocabulary, is shown hop by hop.
static void print_hops(int stepping)
{
	int first = 0;
	for (int i = 0; i < record_count; i++)
		if (strncmp(records[i].what, "matrix product wanted", 21) == 0)
			first = i;
	printf("%d trace points fired; the word's last matrix product and what followed:\n", record_count);
	printf("     since      CPU    in      what happened                                value  where\n");
	for (int i = first; i < record_count; i++)
		print_hop(&records[i], records[first].ns, stepping);
}

static int prompt_tokens(struct model *model, struct engine_gpu *engine, const struct tokenizer *tokenizer, const char *prompt, int *last)
{
	int tokens[256], count = tokenizer_encode(tokenizer, prompt, tokens, 256), rc = count < 0 ? count : 0;
	for (int position = 0; rc == 0 && position < count - 1; position++)
		rc = model_forward(model, &engine->engine, tokens[position], position);
	*last = rc == 0 ? tokens[count - 1] : 0;
	return rc == 0 ? count - 1 : rc;
}

static int follow(struct model *model, struct engine_gpu *engine, const struct tokenizer *tokenizer, const char *prompt, int stepping)
{
	struct sampler sampler = {0, 1};
	int token, position = prompt_tokens(model, engine, tokenizer, prompt, &token);
	size_t length;
	if (position < 0)
		return fail("prompt", strerror(-position));
	fputs(prompt, stdout);
	fflush(stdout);
	engine->hop = hop;
	if (ioctl(trace, TRACE_START) != 0)
		return fail("/dev/trace", strerror(errno));
	int rc = model_forward(model, &engine->engine, token, position);
	int next = sampler_choose(&sampler, model->logits, model->config.vocabulary);
	HOP("sampler chose token", next);
	const char *piece = tokenizer_decode(tokenizer, token, next, &length);
	HOP("write(2) asked for: bytes", length);
	fwrite(piece, 1, length, stdout);
	fflush(stdout);
	usleep(2000); // the serial line's interrupt
	ioctl(trace, TRACE_STOP);
	putchar('\n');
	if (rc != 0)
		return fail("forward pass", gpu_error(engine->gpu));
	read_records();
	printf("\nThe next word is \"%.*s\" (token %d). Its score %.3f came from block %u, warp %u, lane %u of the last product;\n", (int)length, piece,
	       next, model->logits[next], next / ENGINE_GPU_THREADS, next % ENGINE_GPU_THREADS / 32, next % 32);
	printf("the %s ran it in %lu us, %lu lane instructions: emu/core/simt.c, matrix_vector in emu/kernels/kernels.cu.\n", gpu_backend(engine->gpu),
	       (unsigned long)gpu_last_nanoseconds(engine->gpu) / 1000, (unsigned long)gpu_last_lane_instructions(engine->gpu));
	print_hops(stepping);
	return 0;
}

int main(int argc, char **argv)
{
	const char *prompt = "Once upon a time";
	struct engine_gpu engine = {.gpu = NULL};
	struct model model;
	struct tokenizer tokenizer;
	int stepping = 0;
	for (int i = 1; i < argc; i++)
		if (strcmp(argv[i], "--help") == 0) {
			puts("usage: token [--step] [PROMPT]   follows the next word of the story from a GPU lane to this terminal;\n"
			     "  --step stops at every hop and prints its gdb command");
			return 0;
		} else if (strcmp(argv[i], "--step") == 0)
			stepping = 1;
		else
			prompt = argv[i];
	int rc = model_open(&model, "/lib/models/stories260K.bin");
	if (rc != 0)
		return fail("/lib/models/stories260K.bin", "not there: the image was made without a model (MODELS=FOLDER when building)");
	rc = tokenizer_open(&tokenizer, "/lib/models/tok512.bin", model.config.vocabulary);
	if (rc != 0)
		return fail("/lib/models/tok512.bin", strerror(-rc));
	trace = open("/dev/trace", O_RDWR | O_CLOEXEC);
	if (trace < 0)
		return fail("/dev/trace", "only our kernel has it");
	rc = engine_gpu_open(&engine, &model, NULL);
	rc = rc != 0 ? fail("GPU", strerror(-rc)) : follow(&model, &engine, &tokenizer, prompt, stepping);
	engine_gpu_close(&engine);
	tokenizer_close(&tokenizer);
	model_close(&model);
	return rc;
}
