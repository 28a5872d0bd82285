// model.h: a Llama-2 transformer: a llama2.c checkpoint (version 0, float32) and its forward pass.
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct model_config { // as the file begins
	int32_t dim, hidden_dim, layers, heads, kv_heads, vocabulary, positions;
};

// A matrix of rows x columns floats, row after row, in the mapped file.
struct matrix {
	const float *values;
	uint32_t rows, columns;
};

struct model_layer {
	const float *attention_norm, *ffn_norm; // dim each
	struct matrix query, key, value, output, gate, down, up;
};

// result[rows] = matrix x vector[columns]. The engine that does the products: the CPU's loop or the GPU's lanes.
struct engine {
	int (*product)(struct engine *engine, const struct matrix *matrix, const float *vector, float *result); // 0 or -errno
	void *private;
};

struct model {
	struct model_config config;
	const float *embedding, *final_norm; // vocabulary x dim; dim
	struct matrix classifier;
	struct model_layer *layers;
	void *file;
	size_t file_size;
	// The state of one sequence.
	float *x, *normed, *hidden, *hidden2, *query, *attention, *logits;
	float *keys, *values; // layers x positions x kv_dim
};

// Maps the file and checks every offset in it. 0; -errno of the file; -EINVAL: not such a checkpoint, or cut short.
int model_open(struct model *model, const char *path);
void model_close(struct model *model);

// One step: takes `token` at `position` (0, 1, 2 ... below config.positions) and leaves the scores of the next token in
// model->logits. 0, -ERANGE for a token or position that the model does not have, or what the engine said.
int model_forward(struct model *model, struct engine *engine, int token, int position);

extern struct engine engine_cpu;
