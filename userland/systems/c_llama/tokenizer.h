// tokenizer.h: byte-pair encoding with scores, as llama2.c's tokenizer files carry it.
#pragma once
#include <stddef.h>

#define TOKEN_BEGIN 1 // starts every text; when the model says it, the text ends
#define TOKEN_END 2

struct tokenizer {
	int count;
	char **pieces;  // NUL-terminated
	float *scores;
	int *sorted;    // piece numbers in order of strcmp
	char *bytes;    // what `pieces` point into
};

// `count` pieces are expected: the model's vocabulary. 0 or -errno; -EINVAL: damaged or of another size.
int tokenizer_open(struct tokenizer *tokenizer, const char *path, int count);
void tokenizer_close(struct tokenizer *tokenizer);

// Writes at most `limit` tokens, TOKEN_BEGIN first. The number written, or -errno.
int tokenizer_encode(const struct tokenizer *tokenizer, const char *text, int *tokens, int limit);

// The bytes that `token` adds after `previous`; valid until the next call.
const char *tokenizer_decode(const struct tokenizer *tokenizer, int previous, int token, size_t *length);
