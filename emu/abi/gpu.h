// gpu.h: what driver, runtime and device agree on, byte for byte: the layout of BAR2, rings and packets. Little-endian, fixed
// widths, no pointers. One minor version adds feature bits and fields at ends; another major is refused.
//
// BAR2:  page 0  struct gpu_identity: where everything else is; nothing below is compiled in
//        at identity.admin_offset: the admin channel (kernel only)
//        from identity.contexts_offset: one channel of identity.context_stride bytes a context
//        from identity.memory_offset: device memory
//
// A channel is a submission ring (host to device) and a completion ring (device to host). Each index counts for ever; slot =
// index % size. Order: the producer fills the slot, stores the tail with release, full fence, reads the peer's sleep flag and
// rings if it is set. The consumer sets its flag, full fence, reads the tail again, then sleeps. Both sides copy a packet once
// and check the copy. No word is written by both.
#pragma once
#include <stdint.h>

#define GPU_MAGIC 0x5550476470726721ull
#define GPU_MAJOR 1
#define GPU_MINOR 0
#define GPU_RING_SIZE 256u
#define GPU_TIMELINES 16u
#define GPU_CONTEXTS 16u
#define GPU_MEMORY_BASE 0x10000000000ull // first global address of every context
#define GPU_REDZONE 256u                 // at least so many bytes between allocations that no access may touch
#define GPU_VECTOR_ADMIN 0u              // MSI-X vectors, device to host
#define GPU_VECTOR_CONTEXTS 1u
#define GPU_VECTOR_DOORBELL 0u // host to device: any ring has news

enum gpu_state { GPU_STARTING = 0, GPU_READY = 1, GPU_GONE = 2 };

struct gpu_identity {
	uint64_t magic;
	uint16_t major, minor;
	uint32_t header_bytes;
	uint64_t features;
	uint32_t state; // enum gpu_state
	uint32_t generation; // changes when the device process starts again
	uint64_t heartbeat;  // moves while the device lives
	uint64_t admin_offset, contexts_offset, context_stride;
	uint32_t context_count, warp_lanes;
	uint64_t memory_offset, memory_size;
};

enum gpu_packet_type {
	GPU_NOP = 0,
	GPU_LAUNCH = 1,      // a: address of struct gpu_launch
	GPU_COPY = 2,        // a: to, b: from, c: bytes
	GPU_FILL = 3,        // a: to, b: 32-bit value, c: bytes
	GPU_MODULE = 4,      // a: address of PTX text, b: bytes. Completion: result = module number
	GPU_MODULE_DROP = 5, // a: module
	GPU_KERNEL = 6,      // a: module, b: address of a name with its NUL. result = kernel number, value = parameter bytes
	// admin channel only
	GPU_CONTEXT_OPEN = 16,  // a: context
	GPU_CONTEXT_CLOSE = 17, // a: context; its memory and modules go
	GPU_ALLOCATE = 18,      // a: context, b: bytes. result = address, value = offset in BAR2
	GPU_FREE = 19,          // a: context, b: address
};

struct gpu_packet {
	uint32_t type, timeline;
	uint64_t value; // timeline value once this and all before it are done; 0: none
	uint64_t trace_id;
	uint64_t a, b, c;
	uint64_t reserved[2];
};

struct gpu_completion {
	uint32_t type;
	int32_t status; // 0 or -errno
	uint64_t index; // of the packet
	uint64_t trace_id;
	uint64_t result, value;
	uint64_t started_ns, finished_ns; // the device's own clock
	uint64_t lane_instructions;
};

struct gpu_launch { // in device memory
	uint32_t module, kernel; // kernel: index in the module
	uint32_t grid[3], block[3];
	uint32_t dynamic_shared, parameter_bytes;
	uint8_t parameters[192];
};

struct gpu_channel {
	uint64_t submit_tail __attribute__((aligned(64)));   // host
	uint64_t submit_head __attribute__((aligned(64)));   // device
	uint64_t complete_tail __attribute__((aligned(64))); // device
	uint64_t complete_head __attribute__((aligned(64))); // host
	uint32_t device_sleeps __attribute__((aligned(64))); // device
	uint32_t host_sleeps __attribute__((aligned(64)));   // host
	uint64_t timelines[GPU_TIMELINES] __attribute__((aligned(64))); // device
	// The first fault poisons the context: later packets end with -ECANCELED. Device.
	int32_t error __attribute__((aligned(64)));
	uint32_t error_block[3], error_thread[3], error_line;
	uint64_t error_address;
	char error_text[128];
	struct gpu_packet submit[GPU_RING_SIZE] __attribute__((aligned(4096)));
	struct gpu_completion complete[GPU_RING_SIZE];
};

_Static_assert(sizeof(struct gpu_packet) == 64, "gpu_packet");
_Static_assert(sizeof(struct gpu_completion) == 64, "gpu_completion");
_Static_assert(sizeof(struct gpu_launch) == 232, "gpu_launch");
_Static_assert(sizeof(struct gpu_identity) == 88, "gpu_identity");
_Static_assert(sizeof(struct gpu_channel) <= 65536, "a channel fits its stride");

// ioctls of /dev/gpu0
#define GPU_IOCTL_ALLOCATE 0xc0184701u // struct gpu_memory: in bytes; out address, offset for mmap
#define GPU_IOCTL_FREE 0x40184702u     // struct gpu_memory: address
#define GPU_IOCTL_RING 0x4703u         // the device sleeps: wake it
#define GPU_IOCTL_WAIT 0x40104704u     // struct gpu_wait: until a timeline has the value, or -ETIMEDOUT, or -EIO (poisoned)
#define GPU_MMAP_CHANNEL 0ull          // mmap offset of the context's channel (64 KiB); memory: the offset given by ALLOCATE

struct gpu_memory {
	uint64_t bytes, address, offset;
};

struct gpu_wait {
	uint32_t timeline, timeout_ms; // 0: for ever
	uint64_t value;
};
