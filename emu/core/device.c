// device.c: see device.h. One thread runs it; the host's side of every ring is hostile: a packet is copied once, every number
// in the copy is checked, and a context can only harm itself.
#include "emu/core/device.h"
#include "kernel/lib/format.h"
#include "kernel/lib/string.h"
#include "kernel/uapi/errno.h"

#define ALLOCATIONS_MAX 512u
#define MODULES_MAX 32u
#define PAGE 4096ull

struct allocation {
	uint64_t address, size, offset; // offset in BAR2; size 0: a free slot
};

struct context {
	bool open;
	struct gpu_channel *channel;
	uint64_t next_address;
	struct allocation allocations[ALLOCATIONS_MAX];
	struct ptx_program *modules[MODULES_MAX];
	uint32_t last_hit; // allocation of the last access: most go to the same one
	struct device *device;
};

struct device {
	const struct emu_host *host;
	uint8_t *bar;
	uint64_t size, memory_offset;
	struct gpu_identity *identity;
	struct gpu_channel *admin;
	struct context contexts[GPU_CONTEXTS];
	uint8_t *page_used; // one byte a page of device memory
	uint64_t page_count;
	void (*watch)(void *argument, const struct simt_step *step);
	void *watch_argument;
};

struct device *device_create(const struct emu_host *host, void *bar, uint64_t size)
{
	uint64_t contexts_offset = 2 * 65536, memory_offset = contexts_offset + GPU_CONTEXTS * 65536ull;
	if (size < memory_offset + (1 << 20))
		return NULL;
	struct device *device = host->allocate(sizeof(*device));
	if (device == NULL)
		return NULL;
	device->host = host;
	device->bar = bar;
	device->size = size;
	device->memory_offset = memory_offset;
	device->page_count = (size - memory_offset) / PAGE;
	device->page_used = host->allocate(device->page_count);
	if (device->page_used == NULL) {
		host->release(device);
		return NULL;
	}
	device->identity = bar;
	device->admin = (void *)(device->bar + 65536);
	for (uint32_t i = 0; i < GPU_CONTEXTS; i++) {
		device->contexts[i].channel = (void *)(device->bar + contexts_offset + i * 65536ull);
		device->contexts[i].device = device;
	}
	*device->identity = (struct gpu_identity){.magic = GPU_MAGIC, .major = GPU_MAJOR, .minor = GPU_MINOR,
						  .header_bytes = sizeof(struct gpu_identity), .generation = 1, .admin_offset = 65536,
						  .contexts_offset = contexts_offset, .context_stride = 65536,
						  .context_count = GPU_CONTEXTS, .warp_lanes = SIMT_LANES,
						  .memory_offset = memory_offset, .memory_size = device->page_count * PAGE};
	__atomic_store_n(&device->identity->state, GPU_READY, __ATOMIC_RELEASE);
	return device;
}

static void free_pages(struct device *device, const struct allocation *allocation)
{
	uint64_t first = (allocation->offset - device->memory_offset) / PAGE;
	memset(device->page_used + first, 0, (allocation->size + PAGE - 1) / PAGE);
}

static void drop_module(struct context *context, uint32_t module)
{
	if (context->modules[module] == NULL)
		return;
	ptx_free(context->device->host, context->modules[module]);
	context->device->host->release(context->modules[module]);
	context->modules[module] = NULL;
}

static void close_context(struct context *context)
{
	for (uint32_t i = 0; i < MODULES_MAX; i++)
		drop_module(context, i);
	for (uint32_t i = 0; i < ALLOCATIONS_MAX; i++)
		if (context->allocations[i].size != 0)
			free_pages(context->device, &context->allocations[i]);
	memset(context->allocations, 0, sizeof(context->allocations));
	context->open = false;
}

void device_destroy(struct device *device)
{
	__atomic_store_n(&device->identity->state, GPU_GONE, __ATOMIC_RELEASE);
	for (uint32_t i = 0; i < GPU_CONTEXTS; i++)
		close_context(&device->contexts[i]);
	device->host->release(device->page_used);
	device->host->release(device);
}

void device_watch(struct device *device, void (*watch)(void *argument, const struct simt_step *step), void *argument)
{
	device->watch = watch;
	device->watch_argument = argument;
}

