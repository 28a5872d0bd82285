// gpu.c: the driver of the emulated GPU: an ivshmem-doorbell device (1af4:1110) behind whose BAR2 emu/device works.
//
// A program opens /dev/gpu0 and gets a context of its own: a channel and memory that it maps. It fills its rings by itself;
// the kernel is asked only for memory, for waking a sleeping device, and for sleeping until an interrupt. BAR0, whose doorbell
// reaches every peer, is never mapped to a program.
// Locks: session->wait_lock, a leaf; admin_lock (mutex) keeps the admin channel to one caller at a time and guards the context table. Interrupts only wake.
// Every word that the device writes is read once and checked.
#include "drivers/gpu/gpu.h"
#include "drivers/bus/pci.h"
#include "emu/abi/gpu.h"
#include "kernel/arch/x86_64/cpu/atomic.h"
#include "kernel/core/printk.h"
#include "kernel/core/trace.h"
#include "kernel/dev/chardev.h"
#include "kernel/dev/map.h"
#include "kernel/lib/format.h"
#include "kernel/lib/string.h"
#include "kernel/mm/slab.h"
#include "kernel/sched/mutex.h"
#include "kernel/sched/time.h"
#include "kernel/sync/spinlock.h"
#include "kernel/uapi/fcntl.h"
#include "kernel/vm/area.h"

#define DOORBELL 12
#define LOST_NS (5 * NS_PER_SECOND) // without a heartbeat: its process has ended
#define BACKSTOP_NS 10000000 // a lost interrupt costs no more; each such wake-up is counted
#define MEMORIES_MAX 512

struct session { // an open /dev/gpu0
	uint32_t context;
	struct gpu_channel *channel;
	struct spinlock wait_lock; // guards waiters, and host_sleeps with it
	uint32_t waiters;          // threads in wait_call(): the device interrupts while there is one
	struct gpu_memory memories[MEMORIES_MAX]; // bytes 0: free. Under admin_lock
};

static struct {
	volatile uint32_t *registers;
	uint64_t bar, bar_size; // BAR2, physical
	const struct gpu_identity *page; // the device's, which it may change,
	struct gpu_identity identity;    // and our checked copy
	struct gpu_channel *admin;
	struct mutex admin_lock;
	struct wait_queue admin_wait, context_wait;
	uint32_t used; // contexts, a bit each
	uint64_t beat, backstops;
	int64_t beat_ns; // when `beat` was another
} gpu;

static void admin_interrupt(void *argument)
{
	wake_up(&gpu.admin_wait);
}

static void context_interrupt(void *argument)
{
	TRACE("completion interrupt: contexts", gpu.used);
	wake_up(&gpu.context_wait);
}

static void ring_if_asleep(const struct gpu_channel *channel)
{
	atomic_fence();
	if (READ_ONCE(channel->device_sleeps) != 0) {
		TRACE("doorbell rung: packets so far", channel->submit_tail);
		gpu.registers[DOORBELL / 4] = 0 << 16 | GPU_VECTOR_DOORBELL; // peer 0 is the device
	}
}

// Whether the heart has not moved for too long. It also beats while a kernel runs, however long that takes. Any number of callers.
static bool is_lost(void)
{
	uint64_t seen = READ_ONCE(gpu.page->heartbeat);
	int64_t now = time_monotonic_ns();
	if (seen != READ_ONCE(gpu.beat))
		WRITE_ONCE(gpu.beat_ns, now);
	WRITE_ONCE(gpu.beat, seen);
	bool lost = READ_ONCE(gpu.page->state) == GPU_GONE || now - READ_ONCE(gpu.beat_ns) > LOST_NS;
	if (lost)
		printk("gpu: the device does not answer\n");
	return lost;
}

