// model.c: see model.h. Touvron et al. 2023 (Llama 2); RMS norm: Zhang and Sennrich 2019; rotary positions: Su et al. 2021;
// SwiGLU: Shazeer 2020. The order of additions is the plain one, so CPU and GPU lanes give the same bits.
#include "userland/systems/c_llama/model.h"
#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#define SIZE_MAX_FIELD 65536 // of any number in the header: products of four stay below 2^64

static int product_cpu(struct engine *engine, const struct matrix *matrix, const float *vector, float *result)
{
	(void)engine;
	for (uint32_t row = 0; row < matrix->rows; row++) {
		const float *values = matrix->values + (size_t)row * matrix->columns;
		float sum = 0;
		for (uint32_t column = 0; column < matrix->columns; column++)
			sum += values[column] * vector[column];
		result[row] = sum;
	}
	return 0;
}

struct engine engine_cpu = {product_cpu, NULL};

static int head_size(const struct model_config *config)
{
	return config->dim / config->heads;
}

static int kv_dim(const struct model_config *config)
{
	return head_size(config) * config->kv_heads;
}

static bool config_ok(const struct model_config *config)
{
	const int32_t *numbers = &config->dim;
	for (int i = 0; i < 7; i++)
		if (i != 5 && (numbers[i] < 1 || numbers[i] > SIZE_MAX_FIELD))
			return false;
	return config->vocabulary != 0 && abs(config->vocabulary) <= 1 << 20 && config->layers <= 512 && config->dim % config->heads == 0 &&
	       config->heads % config->kv_heads == 0 && head_size(config) % 2 == 0;
}

struct cursor { // walks through the file's floats
	const float *at;
	size_t left;
	bool short_file;
};

static const float *take(struct cursor *cursor, size_t count)
{
	const float *result = cursor->at;
	if (cursor->short_file || count > cursor->left) {
		cursor->short_file = true;
		return NULL;
	}
	cursor->at += count;
	cursor->left -= count;
	return result;
}

// One kind of matrix for all layers, one after the other.
static void take_matrices(struct cursor *cursor, struct model *model, size_t member, uint32_t rows, uint32_t columns)
{
	for (int layer = 0; layer < model->config.layers; layer++) {
		struct matrix *matrix = (struct matrix *)((char *)&model->layers[layer] + member);
		*matrix = (struct matrix){take(cursor, (size_t)rows * columns), rows, columns};
	}
}

static int read_weights(struct model *model, bool shared_classifier)
{
	const struct model_config *c = &model->config;
	struct cursor cursor = {(const float *)((char *)model->file + sizeof(*c)), (model->file_size - sizeof(*c)) / 4, false};
	model->embedding = take(&cursor, (size_t)c->vocabulary * c->dim);
	for (int layer = 0; layer < c->layers; layer++)
		model->layers[layer].attention_norm = take(&cursor, c->dim);
	take_matrices(&cursor, model, offsetof(struct model_layer, query), c->dim, c->dim);
	take_matrices(&cursor, model, offsetof(struct model_layer, key), kv_dim(c), c->dim);
	take_matrices(&cursor, model, offsetof(struct model_layer, value), kv_dim(c), c->dim);
	take_matrices(&cursor, model, offsetof(struct model_layer, output), c->dim, c->dim);
	for (int layer = 0; layer < c->layers; layer++)
		model->layers[layer].ffn_norm = take(&cursor, c->dim);
	take_matrices(&cursor, model, offsetof(struct model_layer, gate), c->hidden_dim, c->dim);
	take_matrices(&cursor, model, offsetof(struct model_layer, down), c->dim, c->hidden_dim);
	take_matrices(&cursor, model, offsetof(struct model_layer, up), c->hidden_dim, c->dim);
	model->final_norm = take(&cursor, c->dim);
	take(&cursor, (size_t)c->positions * head_size(c)); // tables of sines and cosines from an older format
	const float *classifier = shared_classifier ? model->embedding : take(&cursor, (size_t)c->vocabulary * c->dim);
	model->classifier = (struct matrix){classifier, c->vocabulary, c->dim};
	return cursor.short_file ? -EINVAL : 0;
}

static int make_state(struct model *model)
{
	const struct model_config *c = &model->config;
	size_t cache = (size_t)c->layers * c->positions * kv_dim(c);
	float **vectors[] = {&model->x, &model->normed, &model->query, &model->hidden, &model->hidden2, &model->attention,
			     &model->logits, &model->keys, &model->values};
	size_t sizes[] = {c->dim, c->dim, c->dim, c->hidden_dim, c->hidden_dim, c->positions, c->vocabulary, cache, cache};
	for (int i = 0; i < 9; i++) {
		*vectors[i] = calloc(sizes[i], sizeof(float));
		if (*vectors[i] == NULL)
			return -ENOMEM;
	}
	return 0;
}

static int map_file(struct model *model, const char *path)
{
	struct stat status;
	int file = open(path, O_RDONLY | O_CLOEXEC), rc = 0;
	if (file < 0)
		return -errno;
	if (fstat(file, &status) != 0 || (size_t)status.st_size < sizeof(struct model_config))
		rc = -EINVAL;
	if (rc == 0) {
		model->file_size = status.st_size;
		model->file = mmap(NULL, model->file_size, PROT_READ, MAP_PRIVATE, file, 0);
		if (model->file == MAP_FAILED) {
			model->file = NULL;
			rc = -errno;
		}
	}
	close(file);
	return rc;
}

