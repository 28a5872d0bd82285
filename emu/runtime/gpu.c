// gpu.c: see gpu.h. The rings are filled here for both back ends; they differ in four steps: allocate, free, ring, wait.
#include "emu/runtime/gpu.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>
#include "emu/abi/gpu.h"
#include "emu/core/device.h"

#define CORE_BAR_SIZE (64u << 20)
#define LAUNCHES 64u // descriptors in flight

struct gpu {
	int fd;                // device back end
	struct device *device; // core back end, with its own BAR
	uint8_t *bar;
	struct gpu_channel *channel;
	uint64_t submitted, trace_id;
	struct gpu_completion last, last_launch;
	struct gpu_buffer launches; // struct gpu_launch[LAUNCHES]
	char error[256];
	void (*watch)(void *argument, const struct gpu_step *step);
	void *watch_argument;
};

static void *allocate(size_t size)
{
	return calloc(1, size != 0 ? size : 1);
}

static uint64_t clock_ns(void)
{
	struct timespec now;
	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000000000ull + now.tv_nsec;
}

static const struct emu_host core_host = {allocate, free, clock_ns};

static int fail(struct gpu *gpu, int rc, const char *what)
{
	const struct gpu_channel *channel = gpu->channel;
	if (channel != NULL && channel->error != 0 && channel->error_line != 0 && rc != -EFAULT)
		snprintf(gpu->error, sizeof(gpu->error), "%s: line %u: %.120s", what, channel->error_line, channel->error_text); // of the PTX text
	else if (channel != NULL && channel->error != 0)
		snprintf(gpu->error, sizeof(gpu->error), "%s: %.120s (block %u, thread %u, line %u, address 0x%llx)", what,
			 channel->error_text, channel->error_block[0], channel->error_thread[0], channel->error_line,
			 (unsigned long long)channel->error_address);
	else
		snprintf(gpu->error, sizeof(gpu->error), "%s: %s", what, strerror(-rc));
	return rc;
}

// Lets the core work: its rings are ours to run.
static void run_core(struct gpu *gpu)
{
	uint32_t rings;
	while (device_run(gpu->device, &rings))
		;
}

static int admin(struct gpu *gpu, const struct gpu_packet *packet, struct gpu_completion *completion)
{
	struct gpu_channel *channel = (void *)(gpu->bar + ((struct gpu_identity *)gpu->bar)->admin_offset);
	channel->submit[channel->submit_tail % GPU_RING_SIZE] = *packet;
	channel->submit_tail++;
	run_core(gpu);
	*completion = channel->complete[channel->complete_head++ % GPU_RING_SIZE];
	return completion->status;
}

static int open_core(struct gpu *gpu)
{
	struct gpu_completion completion;
	gpu->bar = mmap(NULL, CORE_BAR_SIZE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (gpu->bar == MAP_FAILED) {
		gpu->bar = NULL;
		return -ENOMEM;
	}
	gpu->device = device_create(&core_host, gpu->bar, CORE_BAR_SIZE);
	if (gpu->device == NULL)
		return -ENOMEM;
	gpu->channel = (void *)(gpu->bar + ((struct gpu_identity *)gpu->bar)->contexts_offset);
	return admin(gpu, &(struct gpu_packet){.type = GPU_CONTEXT_OPEN}, &completion);
}

static int open_device(struct gpu *gpu)
{
	gpu->fd = open("/dev/gpu0", O_RDWR | O_CLOEXEC);
	if (gpu->fd < 0)
		return -errno;
	gpu->channel = mmap(NULL, 65536, PROT_READ | PROT_WRITE, MAP_SHARED, gpu->fd, GPU_MMAP_CHANNEL);
	if (gpu->channel == MAP_FAILED) {
		gpu->channel = NULL;
		return -errno;
	}
	return 0;
}

struct gpu *gpu_open(const char *backend, int *rc)
{
	struct gpu *gpu = calloc(1, sizeof(*gpu));
	*rc = gpu == NULL ? -ENOMEM : backend != NULL && strcmp(backend, "device") != 0 && strcmp(backend, "core") != 0 ? -EINVAL : 0;
	if (*rc == 0) {
		gpu->fd = -1;
		*rc = backend == NULL || strcmp(backend, "device") == 0 ? open_device(gpu) : -ENODEV;
		if (*rc != 0 && (backend == NULL || strcmp(backend, "core") == 0))
			*rc = open_core(gpu);
	}
	if (*rc == 0)
		*rc = gpu_allocate(gpu, LAUNCHES * sizeof(struct gpu_launch), &gpu->launches);
	if (*rc == 0)
		return gpu;
	if (gpu != NULL)
		gpu_close(gpu);
	return NULL;
}

void gpu_close(struct gpu *gpu)
{
	if (gpu->device != NULL)
		device_destroy(gpu->device);
	if (gpu->bar != NULL)
		munmap(gpu->bar, CORE_BAR_SIZE);
	if (gpu->fd >= 0) {
		if (gpu->channel != NULL)
			munmap(gpu->channel, 65536);
		close(gpu->fd);
	}
	free(gpu);
}

const char *gpu_backend(const struct gpu *gpu)
{
	return gpu->device != NULL ? "core" : "device";
}

const char *gpu_error(const struct gpu *gpu)
{
	return gpu->error;
}

int gpu_allocate(struct gpu *gpu, size_t size, struct gpu_buffer *buffer)
{
	struct gpu_memory memory = {.bytes = size};
	struct gpu_completion completion;
	*buffer = (struct gpu_buffer){.size = size};
	if (gpu->device != NULL) {
		int rc = admin(gpu, &(struct gpu_packet){.type = GPU_ALLOCATE, .b = size}, &completion);
		if (rc != 0)
			return fail(gpu, rc, "GPU memory");
		buffer->address = completion.result;
		buffer->bytes = gpu->bar + completion.value;
		return 0;
	}
	if (ioctl(gpu->fd, GPU_IOCTL_ALLOCATE, &memory) != 0)
		return fail(gpu, -errno, "GPU memory");
	buffer->address = memory.address;
	buffer->bytes = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, gpu->fd, memory.offset);
	return buffer->bytes != MAP_FAILED ? 0 : fail(gpu, -errno, "mapping GPU memory");
}

