// c_llama: tells a story with a Llama-2 model, word by word. Same text as llama2.c's run for the same model, prompt and
// temperature 0.
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include "userland/systems/c_llama/engine_gpu.h"
#include "userland/systems/c_llama/model.h"
#include "userland/systems/c_llama/sampler.h"
#include "userland/systems/c_llama/tokenizer.h"

struct options {
	const char *model, *tokenizer, *prompt, *device;
	float temperature;
	int steps;
	uint64_t seed;
};

static int usage(int status)
{
	fputs("usage: c_llama [-m MODEL] [-z TOKENIZER] [-t TEMPERATURE] [-n STEPS] [-s SEED] [--device cpu|gpu|gpu-core] [PROMPT]\n"
	      "  -t 0 (the default) always takes the likeliest word; 1.0 draws from the model's own distribution\n"
	      "  --device gpu computes on the lanes behind /dev/gpu0, gpu-core on the same core linked in\n",
	      status == 0 ? stdout : stderr);
	return status;
}

static int parse(struct options *options, int argc, char **argv)
{
	for (int i = 1; i < argc; i++) {
		const char *word = argv[i], *value = i + 1 < argc ? argv[i + 1] : NULL;
		if (strcmp(word, "--help") == 0)
			exit(usage(0));
		if (word[0] != '-') {
			options->prompt = word;
			continue;
		}
		if (value == NULL)
			return -1;
		i++;
		if (strcmp(word, "-m") == 0)
			options->model = value;
		else if (strcmp(word, "-z") == 0)
			options->tokenizer = value;
		else if (strcmp(word, "-t") == 0)
			options->temperature = strtof(value, NULL);
		else if (strcmp(word, "-n") == 0)
			options->steps = atoi(value);
		else if (strcmp(word, "-s") == 0)
			options->seed = strtoull(value, NULL, 10);
		else if (strcmp(word, "--device") == 0)
			options->device = value;
		else
			return -1;
	}
	return options->temperature < 0 || options->steps < 1 || options->seed == 0 ? -1 : 0; // the generator stays at 0 for ever
}

static int fail(const char *what, int rc)
{
	fprintf(stderr, "c_llama: %s: %s\n", what, rc == -EINVAL ? "not a file of this kind, or damaged" :
		rc == -ENOENT ? "not there (make run MODELS=FOLDER brings a model)" : strerror(-rc));
	return 1;
}

// Feeds the prompt, then the model's own words, and prints each as it comes.
static int tell(struct model *model, struct engine *engine, const struct tokenizer *tokenizer, const struct options *options)
{
	struct sampler sampler = {options->temperature, options->seed};
	int *prompt = calloc(strlen(options->prompt) + 3, sizeof(int));
	if (prompt == NULL)
		return fail("memory", -ENOMEM);
	int prompt_length = tokenizer_encode(tokenizer, options->prompt, prompt, strlen(options->prompt) + 3), rc = 0;
	int steps = options->steps < model->config.positions ? options->steps : model->config.positions;
	for (int position = 0, token = TOKEN_BEGIN; rc == 0 && position < steps; position++) {
		rc = prompt_length < 0 ? prompt_length : model_forward(model, engine, token, position);
		int next = position + 1 < prompt_length ? prompt[position + 1] : sampler_choose(&sampler, model->logits, model->config.vocabulary);
		if (rc != 0 || next == TOKEN_BEGIN)
			break;
		size_t length;
		const char *piece = tokenizer_decode(tokenizer, token, next, &length);
		fwrite(piece, 1, length, stdout);
		fflush(stdout);
		token = next;
	}
	putchar('\n');
	free(prompt);
	return rc != 0 ? fail("forward pass", rc) : 0;
}

static int run(struct model *model, const struct tokenizer *tokenizer, const struct options *options)
{
	struct engine_gpu gpu = {.gpu = NULL};
	if (strcmp(options->device, "cpu") == 0)
		return tell(model, &engine_cpu, tokenizer, options);
	if (strcmp(options->device, "gpu") != 0 && strcmp(options->device, "gpu-core") != 0)
		return usage(2);
	int rc = engine_gpu_open(&gpu, model, strcmp(options->device, "gpu") == 0 ? "device" : "core");
	rc = rc != 0 ? fail("GPU", rc) : tell(model, &gpu.engine, tokenizer, options);
	engine_gpu_close(&gpu);
	return rc;
}

int main(int argc, char **argv)
{
	struct options options = {"/lib/models/stories260K.bin", "/lib/models/tok512.bin", "", "cpu", 0, 256, 1};
	struct model model;
	struct tokenizer tokenizer;
	if (parse(&options, argc, argv) != 0)
		return usage(2);
	int rc = model_open(&model, options.model);
	if (rc != 0)
		return fail(options.model, rc);
	rc = tokenizer_open(&tokenizer, options.tokenizer, model.config.vocabulary);
	rc = rc != 0 ? fail(options.tokenizer, rc) : run(&model, &tokenizer, &options);
	tokenizer_close(&tokenizer);
	model_close(&model);
	return rc;
}