int model_open(struct model *model, const char *path)
{
	*model = (struct model){0};
	int rc = map_file(model, path);
	if (rc == 0) {
		memcpy(&model->config, model->file, sizeof(model->config));
		rc = config_ok(&model->config) ? 0 : -EINVAL;
	}
	bool shared_classifier = model->config.vocabulary > 0; // the format says it by the sign
	if (rc == 0) {
		model->config.vocabulary = abs(model->config.vocabulary);
		model->layers = calloc(model->config.layers, sizeof(*model->layers));
		rc = model->layers == NULL ? -ENOMEM : read_weights(model, shared_classifier);
	}
	if (rc == 0)
		rc = make_state(model);
	if (rc != 0)
		model_close(model);
	return rc;
}

void model_close(struct model *model)
{
	float *vectors[] = {model->x, model->normed, model->query, model->hidden, model->hidden2, model->attention, model->logits,
			    model->keys, model->values};
	for (int i = 0; i < 9; i++)
		free(vectors[i]);
	free(model->layers);
	if (model->file != NULL)
		munmap(model->file, model->file_size);
	*model = (struct model){0};
}

static void rms_norm(float *to, const float *x, const float *weight, int size)
{
	float sum = 0;
	for (int i = 0; i < size; i++)
		sum += x[i] * x[i];
	float scale = 1.0f / sqrtf(sum / size + 1e-5f);
	for (int i = 0; i < size; i++)
		to[i] = weight[i] * (scale * x[i]);
}

static void softmax(float *x, int size)
{
	float largest = x[0], sum = 0;
	for (int i = 1; i < size; i++)
		largest = x[i] > largest ? x[i] : largest;
	for (int i = 0; i < size; i++)
		sum += x[i] = expf(x[i] - largest);
	for (int i = 0; i < size; i++)
		x[i] /= sum;
}

// Turns each pair of a head by an angle that grows with the position and falls with the pair's place.
static void rotate(float *vector, int size, int head, int position)
{
	for (int i = 0; i < size; i += 2) {
		float angle = position / powf(10000.0f, (i % head) / (float)head), cosine = cosf(angle), sine = sinf(angle);
		float a = vector[i], b = vector[i + 1];
		vector[i] = a * cosine - b * sine;
		vector[i + 1] = a * sine + b * cosine;
	}
}

// Each head looks at all positions up to this one; heads that share keys are neighbours.
static void attend(struct model *model, int layer, int position)
{
	const struct model_config *c = &model->config;
	int size = head_size(c), width = kv_dim(c), shared = c->heads / c->kv_heads;
	size_t base = (size_t)layer * c->positions * width;
	float *scores = model->attention;
	for (int head = 0; head < c->heads; head++) {
		const float *query = model->query + head * size;
		const float *keys = model->keys + base + head / shared * size, *values = model->values + base + head / shared * size;
		float *out = model->normed + head * size;
		for (int t = 0; t <= position; t++) {
			float score = 0;
			for (int i = 0; i < size; i++)
				score += query[i] * keys[(size_t)t * width + i];
			scores[t] = score / sqrtf(size);
		}
		softmax(scores, position + 1);
		memset(out, 0, size * sizeof(float));
		for (int t = 0; t <= position; t++)
			for (int i = 0; i < size; i++)
				out[i] += scores[t] * values[(size_t)t * width + i];
	}
}

static int attention_block(struct model *model, struct engine *engine, int index, int position)
{
	const struct model_config *c = &model->config;
	const struct model_layer *layer = &model->layers[index];
	size_t place = ((size_t)index * c->positions + position) * kv_dim(c);
	rms_norm(model->normed, model->x, layer->attention_norm, c->dim);
	int rc = engine->product(engine, &layer->query, model->normed, model->query);
	rc = rc ? rc : engine->product(engine, &layer->key, model->normed, model->keys + place);
	rc = rc ? rc : engine->product(engine, &layer->value, model->normed, model->values + place);
	if (rc != 0)
		return rc;
	rotate(model->query, c->dim, head_size(c), position);
	rotate(model->keys + place, kv_dim(c), head_size(c), position);
	attend(model, index, position);
	rc = engine->product(engine, &layer->output, model->normed, model->query);
	for (int i = 0; rc == 0 && i < c->dim; i++)
		model->x[i] += model->query[i];
	return rc;
}

static int feed_forward_block(struct model *model, struct engine *engine, int index)
{
	const struct model_config *c = &model->config;
	const struct model_layer *layer = &model->layers[index];
	rms_norm(model->normed, model->x, layer->ffn_norm, c->dim);
	int rc = engine->product(engine, &layer->gate, model->normed, model->hidden);
	rc = rc ? rc : engine->product(engine, &layer->up, model->normed, model->hidden2);
	for (int i = 0; i < c->hidden_dim; i++)
		model->hidden[i] *= 1.0f / (1.0f + expf(-model->hidden[i])) * model->hidden2[i];
	rc = rc ? rc : engine->product(engine, &layer->down, model->hidden, model->normed);
	for (int i = 0; rc == 0 && i < c->dim; i++)
		model->x[i] += model->normed[i];
	return rc;
}

int model_forward(struct model *model, struct engine *engine, int token, int position)
{
	const struct model_config *c = &model->config;
	if (token < 0 || token >= c->vocabulary || position < 0 || position >= c->positions)
		return -ERANGE;
	memcpy(model->x, model->embedding + (size_t)token * c->dim, c->dim * sizeof(float));
	int rc = 0;
	for (int layer = 0; layer < c->layers && rc == 0; layer++) {
		rc = attention_block(model, engine, layer, position);
		rc = rc ? rc : feed_forward_block(model, engine, layer);
	}
	rms_norm(model->normed, model->x, model->final_norm, c->dim);
	return rc ? rc : engine->product(engine, &model->classifier, model->normed, model->logits);
}
