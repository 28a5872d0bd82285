// gpu.h: a GPU for programs: memory, modules, launches. Two back ends, the same code above them: the device behind /dev/gpu0,
// or the same core linked into the program when there is none.
//
// Calls return 0 or -errno; after the first fault (-EIO, -EFAULT) the context is poisoned and gpu_error() says why.
// One thread at a time.
#pragma once
#include <stddef.h>
#include <stdint.h>

struct gpu;

struct gpu_buffer {
	uint64_t address; // as kernels see it
	void *bytes;      // as this program sees it: the same memory
	size_t size;
};

struct gpu_kernel {
	uint32_t module, number, parameter_bytes;
};

struct gpu_step { // one warp instruction, told before it runs
	uint32_t line, number, block, warp;
	uint32_t active, taken; // lanes; taken: those that a branch sends away
	int branches;           // a branch that asks each lane
};

// backend: "device", "core", or NULL for the device if it is there, else the core. NULL: *rc says why not.
struct gpu *gpu_open(const char *backend, int *rc);
void gpu_close(struct gpu *gpu);
const char *gpu_backend(const struct gpu *gpu); // "device" or "core"
const char *gpu_error(const struct gpu *gpu);   // of the last failure: what, block, thread, line

int gpu_allocate(struct gpu *gpu, size_t size, struct gpu_buffer *buffer); // zeroed
void gpu_free(struct gpu *gpu, struct gpu_buffer *buffer);

int gpu_load(struct gpu *gpu, const char *ptx, size_t size, uint32_t *module);
int gpu_find(struct gpu *gpu, uint32_t module, const char *name, struct gpu_kernel *kernel);
// Queues a launch; parameters as the kernel declares them, laid out like a C struct.
int gpu_launch(struct gpu *gpu, const struct gpu_kernel *kernel, const uint32_t grid[3], const uint32_t block[3],
	       uint32_t dynamic_shared, const void *parameters, size_t size);
int gpu_copy(struct gpu *gpu, uint64_t to, uint64_t from, size_t size);
int gpu_wait(struct gpu *gpu); // until all that was queued is done

// Of the last completed launch.
uint64_t gpu_last_nanoseconds(const struct gpu *gpu);
uint64_t gpu_last_lane_instructions(const struct gpu *gpu);
uint32_t gpu_last_slot(const struct gpu *gpu); // ring slot of the last packet
void gpu_set_trace(struct gpu *gpu, uint64_t trace_id); // travels in every packet from now on
// Core back end only: told of every warp instruction. -ENOTSUP on the device.
int gpu_watch(struct gpu *gpu, void (*watch)(void *argument, const struct gpu_step *step), void *argument);