// One packet through the admin channel. 0 or -errno; *completion as the device gave it.
static int admin(const struct gpu_packet *packet, struct gpu_completion *completion)
{
	struct gpu_channel *channel = gpu.admin;
	uint64_t tail = channel->submit_tail, done = channel->complete_head;
	channel->submit[tail % GPU_RING_SIZE] = *packet;
	atomic_store_release(&channel->submit_tail, tail + 1);
	WRITE_ONCE(channel->host_sleeps, 1);
	ring_if_asleep(channel);
	while (atomic_load_acquire(&channel->complete_tail) == done) {
		if (is_lost())
			return -ENODEV;
		int rc = wait_event_state(&gpu.admin_wait, atomic_load_acquire(&channel->complete_tail) != done, THREAD_UNINTERRUPTIBLE,
					  time_monotonic_ns() + BACKSTOP_NS);
		gpu.backstops += rc == -ETIMEDOUT && atomic_load_acquire(&channel->complete_tail) != done;
	}
	*completion = channel->complete[done % GPU_RING_SIZE];
	atomic_store_release(&channel->complete_head, done + 1);
	return completion->status < -4095 || completion->status > 0 ? -EIO : completion->status;
}

static int device_open(struct chardev *device, unsigned flags, void **result)
{
	struct session *session = kzalloc(sizeof(*session), ALLOC_SLEEP);
	struct gpu_completion completion;
	if (session == NULL)
		return -ENOMEM;
	spin_init(&session->wait_lock, "gpu_wait");
	mutex_lock(&gpu.admin_lock);
	while (session->context < gpu.identity.context_count && (gpu.used >> session->context & 1))
		session->context++;
	int rc = session->context == gpu.identity.context_count ? -EBUSY : 0;
	if (rc == 0)
		rc = admin(&(struct gpu_packet){.type = GPU_CONTEXT_OPEN, .a = session->context}, &completion);
	if (rc == 0)
		gpu.used |= 1u << session->context;
	mutex_unlock(&gpu.admin_lock);
	session->channel = (void *)((char *)gpu.admin - gpu.identity.admin_offset + gpu.identity.contexts_offset +
				    session->context * gpu.identity.context_stride);
	if (rc != 0)
		kfree(session);
	else
		*result = session;
	return rc;
}

static void device_release(struct chardev *device, void *opened)
{
	struct session *session = opened;
	struct gpu_completion completion;
	mutex_lock(&gpu.admin_lock);
	if (admin(&(struct gpu_packet){.type = GPU_CONTEXT_CLOSE, .a = session->context}, &completion) == 0)
		gpu.used &= ~(1u << session->context); // a context that would not close is not used again
	mutex_unlock(&gpu.admin_lock);
	kfree(session);
}

static bool in_memory(uint64_t offset, uint64_t size)
{
	return offset >= gpu.identity.memory_offset && offset % PAGE_SIZE == 0 && size <= gpu.identity.memory_size &&
	       offset - gpu.identity.memory_offset <= gpu.identity.memory_size - size;
}

// admin_lock held.
static int allocate(struct session *session, struct gpu_memory *memory)
{
	unsigned slot = 0;
	struct gpu_completion completion;
	while (slot < MEMORIES_MAX && session->memories[slot].bytes != 0)
		slot++;
	if (slot == MEMORIES_MAX)
		return -ENOSPC;
	int rc = admin(&(struct gpu_packet){.type = GPU_ALLOCATE, .a = session->context, .b = memory->bytes}, &completion);
	if (rc != 0)
		return rc;
	if (!in_memory(completion.value, memory->bytes))
		return -EIO;
	memory->address = completion.result;
	memory->offset = completion.value;
	session->memories[slot] = *memory;
	return 0;
}

// admin_lock held. The pages may be somebody else's a moment later, so memory that is mapped stays until the context closes.
static int release_memory(struct session *session, uint64_t address)
{
	struct gpu_completion completion;
	for (unsigned slot = 0; slot < MEMORIES_MAX; slot++)
		if (session->memories[slot].bytes != 0 && session->memories[slot].address == address) {
			session->memories[slot].bytes = 0;
			return admin(&(struct gpu_packet){.type = GPU_FREE, .a = session->context, .b = address}, &completion);
		}
	return -EINVAL;
}