// A context's address to bytes of BAR2: inside one live allocation, or nothing.
static void *translate(void *argument, uint64_t address, uint32_t size, bool write)
{
	struct context *context = argument;
	const struct allocation *hit = &context->allocations[context->last_hit];
	(void)write;
	for (uint32_t i = 0; address - hit->address >= hit->size || hit->size - (address - hit->address) < size; i++) {
		if (i == ALLOCATIONS_MAX)
			return NULL;
		context->last_hit = i;
		hit = &context->allocations[i];
	}
	return context->device->bar + hit->offset + (address - hit->address);
}

static void *range(struct context *context, uint64_t address, uint64_t size)
{
	return size != 0 && size <= UINT32_MAX ? translate(context, address, size, true) : NULL;
}

static uint64_t find_pages(struct device *device, uint64_t count)
{
	uint64_t run = 0;
	for (uint64_t i = 0; i < device->page_count; i++) {
		run = device->page_used[i] ? 0 : run + 1;
		if (run == count)
			return i + 1 - count;
	}
	return ~0ull;
}

static int allocate(struct device *device, struct context *context, uint64_t size, struct gpu_completion *completion)
{
	uint32_t slot = 0;
	uint64_t pages = (size + PAGE - 1) / PAGE;
	if (size == 0 || size > device->size)
		return -EINVAL;
	while (slot < ALLOCATIONS_MAX && context->allocations[slot].size != 0)
		slot++;
	uint64_t first = slot < ALLOCATIONS_MAX ? find_pages(device, pages) : ~0ull;
	if (first == ~0ull)
		return -ENOMEM;
	memset(device->page_used + first, 1, pages);
	memset(device->bar + device->memory_offset + first * PAGE, 0, pages * PAGE); // another context's secrets
	context->allocations[slot] = (struct allocation){context->next_address, size, device->memory_offset + first * PAGE};
	completion->result = context->next_address;
	completion->value = device->memory_offset + first * PAGE;
	context->next_address += pages * PAGE + PAGE; // addresses are not used again: a stale one stays invalid
	return 0;
}

static int release(struct device *device, struct context *context, uint64_t address)
{
	for (uint32_t i = 0; i < ALLOCATIONS_MAX; i++)
		if (context->allocations[i].size != 0 && context->allocations[i].address == address) {
			free_pages(device, &context->allocations[i]);
			context->allocations[i] = (struct allocation){0};
			return 0;
		}
	return -EINVAL;
}

static int run_admin(struct device *device, const struct gpu_packet *packet, struct gpu_completion *completion)
{
	struct context *context = packet->a < GPU_CONTEXTS ? &device->contexts[packet->a] : NULL;
	if (context == NULL || (packet->type != GPU_CONTEXT_OPEN && !context->open))
		return -EINVAL;
	switch (packet->type) {
	case GPU_CONTEXT_OPEN:
		if (context->open)
			return -EBUSY;
		memset(context->channel, 0, sizeof(*context->channel));
		context->next_address = GPU_MEMORY_BASE;
		context->open = true;
		return 0;
	case GPU_CONTEXT_CLOSE:
		close_context(context);
		return 0;
	case GPU_ALLOCATE: return allocate(device, context, packet->b, completion);
	case GPU_FREE: return release(device, context, packet->b);
	default: return -EINVAL;
	}
}

static void set_error(struct context *context, int rc, const struct simt_fault *fault, const char *text, uint32_t line)
{
	struct gpu_channel *channel = context->channel;
	if (fault != NULL && fault->what != NULL) {
		memcpy(channel->error_block, fault->block, sizeof(fault->block));
		memcpy(channel->error_thread, fault->thread, sizeof(fault->thread));
		channel->error_address = fault->address;
		text = fault->what;
		line = fault->line;
	}
	channel->error_line = line;
	strlcpy(channel->error_text, text, sizeof(channel->error_text));
	__atomic_store_n(&channel->error, rc, __ATOMIC_RELEASE);
}