void gpu_free(struct gpu *gpu, struct gpu_buffer *buffer)
{
	struct gpu_memory memory = {.address = buffer->address};
	struct gpu_completion completion;
	if (buffer->size == 0)
		return;
	if (gpu->device != NULL)
		admin(gpu, &(struct gpu_packet){.type = GPU_FREE, .b = buffer->address}, &completion);
	else {
		munmap(buffer->bytes, buffer->size);
		ioctl(gpu->fd, GPU_IOCTL_FREE, &memory);
	}
	*buffer = (struct gpu_buffer){0};
}

static void collect(struct gpu *gpu)
{
	struct gpu_channel *channel = gpu->channel;
	while (channel->complete_head != __atomic_load_n(&channel->complete_tail, __ATOMIC_ACQUIRE)) {
		gpu->last = channel->complete[channel->complete_head % GPU_RING_SIZE];
		if (gpu->last.type == GPU_LAUNCH)
			gpu->last_launch = gpu->last;
		__atomic_store_n(&channel->complete_head, channel->complete_head + 1, __ATOMIC_RELEASE);
	}
}

int gpu_wait(struct gpu *gpu)
{
	struct gpu_channel *channel = gpu->channel;
	int rc = 0;
	if (gpu->device != NULL)
		run_core(gpu);
	for (int spin = 0; spin < 200 && channel->timelines[0] < gpu->submitted; spin++)
		__asm__ volatile("pause" ::: "memory"); // a few microseconds, then sleep
	while (rc == 0 && gpu->device == NULL && __atomic_load_n(&channel->timelines[0], __ATOMIC_ACQUIRE) < gpu->submitted &&
	       channel->error == 0)
		if (ioctl(gpu->fd, GPU_IOCTL_WAIT, &(struct gpu_wait){.value = gpu->submitted}) != 0 && errno != EINTR)
			rc = -errno;
	collect(gpu);
	if (channel->error != 0)
		rc = channel->error < 0 ? channel->error : -EIO;
	return rc != 0 ? fail(gpu, rc, "GPU") : 0;
}

static int submit(struct gpu *gpu, struct gpu_packet packet)
{
	struct gpu_channel *channel = gpu->channel;
	if (channel->submit_tail - __atomic_load_n(&channel->submit_head, __ATOMIC_ACQUIRE) >= LAUNCHES - 1) {
		int rc = gpu_wait(gpu);
		if (rc != 0)
			return rc;
	}
	collect(gpu);
	packet.value = ++gpu->submitted;
	packet.trace_id = gpu->trace_id;
	channel->submit[channel->submit_tail % GPU_RING_SIZE] = packet;
	__atomic_store_n(&channel->submit_tail, channel->submit_tail + 1, __ATOMIC_RELEASE);
	__atomic_thread_fence(__ATOMIC_SEQ_CST);
	if (gpu->device == NULL && __atomic_load_n(&channel->device_sleeps, __ATOMIC_RELAXED) != 0)
		ioctl(gpu->fd, GPU_IOCTL_RING, 0);
	return 0;
}