static int memory_call(struct session *session, unsigned command, user_addr argument)
{
	struct gpu_memory memory;
	int rc = copy_from_user(&memory, argument, sizeof(memory));
	if (rc != 0)
		return rc;
	mutex_lock(&gpu.admin_lock);
	rc = command == GPU_IOCTL_ALLOCATE ? allocate(session, &memory) : release_memory(session, memory.address);
	mutex_unlock(&gpu.admin_lock);
	return rc == 0 && command == GPU_IOCTL_ALLOCATE ? copy_to_user(argument, &memory, sizeof(memory)) : rc;
}

static bool reached(const struct gpu_channel *channel, const struct gpu_wait *wait)
{
	return atomic_load_acquire(&channel->timelines[wait->timeline]) >= wait->value || READ_ONCE(channel->error) != 0;
}

static void count_waiter(struct session *session, int change)
{
	spin_lock(&session->wait_lock);
	session->waiters += change;
	WRITE_ONCE(session->channel->host_sleeps, session->waiters != 0);
	spin_unlock(&session->wait_lock);
}

static int wait_call(struct session *session, user_addr argument)
{
	struct gpu_wait wait;
	struct gpu_channel *channel = session->channel;
	if (copy_from_user(&wait, argument, sizeof(wait)) != 0)
		return -EFAULT;
	if (wait.timeline >= GPU_TIMELINES)
		return -EINVAL;
	int64_t limit = wait.timeout_ms != 0 ? time_monotonic_ns() + wait.timeout_ms * 1000000ll : WAIT_FOR_EVER;
	int rc = 0;
	count_waiter(session, 1);
	while (rc == 0 && !reached(channel, &wait)) {
		ring_if_asleep(channel);
		int64_t backstop = time_monotonic_ns() + BACKSTOP_NS;
		rc = wait_event_deadline(&gpu.context_wait, reached(channel, &wait), backstop < limit ? backstop : limit);
		if (rc == -ETIMEDOUT) {
			gpu.backstops += time_monotonic_ns() < limit && reached(channel, &wait);
			rc = is_lost() ? -ENODEV : time_monotonic_ns() < limit ? 0 : rc;
		}
	}
	count_waiter(session, -1);
	return rc == 0 && READ_ONCE(channel->error) != 0 ? -EIO : rc;
}

static long device_ioctl(struct chardev *device, void *session, unsigned command, uint64_t argument)
{
	switch (command) {
	case GPU_IOCTL_ALLOCATE:
	case GPU_IOCTL_FREE: return memory_call(session, command, argument);
	case GPU_IOCTL_RING:
		ring_if_asleep(((struct session *)session)->channel);
		return 0;
	case GPU_IOCTL_WAIT: return wait_call(session, argument);
	default: return -ENOTTY;
	}
}

static int device_mmap(struct chardev *device, void *opened, struct vm_area *area)
{
	struct session *session = opened;
	uint64_t offset = area->first_page * PAGE_SIZE, size = area->end - area->start;
	if (offset == GPU_MMAP_CHANNEL)
		return vm_area_map_device(area, gpu.bar + gpu.identity.contexts_offset + session->context * gpu.identity.context_stride,
					  gpu.identity.context_stride, true);
	int rc = -EINVAL;
	mutex_lock(&gpu.admin_lock);
	for (unsigned slot = 0; slot < MEMORIES_MAX; slot++) {
		const struct gpu_memory *memory = &session->memories[slot];
		uint64_t pages = (memory->bytes + PAGE_SIZE - 1) & -PAGE_SIZE;
		if (memory->bytes != 0 && memory->offset == offset && size <= pages)
			rc = vm_area_map_device(area, gpu.bar + offset, pages, true);
	}
	mutex_unlock(&gpu.admin_lock);
	return rc;
}

