// model_test.c: the model against the pocket edition and llama2.c's text, damaged checkpoints, tokenizer and sampler.
// sources: userland/systems/c_llama/model.c userland/systems/c_llama/tokenizer.c userland/systems/c_llama/sampler.c
#include <criterion/criterion.h>
#define main pocket_main
#include "userland/systems/c_llama/pocket.c"
#undef main
#include <errno.h>
#include <unistd.h>
#include "userland/systems/c_llama/model.h"
#include "userland/systems/c_llama/sampler.h"
#include "userland/systems/c_llama/tokenizer.h"

// A small model of random weights: dim 16, hidden 24, 2 layers, 4 heads that share 2 keys, 20 words, 12 positions.
static const char *make_checkpoint(int vocabulary, size_t cut)
{
	static char path[64];
	int header[7] = {16, 24, 2, 4, 2, vocabulary, 12};
	size_t words = 20 * 16 + 2 * (16 + 16 * 16 + 2 * 16 * 8 + 16 * 16 + 16 + 3 * 16 * 24) + 16 + 12 * 4;
	snprintf(path, sizeof(path), "/tmp/model_test.%d", (int)getpid());
	FILE *file = fopen(path, "wb");
	fwrite(header, 4, 7, file);
	srand(5);
	for (size_t i = 0; i < words - cut; i++) {
		float weight = (float)rand() / RAND_MAX - 0.5f;
		fwrite(&weight, 4, 1, file);
	}
	fclose(file);
	return path;
}

Test(model, scores_are_the_pocket_editions)
{
	struct model model;
	struct pocket_model pocket;
	const char *path = make_checkpoint(20, 0);
	int tokens[12] = {1};
	float scores[20];
	cr_assert_eq(model_open(&model, path), 0);
	cr_assert_eq(pocket_open(&pocket, path), 0);
	unlink(path);
	for (int position = 0; position < 12; position++) {
		cr_assert_eq(model_forward(&model, &engine_cpu, tokens[position], position), 0);
		pocket_forward(&pocket, tokens, position + 1, scores);
		for (int i = 0; i < 20; i++)
			cr_assert_float_eq(model.logits[i], scores[i], 1e-4, "position %d, word %d", position, i);
		if (position < 11)
			tokens[position + 1] = rand() % 20;
	}
	cr_assert_eq(model_forward(&model, &engine_cpu, 0, 12), -ERANGE);
	cr_assert_eq(model_forward(&model, &engine_cpu, 20, 0), -ERANGE);
	cr_assert_eq(model_forward(&model, &engine_cpu, -1, 0), -ERANGE);
	model_close(&model);
	free(pocket.weights);
}

Test(model, damaged_checkpoints_are_refused)
{
	struct model model;
	cr_assert_eq(model_open(&model, "/nonexistent"), -ENOENT);
	cr_assert_eq(model_open(&model, make_checkpoint(20, 1)), -EINVAL); // one weight short
	cr_assert_eq(model_open(&model, make_checkpoint(0, 0)), -EINVAL);
	cr_assert_eq(model_open(&model, make_checkpoint(1 << 30, 0)), -EINVAL);
	cr_assert_eq(model_open(&model, make_checkpoint(-20, 0)), -EINVAL); // a classifier of its own is announced and missing
	unlink(make_checkpoint(20, 0));
}

#define MODELS "../shared/data/models/"

Test(model, greedy_text_is_llama2cs)
{
	struct model model;
	struct tokenizer tokenizer;
	char text[4096] = {0}, wanted[4096] = {0};
	struct sampler sampler = {0, 1};
	FILE *reference = fopen(MODELS "stories260K.greedy256.txt", "r");
	if (reference == NULL)
		cr_skip_test("no " MODELS ": the reference model is data of the workplace");
	cr_assert(fread(wanted, 1, sizeof(wanted) - 1, reference) > 0);
	fclose(reference);
	cr_assert_eq(model_open(&model, MODELS "stories260K.bin"), 0);
	cr_assert_eq(tokenizer_open(&tokenizer, MODELS "tok512.bin", model.config.vocabulary), 0);
	for (int position = 0, token = TOKEN_BEGIN, next; position < 256; position++, token = next) {
		size_t length;
		cr_assert_eq(model_forward(&model, &engine_cpu, token, position), 0);
		next = sampler_choose(&sampler, model.logits, model.config.vocabulary);
		if (next == TOKEN_BEGIN)
			break;
		const char *piece = tokenizer_decode(&tokenizer, token, next, &length);
		strncat(text, piece, length);
	}
	strcat(text, "\n");
	cr_assert_str_eq(text, wanted);
	int tokens[64];
	cr_assert_eq(tokenizer_encode(&tokenizer, "Once upon a time", tokens, 64), 5);
	cr_assert_eq(tokenizer_encode(&tokenizer, "Once upon a time", tokens, 3), -E2BIG);
	cr_assert_eq(tokenizer_encode(&tokenizer, "", tokens, 64), 1);
	tokenizer_close(&tokenizer);
	model_close(&model);
}

Test(sampler, draws_follow_the_scores)
{
	struct sampler sampler = {1.0f, 42};
	int drawn[3] = {0};
	for (int i = 0; i < 30000; i++) {
		float scores[3] = {0, logf(2), logf(3)}; // one half more each: 1/6, 2/6, 3/6
		drawn[sampler_choose(&sampler, scores, 3)]++;
	}
	cr_assert_float_eq(drawn[0], 5000, 300);
	cr_assert_float_eq(drawn[1], 10000, 300);
	cr_assert_float_eq(drawn[2], 15000, 300);
}
