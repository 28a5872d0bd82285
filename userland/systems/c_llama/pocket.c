// pocket.c: a language model's forward pass in one sitting.   cc pocket.c -lm && ./a.out stories260K.bin
//
// A model is a function: given the words so far, a score for every word of its vocabulary. This edition computes it in the most
// direct way: for each new word it recomputes everything, for all positions, from the first layer to the last. There is no cache
// of keys and values, no engine, no checks, and every matrix product is the same three lines. model.c keeps what was computed
// and hands its products to lanes; both must give the same scores (tests/unit/model_test.c).
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct pocket_model {
	int dim, hidden, layers, heads, kv_heads, vocabulary, positions; // as the file begins
	float *weights;
};

static void pocket_product(float *result, const float *matrix, const float *vector, int rows, int columns)
{
	for (int row = 0; row < rows; row++) {
		result[row] = 0;
		for (int column = 0; column < columns; column++)
			result[row] += matrix[row * columns + column] * vector[column];
	}
}

static void pocket_norm(float *result, const float *x, const float *weight, int size)
{
	float sum = 0;
	for (int i = 0; i < size; i++)
		sum += x[i] * x[i];
	for (int i = 0; i < size; i++)
		result[i] = weight[i] * (x[i] / sqrtf(sum / size + 1e-5f));
}

static void pocket_rotate(float *vector, int size, int head, int position)
{
	for (int i = 0; i < size; i += 2) {
		float angle = position / powf(10000.0f, (i % head) / (float)head), a = vector[i], b = vector[i + 1];
		vector[i] = a * cosf(angle) - b * sinf(angle);
		vector[i + 1] = a * sinf(angle) + b * cosf(angle);
	}
}

// Scores of the word that follows tokens[0 .. count - 1].
static void pocket_forward(const struct pocket_model *m, const int *tokens, int count, float *scores)
{
	int head = m->dim / m->heads, kv = head * m->kv_heads;
	size_t square = (size_t)m->dim * m->dim, narrow = (size_t)m->dim * kv, wide = (size_t)m->dim * m->hidden;
	// Where each kind of weight begins; each lies for all layers in a row.
	float *embedding = m->weights, *norm1 = embedding + (size_t)m->vocabulary * m->dim, *wq = norm1 + (size_t)m->layers * m->dim;
	float *wk = wq + m->layers * square, *wv = wk + m->layers * narrow, *wo = wv + m->layers * narrow, *norm2 = wo + m->layers * square;
	float *w1 = norm2 + (size_t)m->layers * m->dim, *w2 = w1 + m->layers * wide, *w3 = w2 + m->layers * wide, *norm3 = w3 + m->layers * wide;
	float *x = calloc((size_t)count * m->dim, sizeof(float)), *q = calloc((size_t)count * m->dim, sizeof(float));
	float *k = calloc((size_t)count * kv, sizeof(float)), *v = calloc((size_t)count * kv, sizeof(float));
	float *n = calloc(m->dim, sizeof(float)), *mixed = calloc(m->dim, sizeof(float)), *out = calloc(m->dim, sizeof(float));
	float *gate = calloc(m->hidden, sizeof(float)), *up = calloc(m->hidden, sizeof(float)), *weight = calloc(count, sizeof(float));

	for (int t = 0; t < count; t++) // words become vectors
		memcpy(x + (size_t)t * m->dim, embedding + (size_t)tokens[t] * m->dim, m->dim * sizeof(float));
	for (int layer = 0; layer < m->layers; layer++) {
		for (int t = 0; t < count; t++) { // every word asks, and says what it has
			pocket_norm(n, x + (size_t)t * m->dim, norm1 + layer * m->dim, m->dim);
			pocket_product(q + (size_t)t * m->dim, wq + layer * square, n, m->dim, m->dim);
			pocket_product(k + (size_t)t * kv, wk + layer * narrow, n, kv, m->dim);
			pocket_product(v + (size_t)t * kv, wv + layer * narrow, n, kv, m->dim);
			pocket_rotate(q + (size_t)t * m->dim, m->dim, head, t);
			pocket_rotate(k + (size_t)t * kv, kv, head, t);
		}
		for (int t = 0; t < count; t++) {
			for (int h = 0; h < m->heads; h++) { // attention: a mix of what the words before have
				int from = h / (m->heads / m->kv_heads) * head;
				float largest = -1e30f, sum = 0;
				for (int s = 0; s <= t; s++) {
					weight[s] = 0;
					for (int i = 0; i < head; i++)
						weight[s] += q[(size_t)t * m->dim + h * head + i] * k[(size_t)s * kv + from + i];
					weight[s] /= sqrtf(head);
					largest = weight[s] > largest ? weight[s] : largest;
				}
				for (int s = 0; s <= t; s++)
					sum += weight[s] = expf(weight[s] - largest);
				for (int i = 0; i < head; i++) {
					mixed[h * head + i] = 0;
					for (int s = 0; s <= t; s++)
						mixed[h * head + i] += weight[s] / sum * v[(size_t)s * kv + from + i];
				}
			}
			float *here = x + (size_t)t * m->dim;
			pocket_product(out, wo + layer * square, mixed, m->dim, m->dim);
			for (int i = 0; i < m->dim; i++)
				here[i] += out[i];
			pocket_norm(n, here, norm2 + layer * m->dim, m->dim); // and each word thinks for itself
			pocket_product(gate, w1 + layer * wide, n, m->hidden, m->dim);
			pocket_product(up, w3 + layer * wide, n, m->hidden, m->dim);
			for (int i = 0; i < m->hidden; i++)
				gate[i] = gate[i] / (1 + expf(-gate[i])) * up[i];
			pocket_product(out, w2 + layer * wide, gate, m->dim, m->hidden);
			for (int i = 0; i < m->dim; i++)
				here[i] += out[i];
		}
	}
	pocket_norm(n, x + (size_t)(count - 1) * m->dim, norm3, m->dim);
	pocket_product(scores, embedding, n, m->vocabulary, m->dim); // the vector nearest to each word's own
	free(x), free(q), free(k), free(v), free(n), free(mixed), free(out), free(gate), free(up), free(weight);
}

static int pocket_open(struct pocket_model *m, const char *path)
{
	FILE *file = fopen(path, "rb");
	if (file == NULL || fread(m, sizeof(int), 7, file) != 7 || fseek(file, 0, SEEK_END) != 0)
		return -1;
	long size = ftell(file) - 28;
	m->weights = malloc(size);
	fseek(file, 28, SEEK_SET);
	int rc = fread(m->weights, 1, size, file) == (size_t)size ? 0 : -1;
	fclose(file);
	return rc;
}

int main(int argc, char **argv)
{
	struct pocket_model model;
	int tokens[33] = {1}; // the beginning of a text
	if (argc != 2 || pocket_open(&model, argv[1]) != 0) {
		fprintf(stderr, "usage: a.out stories260K.bin   (a llama2.c checkpoint)\n");
		return 2;
	}
	float *scores = calloc(model.vocabulary, sizeof(float));
	for (int count = 1; count <= 32; count++) {
		int best = 0;
		pocket_forward(&model, tokens, count, scores);
		for (int i = 1; i < model.vocabulary; i++)
			best = scores[i] > scores[best] ? i : best;
		tokens[count] = best;
		printf("%d%c", best, count % 16 == 0 ? '\n' : ' ');
	}
	free(scores), free(model.weights);
	return 0;
}