// What the device is, as text.
static long device_read(struct chardev *device, void *session, struct uio *uio, int64_t *position)
{
	char text[96];
	long left = format_buffer(text, sizeof(text), "lanes %u\nmemory_mib %lu\nbackstops %lu\n", gpu.identity.warp_lanes,
				  gpu.identity.memory_size >> 20, gpu.backstops) - *position;
	long count = left < (long)uio->left ? left : (long)uio->left;
	if (count <= 0)
		return 0;
	if (uio_copy_out(uio, text + *position, count) != 0)
		return -EFAULT;
	*position += count;
	return count;
}

static const struct chardev_operations operations = {
	.open = device_open, .release = device_release, .read = device_read, .ioctl = device_ioctl, .mmap = device_mmap};
static struct chardev node = {.name = "gpu0", .major = 195, .minor = 0, .mode = 0666, .operations = &operations, .seekable = true};

static bool identity_ok(const struct gpu_identity *identity)
{
	uint64_t contexts_end = identity->contexts_offset + (uint64_t)identity->context_count * identity->context_stride;
	return identity->context_count >= 1 && identity->context_count <= 32 && identity->context_stride >= sizeof(struct gpu_channel) &&
	       identity->context_stride <= 1 << 20 && identity->context_stride % PAGE_SIZE == 0 &&
	       identity->contexts_offset % PAGE_SIZE == 0 && identity->admin_offset % PAGE_SIZE == 0 &&
	       identity->admin_offset >= PAGE_SIZE && identity->admin_offset + sizeof(struct gpu_channel) <= identity->contexts_offset &&
	       identity->contexts_offset < gpu.bar_size && contexts_end <= identity->memory_offset &&
	       identity->memory_offset < gpu.bar_size && identity->memory_size <= gpu.bar_size - identity->memory_offset;
}

// Reads who is there. The page is mapped alone first: what else to map, it says itself.
static int read_identity(void)
{
	const struct gpu_identity *page = map_device_cached(gpu.bar, PAGE_SIZE);
	if (page == NULL)
		return -ENOMEM;
	if (READ_ONCE(page->magic) != GPU_MAGIC || atomic_load_acquire(&page->state) != GPU_READY) {
		printk("gpu: nobody behind the shared memory: start it with GPU=1\n");
		return -ENODEV;
	}
	gpu.page = page;
	memcpy(&gpu.identity, page, sizeof(gpu.identity));
	if (gpu.identity.major != GPU_MAJOR || !identity_ok(&gpu.identity)) {
		printk("gpu: the device speaks version %u.%u, this driver %u.%u\n", gpu.identity.major, gpu.identity.minor, GPU_MAJOR,
		       GPU_MINOR);
		return -ENODEV;
	}
	char *control = map_device_cached(gpu.bar, gpu.identity.memory_offset);
	gpu.admin = control != NULL ? (void *)(control + gpu.identity.admin_offset) : NULL;
	return gpu.admin != NULL ? 0 : -ENOMEM;
}

static int probe(struct pci_device *device)
{
	if (gpu.registers != NULL || device->bar[0] == 0 || device->bar[2] == 0 || device->bar_size[2] < 4 << 20)
		return -ENODEV;
	pci_enable(device);
	gpu.bar = device->bar[2];
	gpu.bar_size = device->bar_size[2];
	mutex_init(&gpu.admin_lock);
	wait_queue_init(&gpu.admin_wait);
	wait_queue_init(&gpu.context_wait);
	int rc = read_identity();
	if (rc != 0)
		return rc;
	gpu.registers = map_device(device->bar[0], 256);
	if (gpu.registers == NULL)
		return -ENOMEM;
	rc = pci_msix_request(device, GPU_VECTOR_ADMIN, admin_interrupt, NULL, "gpu-admin");
	if (rc == 0)
		rc = pci_msix_request(device, GPU_VECTOR_CONTEXTS, context_interrupt, NULL, "gpu");
	if (rc == 0)
		rc = chardev_register(&node);
	if (rc == 0)
		printk("gpu: %u lanes a warp, %lu MiB\n", gpu.identity.warp_lanes, gpu.identity.memory_size >> 20);
	return rc;
}

const struct pci_driver gpu_driver = {"gpu", 0x1af4, 0x1110, probe};