static int load_module(struct context *context, const struct gpu_packet *packet, struct gpu_completion *completion)
{
	const struct emu_host *host = context->device->host;
	const char *text = range(context, packet->a, packet->b);
	struct ptx_error error;
	uint32_t slot = 0;
	while (slot < MODULES_MAX && context->modules[slot] != NULL)
		slot++;
	struct ptx_program *program = text != NULL && slot < MODULES_MAX ? host->allocate(sizeof(*program)) : NULL;
	if (program == NULL)
		return text == NULL ? -EFAULT : -ENOMEM;
	int rc = ptx_parse(host, text, packet->b, program, &error); // it copies the text first
	if (rc != 0) {
		set_error(context, rc, NULL, error.message, error.line);
		host->release(program);
		return rc;
	}
	context->modules[slot] = program;
	completion->result = slot;
	return 0;
}

// Asked now and then while a kernel runs: its program is gone when the next admin packet closes the context. The packet stays
// where it is; it is run when the launch has ended.
static bool closes_next(void *argument)
{
	const struct context *context = argument;
	const struct gpu_channel *admin = context->device->admin;
	uint64_t head = admin->submit_head;
	context->device->identity->heartbeat++;
	const struct gpu_packet *next = &admin->submit[head % GPU_RING_SIZE];
	return __atomic_load_n(&admin->submit_tail, __ATOMIC_ACQUIRE) != head && next->type == GPU_CONTEXT_CLOSE &&
	       next->a == (uint64_t)(context - context->device->contexts);
}

static int launch(struct context *context, const struct gpu_packet *packet, struct gpu_completion *completion)
{
	struct device *device = context->device;
	const void *from = range(context, packet->a, sizeof(struct gpu_launch));
	struct gpu_launch request;
	if (from == NULL)
		return -EFAULT;
	memcpy(&request, from, sizeof(request));
	const struct ptx_program *program = request.module < MODULES_MAX ? context->modules[request.module] : NULL;
	if (program == NULL || request.kernel >= program->kernel_count)
		return -EINVAL;
	const struct ptx_kernel *kernel = &program->kernels[request.kernel];
	if (request.parameter_bytes != kernel->parameter_bytes || request.parameter_bytes > sizeof(request.parameters))
		return -EINVAL;
	struct simt_launch run = {.host = device->host, .program = program, .kernel = kernel, .parameters = request.parameters,
				  .dynamic_shared = request.dynamic_shared, .memory = {translate, context},
				  .watch = device->watch, .watch_argument = device->watch_argument,
				  .cancelled = closes_next, .cancel_argument = context};
	memcpy(run.grid, request.grid, sizeof(run.grid));
	memcpy(run.block, request.block, sizeof(run.block));
	int rc = simt_run(&run);
	completion->lane_instructions = run.counters.lane_instructions;
	if (rc == -EFAULT)
		set_error(context, rc, &run.fault, "", 0);
	return rc;
}

static int copy_or_fill(struct context *context, const struct gpu_packet *packet)
{
	uint8_t *to = range(context, packet->a, packet->c);
	if (packet->type == GPU_COPY) {
		const uint8_t *from = range(context, packet->b, packet->c);
		if (to == NULL || from == NULL)
			return -EFAULT;
		memmove(to, from, packet->c);
		return 0;
	}
	uint32_t value = packet->b;
	if (to == NULL || packet->c % 4 != 0)
		return to == NULL ? -EFAULT : -EINVAL;
	for (uint64_t i = 0; i < packet->c; i += 4)
		memcpy(to + i, &value, 4);
	return 0;
}

static int find_kernel(struct context *context, const struct gpu_packet *packet, struct gpu_completion *completion)
{
	char name[PTX_NAME_MAX] = {0};
	const struct ptx_program *program = packet->a < MODULES_MAX ? context->modules[packet->a] : NULL;
	for (unsigned i = 0; i < sizeof(name); i++) {
		const char *byte = translate(context, packet->b + i, 1, false);
		if (byte == NULL || program == NULL)
			return program == NULL ? -EINVAL : -EFAULT;
		if ((name[i] = *byte) == '\0')
			break;
	}
	const struct ptx_kernel *kernel = name[sizeof(name) - 1] == '\0' ? ptx_kernel_find(program, name) : NULL;
	if (kernel == NULL)
		return -ENOENT;
	completion->result = kernel - program->kernels;
	completion->value = kernel->parameter_bytes;
	return 0;
}

