// engine_gpu.h: matrix products on GPU lanes, one lane a row.
#pragma once
#include "emu/runtime/gpu.h"
#include "userland/systems/c_llama/model.h"

struct engine_gpu {
	struct engine engine; // first
	struct gpu *gpu;
	struct gpu_kernel kernel;
	struct gpu_buffer weights, vector, result;
	const struct model *model;
	void (*hop)(const char *what, const char *file, int line, uint64_t value); // `token` follows the work; NULL: nobody does
};

#define ENGINE_GPU_THREADS 64u // lanes a block

// Puts the model's weights into GPU memory. 0 or -errno; gpu_error(engine->gpu) says more when gpu is not NULL.
int engine_gpu_open(struct engine_gpu *engine, const struct model *model, const char *backend);
void engine_gpu_close(struct engine_gpu *engine);
