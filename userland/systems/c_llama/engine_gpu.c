// engine_gpu.c: see engine_gpu.h. The whole checkpoint is copied once; a product then moves one vector in and one out.
#include "userland/systems/c_llama/engine_gpu.h"
#include <string.h>

extern const char kernels_ptx[];

#define HOP(engine, what, value)                                                                                  \
	do {                                                                                                           \
		if ((engine)->hop != NULL)                                                                             \
			(engine)->hop(what, __FILE__, __LINE__, value);                                                \
	} while (0)

struct parameters { // of matrix_vector, as kernels.cu declares them
	uint32_t rows, columns;
	uint64_t matrix, vector, result;
};

static int product(struct engine *base, const struct matrix *matrix, const float *vector, float *result)
{
	struct engine_gpu *engine = (struct engine_gpu *)base;
	uint64_t offset = (const char *)matrix->values - (const char *)engine->model->file;
	struct parameters parameters = {matrix->rows, matrix->columns, engine->weights.address + offset, engine->vector.address,
					engine->result.address};
	uint32_t blocks = (matrix->rows + ENGINE_GPU_THREADS - 1) / ENGINE_GPU_THREADS;
	HOP(engine, "matrix product wanted: rows", matrix->rows);
	memcpy(engine->vector.bytes, vector, matrix->columns * sizeof(float));
	int rc = gpu_launch(engine->gpu, &engine->kernel, (uint32_t[3]){blocks, 1, 1}, (uint32_t[3]){ENGINE_GPU_THREADS, 1, 1}, 0, &parameters,
			    sizeof(parameters));
	HOP(engine, "launch packet in ring slot", gpu_last_slot(engine->gpu));
	rc = rc ? rc : gpu_wait(engine->gpu);
	if (rc == 0)
		memcpy(result, engine->result.bytes, matrix->rows * sizeof(float));
	HOP(engine, "result read: lane instructions", gpu_last_lane_instructions(engine->gpu));
	return rc;
}

static size_t longest(const struct model_config *config)
{
	size_t size = config->dim > config->hidden_dim ? config->dim : config->hidden_dim;
	return (size > (size_t)config->vocabulary ? size : (size_t)config->vocabulary) * sizeof(float);
}

int engine_gpu_open(struct engine_gpu *engine, const struct model *model, const char *backend)
{
	uint32_t module;
	int rc;
	*engine = (struct engine_gpu){.engine = {product, NULL}, .model = model};
	engine->gpu = gpu_open(backend, &rc);
	if (engine->gpu == NULL)
		return rc;
	rc = gpu_load(engine->gpu, kernels_ptx, strlen(kernels_ptx), &module);
	rc = rc ? rc : gpu_find(engine->gpu, module, "matrix_vector", &engine->kernel);
	rc = rc ? rc : gpu_allocate(engine->gpu, model->file_size, &engine->weights);
	rc = rc ? rc : gpu_allocate(engine->gpu, longest(&model->config), &engine->vector);
	rc = rc ? rc : gpu_allocate(engine->gpu, longest(&model->config), &engine->result);
	if (rc == 0)
		memcpy(engine->weights.bytes, model->file, model->file_size);
	return rc;
}

void engine_gpu_close(struct engine_gpu *engine)
{
	if (engine->gpu != NULL)
		gpu_close(engine->gpu);
	engine->gpu = NULL;
}