static int run_packet(struct context *context, const struct gpu_packet *packet, struct gpu_completion *completion)
{
	int rc;
	if (context->channel->error != 0)
		return -ECANCELED;
	switch (packet->type) {
	case GPU_NOP: return 0;
	case GPU_LAUNCH:
		rc = launch(context, packet, completion);
		break;
	case GPU_COPY:
	case GPU_FILL:
		rc = copy_or_fill(context, packet);
		break;
	case GPU_MODULE:
		rc = load_module(context, packet, completion);
		break;
	case GPU_KERNEL:
		return find_kernel(context, packet, completion); // a wrong name harms nobody
	case GPU_MODULE_DROP:
		rc = packet->a < MODULES_MAX ? 0 : -EINVAL;
		if (rc == 0)
			drop_module(context, packet->a);
		break;
	default:
		rc = -EINVAL;
	}
	if (rc != 0 && context->channel->error == 0)
		set_error(context, rc, NULL, rc == -EFAULT ? "a packet names memory that is not allocated" : "a packet is wrong", 0);
	return rc;
}

// Takes one packet of a channel. `context` NULL: the admin channel. True: there was one.
static bool run_channel(struct device *device, struct gpu_channel *channel, struct context *context, bool *ring)
{
	uint64_t head = channel->submit_head, tail = __atomic_load_n(&channel->submit_tail, __ATOMIC_ACQUIRE);
	uint64_t complete = channel->complete_tail;
	if (tail - head > GPU_RING_SIZE) { // more than the ring holds: nothing in it can be believed
		if (context != NULL && channel->error == 0)
			set_error(context, -EINVAL, NULL, "the submission tail is ahead of the ring", 0);
		channel->submit_head = tail;
		return *ring = true;
	}
	if (head == tail || complete - __atomic_load_n(&channel->complete_head, __ATOMIC_ACQUIRE) >= GPU_RING_SIZE)
		return false; // nothing new, or nowhere to say so
	struct gpu_packet packet = channel->submit[head % GPU_RING_SIZE];
	struct gpu_completion completion = {.type = packet.type, .index = head, .trace_id = packet.trace_id, .started_ns = device->host->clock_ns()};
	completion.status = context != NULL ? run_packet(context, &packet, &completion) : run_admin(device, &packet, &completion);
	completion.finished_ns = device->host->clock_ns();
	channel->submit_head = head + 1;
	channel->complete[complete % GPU_RING_SIZE] = completion;
	__atomic_store_n(&channel->complete_tail, complete + 1, __ATOMIC_RELEASE);
	if (packet.value != 0 && packet.timeline < GPU_TIMELINES && completion.status == 0)
		__atomic_store_n(&channel->timelines[packet.timeline], packet.value, __ATOMIC_RELEASE);
	__atomic_thread_fence(__ATOMIC_SEQ_CST);
	*ring = __atomic_load_n(&channel->host_sleeps, __ATOMIC_RELAXED) != 0;
	return true;
}

bool device_run(struct device *device, uint32_t *rings)
{
	bool busy = false, ring = false;
	*rings = 0;
	device->identity->heartbeat++;
	if (run_channel(device, device->admin, NULL, &ring)) {
		busy = true;
		*rings |= ring ? 1u << GPU_VECTOR_ADMIN : 0;
	}
	for (uint32_t i = 0; i < GPU_CONTEXTS; i++)
		if (device->contexts[i].open && run_channel(device, device->contexts[i].channel, &device->contexts[i], &ring)) {
			busy = true;
			*rings |= ring ? 1u << GPU_VECTOR_CONTEXTS : 0;
		}
	return busy;
}

void device_set_sleeping(struct device *device, bool sleeping)
{
	__atomic_store_n(&device->admin->device_sleeps, sleeping, __ATOMIC_RELAXED);
	for (uint32_t i = 0; i < GPU_CONTEXTS; i++)
		if (device->contexts[i].open || !sleeping)
			__atomic_store_n(&device->contexts[i].channel->device_sleeps, sleeping, __ATOMIC_RELAXED);
	__atomic_thread_fence(__ATOMIC_SEQ_CST);
}