// A packet whose answer is wanted at once.
static int ask(struct gpu *gpu, struct gpu_packet packet, const char *what)
{
	int rc = submit(gpu, packet);
	if (gpu->device != NULL)
		run_core(gpu);
	uint64_t index = gpu->channel->submit_tail - 1;
	while (rc == 0 && (gpu->last.index != index || gpu->last.type != packet.type)) {
		if (gpu->device == NULL && gpu->channel->complete_tail == gpu->channel->complete_head &&
		    ioctl(gpu->fd, GPU_IOCTL_WAIT, &(struct gpu_wait){.value = gpu->submitted, .timeout_ms = 1}) != 0 && errno == ENODEV)
			return fail(gpu, -ENODEV, what);
		collect(gpu);
	}
	if (rc == 0 && gpu->last.status != 0)
		rc = fail(gpu, gpu->last.status, what);
	if (rc != 0 && gpu->channel->error == 0) // a question that failed does not poison: its timeline value is due all the same
		gpu->submitted--;
	return rc;
}

// As ask(), about bytes that the device is to read: *address, a field of the packet, becomes theirs.
static int ask_about(struct gpu *gpu, const void *bytes, size_t size, struct gpu_packet *packet, uint64_t *address, const char *what)
{
	struct gpu_buffer text;
	int rc = gpu_allocate(gpu, size, &text);
	if (rc != 0)
		return rc;
	memcpy(text.bytes, bytes, size);
	*address = text.address;
	rc = ask(gpu, *packet, what);
	gpu_free(gpu, &text);
	return rc;
}

int gpu_load(struct gpu *gpu, const char *ptx, size_t size, uint32_t *module)
{
	struct gpu_packet packet = {.type = GPU_MODULE, .b = size};
	int rc = ask_about(gpu, ptx, size, &packet, &packet.a, "PTX module");
	*module = gpu->last.result;
	return rc;
}

int gpu_find(struct gpu *gpu, uint32_t module, const char *name, struct gpu_kernel *kernel)
{
	struct gpu_packet packet = {.type = GPU_KERNEL, .a = module};
	int rc = ask_about(gpu, name, strlen(name) + 1, &packet, &packet.b, name);
	*kernel = (struct gpu_kernel){module, gpu->last.result, gpu->last.value};
	return rc;
}

int gpu_launch(struct gpu *gpu, const struct gpu_kernel *kernel, const uint32_t grid[3], const uint32_t block[3],
	       uint32_t dynamic_shared, const void *parameters, size_t size)
{
	uint64_t slot = gpu->channel->submit_tail % LAUNCHES;
	struct gpu_launch *launch = (struct gpu_launch *)gpu->launches.bytes + slot;
	if (size > sizeof(launch->parameters) || size < kernel->parameter_bytes)
		return fail(gpu, -EINVAL, "launch: the parameters' size is not the kernel's");
	if (gpu->channel->submit_tail - gpu->channel->submit_head >= LAUNCHES - 1 && gpu_wait(gpu) != 0)
		return -EIO;
	*launch = (struct gpu_launch){.module = kernel->module, .kernel = kernel->number, .dynamic_shared = dynamic_shared,
				      .parameter_bytes = kernel->parameter_bytes};
	memcpy(launch->grid, grid, sizeof(launch->grid));
	memcpy(launch->block, block, sizeof(launch->block));
	memcpy(launch->parameters, parameters, kernel->parameter_bytes);
	return submit(gpu, (struct gpu_packet){.type = GPU_LAUNCH, .a = gpu->launches.address + slot * sizeof(*launch)});
}

int gpu_copy(struct gpu *gpu, uint64_t to, uint64_t from, size_t size)
{
	return submit(gpu, (struct gpu_packet){.type = GPU_COPY, .a = to, .b = from, .c = size});
}

uint64_t gpu_last_nanoseconds(const struct gpu *gpu)
{
	return gpu->last_launch.finished_ns - gpu->last_launch.started_ns;
}

uint64_t gpu_last_lane_instructions(const struct gpu *gpu)
{
	return gpu->last_launch.lane_instructions;
}

uint32_t gpu_last_slot(const struct gpu *gpu)
{
	return (gpu->channel->submit_tail - 1) % GPU_RING_SIZE;
}

void gpu_set_trace(struct gpu *gpu, uint64_t trace_id)
{
	gpu->trace_id = trace_id;
}

static void tell(void *argument, const struct simt_step *step)
{
	struct gpu *gpu = argument;
	const struct ptx_instruction *i = step->instruction;
	gpu->watch(gpu->watch_argument, &(struct gpu_step){i->line, step->number, step->block, step->warp, step->active, step->taken,
							   i->op == PTX_BRA && i->predicate >= 0});
}

int gpu_watch(struct gpu *gpu, void (*watch)(void *argument, const struct gpu_step *step), void *argument)
{
	if (gpu->device == NULL)
		return -ENOTSUP;
	gpu->watch = watch;
	gpu->watch_argument = argument;
	device_watch(gpu->device, tell, gpu);
	return 0;
}
