// gpu_device_test.c: the wire format byte for byte, and the device behind its rings, driven by hand by a host that is not kind.
// sources: emu/core/device.c emu/core/ptx.c emu/core/simt.c emu/core/alu.c emu/core/math.c kernel/lib/format.c kernel/lib/strlcpy.c
#include "tests/unit/check.h"
#include <errno.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "emu/core/device.h"

#define BAR_SIZE (4u << 20)
static uint8_t *bar;
static struct device *device;
static struct gpu_channel *admin;
static struct gpu_packet *changed_by_clock; // what a hostile host does while the device works: after the packet was copied

static void *allocate(size_t size)
{
	return calloc(1, size != 0 ? size : 1);
}

static uint64_t clock_ns(void)
{
	static uint64_t now;
	if (changed_by_clock != NULL)
		memset(changed_by_clock, 0xff, sizeof(*changed_by_clock));
	return ++now;
}

static const struct emu_host host = {allocate, free, clock_ns};

static void set_up(void)
{
	bar = aligned_alloc(4096, BAR_SIZE);
	memset(bar, 0, BAR_SIZE);
	device = device_create(&host, bar, BAR_SIZE);
	cr_assert_not_null(device);
	admin = (void *)(bar + ((struct gpu_identity *)bar)->admin_offset);
}

static void tear_down(void)
{
	device_destroy(device);
	cr_assert_eq(((struct gpu_identity *)bar)->state, GPU_GONE);
	free(bar);
}

TestSuite(gpu_device, .init = set_up, .fini = tear_down, .timeout = 20);

static struct gpu_channel *channel_of(unsigned context)
{
	const struct gpu_identity *identity = (void *)bar;
	return (void *)(bar + identity->contexts_offset + context * identity->context_stride);
}

static void push(struct gpu_channel *channel, struct gpu_packet packet)
{
	channel->submit[channel->submit_tail % GPU_RING_SIZE] = packet;
	__atomic_store_n(&channel->submit_tail, channel->submit_tail + 1, __ATOMIC_RELEASE);
}

static struct gpu_completion pop(struct gpu_channel *channel)
{
	CHECK(channel->complete_head != channel->complete_tail, "no completion");
	return channel->complete[channel->complete_head++ % GPU_RING_SIZE];
}

static void run_all(void)
{
	uint32_t rings;
	for (int turns = 0; device_run(device, &rings); turns++)
		CHECK(turns < 10000, "the device does not come to rest");
}

static struct gpu_completion ask(struct gpu_channel *channel, struct gpu_packet packet)
{
	push(channel, packet);
	run_all();
	return pop(channel);
}

struct memory {
	uint64_t address;
	void *bytes;
};

static struct memory memory(unsigned context, uint64_t size)
{
	struct gpu_completion done = ask(admin, (struct gpu_packet){.type = GPU_ALLOCATE, .a = context, .b = size});
	CHECK(done.status == 0, "allocate: %d", done.status);
	return (struct memory){done.result, bar + done.value};
}

static void open_context(unsigned context)
{
	cr_assert_eq(ask(admin, (struct gpu_packet){.type = GPU_CONTEXT_OPEN, .a = context}).status, 0);
}

// Writes 7 to the address that its parameter gives, plus 4 bytes a thread.
static const char store_seven[] = ".version 7.0\n.target sm_70\n.address_size 64\n.visible .entry seven(.param .u64 to)\n{\n"
				  ".reg .b32 %r<4>;\n.reg .b64 %rd<4>;\nld.param.u64 %rd1, [to];\nmov.u32 %r1, %tid.x;\n"
				  "mul.wide.u32 %rd2, %r1, 4;\nadd.s64 %rd1, %rd1, %rd2;\nst.global.u32 [%rd1], 7;\nret;\n}\n";
#define STORE_LINE 12u

static struct gpu_completion load_module(unsigned context, const char *text, size_t size, struct memory *at)
{
	*at = memory(context, size);
	memcpy(at->bytes, text, size);
	return ask(channel_of(context), (struct gpu_packet){.type = GPU_MODULE, .a = at->address, .b = size});
}

static struct gpu_completion find(unsigned context, uint64_t module, const char *name)
{
	struct memory at = memory(context, strlen(name) + 1);
	strcpy(at.bytes, name);
	return ask(channel_of(context), (struct gpu_packet){.type = GPU_KERNEL, .a = module, .b = at.address});
}

static struct gpu_launch launch_of(uint64_t to, unsigned blocks, unsigned threads)
{
	struct gpu_launch launch = {.grid = {blocks, 1, 1}, .block = {threads, 1, 1}, .parameter_bytes = 8};
	memcpy(launch.parameters, &to, 8);
	return launch;
}

static struct gpu_completion run_launch(unsigned context, struct gpu_launch launch)
{
	struct memory at = memory(context, sizeof(launch));
	memcpy(at.bytes, &launch, sizeof(launch));
	return ask(channel_of(context), (struct gpu_packet){.type = GPU_LAUNCH, .a = at.address, .timeline = 3, .value = 1, .trace_id = 99});
}

static void expect_bytes(const void *bytes, size_t size, const char *golden)
{
	char text[1024] = "";
	cr_assert_eq(strlen(golden), 2 * size);
	for (size_t i = 0; i < size; i++)
		sprintf(text + 2 * i, "%02x", ((const uint8_t *)bytes)[i]);
	cr_assert_str_eq(text, golden);
}

// A change of these bytes is a change of GPU_MAJOR.
Test(gpu_abi, packets_have_these_bytes)
{
	struct gpu_packet packet = {.type = GPU_KERNEL, .timeline = 0x21, .value = 0x3132333435363738, .trace_id = 0x4142434445464748,
				    .a = 0x5152535455565758, .b = 0x6162636465666768, .c = 0x7172737475767778, .reserved = {0x81, 0x91}};
	expect_bytes(&packet, sizeof(packet), "0600000021000000" "3837363534333231" "4847464544434241" "5857565554535251"
					      "6867666564636261" "7877767574737271" "8100000000000000" "9100000000000000");
	struct gpu_completion done = {.type = GPU_LAUNCH, .status = -14, .index = 0x21, .trace_id = 0x31, .result = 0x41, .value = 0x51,
				      .started_ns = 0x61, .finished_ns = 0x71, .lane_instructions = 0x81};
	expect_bytes(&done, sizeof(done), "01000000f2ffffff" "2100000000000000" "3100000000000000" "4100000000000000"
					  "5100000000000000" "6100000000000000" "7100000000000000" "8100000000000000");
	struct gpu_launch launch = {.module = 1, .kernel = 2, .grid = {3, 4, 5}, .block = {6, 7, 8}, .dynamic_shared = 9, .parameter_bytes = 10,
				    .parameters = {11, 12}};
	expect_bytes(&launch, 48, "01000000020000000300000004000000050000000600000007000000080000000900000" "00a000000" "0b0c000000000000");
	cr_assert_eq(offsetof(struct gpu_launch, parameters), 40);
	struct gpu_identity identity = {GPU_MAGIC, 1, 2, 88, 0x11, GPU_READY, 3, 0x21, 0x31, 0x41, 0x51, 16, 32, 0x61, 0x71};
	expect_bytes(&identity, sizeof(identity), "2167727064475055" "0100020058000000" "1100000000000000" "0100000003000000"
						  "2100000000000000" "3100000000000000" "4100000000000000" "5100000000000000"
						  "1000000020000000" "6100000000000000" "7100000000000000");
}

Test(gpu_abi, channel_words_lie_where_they_lie)
{
	cr_assert_eq(offsetof(struct gpu_channel, submit_tail), 0);
	cr_assert_eq(offsetof(struct gpu_channel, submit_head), 64);
	cr_assert_eq(offsetof(struct gpu_channel, complete_tail), 128);
	cr_assert_eq(offsetof(struct gpu_channel, complete_head), 192);
	cr_assert_eq(offsetof(struct gpu_channel, device_sleeps), 256);
	cr_assert_eq(offsetof(struct gpu_channel, host_sleeps), 320);
	cr_assert_eq(offsetof(struct gpu_channel, timelines), 384);
	cr_assert_eq(offsetof(struct gpu_channel, error), 512);
	cr_assert_eq(offsetof(struct gpu_channel, error_text), 552);
	cr_assert_eq(offsetof(struct gpu_channel, submit), 4096);
	cr_assert_eq(offsetof(struct gpu_channel, complete), 4096 + 64 * 256);
	cr_assert_eq(sizeof(struct gpu_memory), GPU_IOCTL_ALLOCATE >> 16 & 0x3fff);
	cr_assert_eq(sizeof(struct gpu_wait), GPU_IOCTL_WAIT >> 16 & 0x3fff);
}

Test(gpu_device, contexts_open_and_close_once)
{
	cr_assert_null(device_create(&host, bar, 65536)); // a BAR without room
	open_context(0);
	open_context(GPU_CONTEXTS - 1);
	cr_assert_eq(ask(admin, (struct gpu_packet){.type = GPU_CONTEXT_OPEN, .a = 0}).status, -EBUSY);
	cr_assert_eq(ask(admin, (struct gpu_packet){.type = GPU_CONTEXT_OPEN, .a = GPU_CONTEXTS}).status, -EINVAL);
	cr_assert_eq(ask(admin, (struct gpu_packet){.type = GPU_CONTEXT_OPEN, .a = ~0ull}).status, -EINVAL);
	cr_assert_eq(ask(admin, (struct gpu_packet){.type = GPU_CONTEXT_CLOSE, .a = 1}).status, -EINVAL); // never opened
	cr_assert_eq(ask(admin, (struct gpu_packet){.type = GPU_LAUNCH, .a = 0}).status, -EINVAL);
	push(channel_of(1), (struct gpu_packet){.type = GPU_NOP}); // a channel that is not open is not looked at
	run_all();
	cr_assert_eq(channel_of(1)->submit_head, 0);
	cr_assert_eq(ask(admin, (struct gpu_packet){.type = GPU_CONTEXT_CLOSE, .a = 0}).status, 0);
	channel_of(0)->error = -14; // what the last owner left is gone at the next opening
	open_context(0);
	cr_assert_eq(channel_of(0)->error, 0);
}

Test(gpu_device, memory_comes_zeroed_and_goes_back)
{
	const struct gpu_identity *identity = (void *)bar;
	uint64_t sizes[] = {0, ~0ull, 1ull << 63, identity->memory_size + 1, BAR_SIZE + 1};
	open_context(0);
	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++)
		cr_assert_lt(ask(admin, (struct gpu_packet){.type = GPU_ALLOCATE, .a = 0, .b = sizes[i]}).status, 0, "size %zu", i);
	struct memory all = memory(0, identity->memory_size);
	cr_assert_eq(ask(admin, (struct gpu_packet){.type = GPU_ALLOCATE, .a = 0, .b = 1}).status, -ENOMEM);
	memset(all.bytes, 0x55, identity->memory_size);
	cr_assert_eq(ask(admin, (struct gpu_packet){.type = GPU_FREE, .a = 0, .b = all.address + 1}).status, -EINVAL);
	cr_assert_eq(ask(admin, (struct gpu_packet){.type = GPU_FREE, .a = 0, .b = all.address}).status, 0);
	cr_assert_eq(ask(admin, (struct gpu_packet){.type = GPU_FREE, .a = 0, .b = all.address}).status, -EINVAL);
	struct memory again = memory(0, identity->memory_size);
	cr_assert_neq(again.address, all.address); // a stale address stays invalid
	for (uint64_t i = 0; i < identity->memory_size; i++)
		CHECK(((uint8_t *)again.bytes)[i] == 0, "byte %lu is another's", i);
}

Test(gpu_device, a_closed_context_gives_all_back)
{
	unsigned had = 0;
	for (int round = 0; round < 20; round++) {
		struct memory at;
		unsigned got = 0;
		open_context(0);
		load_module(0, store_seven, sizeof(store_seven) - 1, &at);
		while (ask(admin, (struct gpu_packet){.type = GPU_ALLOCATE, .a = 0, .b = round % 2 ? 8192 : 8191}).status == 0)
			got++;
		cr_assert(got > 100 && (round == 0 || got == had), "%u pieces of memory, %u before", got, had);
		had = got;
		cr_assert_eq(ask(admin, (struct gpu_packet){.type = GPU_CONTEXT_CLOSE, .a = 0}).status, 0);
	}
}

Test(gpu_device, an_address_of_one_context_is_nothing_in_another)
{
	open_context(0);
	open_context(1);
	memory(1, 1 << 16); // so that context 1's next address is one that context 0 does not have
	struct memory theirs = memory(1, 4096), ours = memory(0, 4096);
	strcpy(theirs.bytes, "secret");
	cr_assert_eq(ask(channel_of(0), (struct gpu_packet){.type = GPU_COPY, .a = ours.address, .b = theirs.address, .c = 8}).status, -EFAULT);
	cr_assert_str_empty(ours.bytes);
	cr_assert_eq(ask(admin, (struct gpu_packet){.type = GPU_FREE, .a = 0, .b = theirs.address}).status, -EINVAL);
	cr_assert_eq(channel_of(1)->error, 0);
	cr_assert_eq(ask(channel_of(1), (struct gpu_packet){.type = GPU_COPY, .a = theirs.address + 100, .b = theirs.address, .c = 8}).status, 0);
	cr_assert_str_eq((char *)theirs.bytes + 100, "secret");
}

Test(gpu_device, a_launch_writes_and_tells)
{
	struct memory text, out;
	open_context(0);
	cr_assert_eq(load_module(0, store_seven, sizeof(store_seven) - 1, &text).result, 0);
	struct gpu_completion found = find(0, 0, "seven");
	cr_assert_eq(found.result, 0);
	cr_assert_eq(found.value, 8);
	out = memory(0, 400);
	struct gpu_completion done = run_launch(0, launch_of(out.address, 1, 100));
	cr_assert_eq(done.status, 0);
	cr_assert_eq(done.trace_id, 99);
	cr_assert_eq(done.index, 2);
	cr_assert_eq(done.lane_instructions, 600);
	cr_assert_lt(done.started_ns, done.finished_ns);
	cr_assert_eq(channel_of(0)->timelines[3], 1);
	for (int i = 0; i < 100; i++)
		CHECK(((uint32_t *)out.bytes)[i] == 7, "word %d", i);
}

Test(gpu_device, a_fault_poisons_its_context_and_no_other)
{
	struct memory text;
	struct gpu_channel *channel = channel_of(0);
	open_context(0);
	open_context(1);
	load_module(0, store_seven, sizeof(store_seven) - 1, &text);
	load_module(1, store_seven, sizeof(store_seven) - 1, &text);
	struct memory out = memory(0, 400); // 100 words: thread 100 of one block of 128 stands behind them
	cr_assert_eq(run_launch(0, launch_of(out.address, 1, 128)).status, -EFAULT);
	cr_assert_eq(channel->error, -EFAULT);
	cr_assert_str_eq(channel->error_text, "store to memory that is not there, or not aligned");
	cr_assert_eq(channel->error_line, STORE_LINE);
	cr_assert_eq(channel->error_block[0], 0);
	cr_assert_eq(channel->error_thread[0], 100);
	cr_assert_eq(channel->error_address, out.address + 400);
	cr_assert_eq(channel->timelines[3], 0); // nobody is told that it is done
	cr_assert_eq(run_launch(0, launch_of(out.address, 1, 1)).status, -ECANCELED);
	cr_assert_eq(ask(channel, (struct gpu_packet){.type = GPU_NOP}).status, -ECANCELED);
	out = memory(1, 400);
	cr_assert_eq(run_launch(1, launch_of(out.address, 1, 100)).status, 0);
	cr_assert_eq(channel_of(1)->error, 0);
}

Test(gpu_device, the_redzone_between_allocations_is_nobodys)
{
	for (unsigned context = 0; context < 3; context++) {
		open_context(context);
		struct memory low = memory(context, 4096), high = memory(context, 4096), text;
		cr_assert_geq(high.address - low.address, 4096 + GPU_REDZONE);
		cr_assert_eq(load_module(context, store_seven, sizeof(store_seven) - 1, &text).status, 0);
		uint64_t at = context == 0 ? low.address + 4096 : context == 1 ? high.address - 4 : low.address + 2; // the last: not aligned
		cr_assert_eq(run_launch(context, launch_of(at, 1, 1)).status, -EFAULT, "context %u", context);
		cr_assert_eq(channel_of(context)->error_address, at);
	}
}

Test(gpu_device, wrong_packets_are_refused)
{
	struct memory text, out;
	static const struct gpu_packet bad[] = {
		{.type = 7}, {.type = ~0u}, {.type = GPU_CONTEXT_CLOSE, .a = 0}, {.type = GPU_ALLOCATE, .b = 4096},
		{.type = GPU_LAUNCH}, {.type = GPU_LAUNCH, .a = ~0ull - 100}, {.type = GPU_MODULE_DROP, .a = 99}, {.type = GPU_MODULE_DROP, .a = ~0ull},
		{.type = GPU_MODULE, .a = GPU_MEMORY_BASE, .b = 0}, {.type = GPU_MODULE, .a = GPU_MEMORY_BASE, .b = ~0ull},
		{.type = GPU_MODULE, .a = GPU_MEMORY_BASE, .b = 4097}, {.type = GPU_MODULE, .a = GPU_MEMORY_BASE, .b = 4096},
		{.type = GPU_FILL, .a = GPU_MEMORY_BASE, .c = 6}, {.type = GPU_FILL, .a = GPU_MEMORY_BASE, .c = 1ull << 32},
		{.type = GPU_FILL, .a = GPU_MEMORY_BASE + 4093, .c = 4}, {.type = GPU_COPY, .a = GPU_MEMORY_BASE, .b = GPU_MEMORY_BASE, .c = ~0ull},
		{.type = GPU_COPY, .a = GPU_MEMORY_BASE, .b = ~0ull, .c = 2}, {.type = GPU_COPY, .a = GPU_MEMORY_BASE - 1, .b = GPU_MEMORY_BASE, .c = 2}};
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) { // each poisons its context, so each has its own
		open_context(0);
		memory(0, 4096);
		int status = ask(channel_of(0), bad[i]).status;
		cr_assert(status == -EINVAL || status == -EFAULT, "packet %zu: %d", i, status);
		cr_assert_eq(channel_of(0)->error, status, "packet %zu", i);
		cr_assert_neq(channel_of(0)->error_text[0], '\0', "packet %zu", i);
		cr_assert_eq(ask(admin, (struct gpu_packet){.type = GPU_CONTEXT_CLOSE, .a = 0}).status, 0);
	}
	for (int i = 0; i < 8; i++) {
		open_context(0);
		load_module(0, store_seven, sizeof(store_seven) - 1, &text);
		out = memory(0, 4096);
		struct gpu_launch launch = launch_of(out.address, 1, 1);
		switch (i) {
		case 0: launch.module = 99; break;
		case 1: launch.module = 1; break;
		case 2: launch.kernel = 99; break;
		case 3: launch.parameter_bytes = 4; break;
		case 4: launch.parameter_bytes = ~0u; break;
		case 5: launch.dynamic_shared = ~0u; break;
		case 6: launch.grid[1] = 0; break;
		default: launch.block[0] = 1025;
		}
		cr_assert_eq(run_launch(0, launch).status, -EINVAL, "launch %d", i);
		cr_assert_eq(((uint32_t *)out.bytes)[0], 0);
		cr_assert_eq(ask(admin, (struct gpu_packet){.type = GPU_CONTEXT_CLOSE, .a = 0}).status, 0);
	}
}

Test(gpu_device, a_wrong_name_harms_nobody)
{
	struct memory text;
	char longest[200];
	open_context(0);
	snprintf(longest, sizeof(longest), ".version 7.0\n.target sm_70\n.address_size 64\n.visible .entry %063d() { ret; }\n", 0);
	memset(strstr(longest, "000"), 'k', 63);
	cr_assert_eq(load_module(0, longest, strlen(longest), &text).status, 0);
	cr_assert_eq(find(0, 0, "absent").status, -ENOENT);
	cr_assert_eq(find(0, 99, "absent").status, -EINVAL);
	cr_assert_eq(find(0, 1, "absent").status, -EINVAL);
	char name[PTX_NAME_MAX + 1];
	memset(name, 'k', sizeof(name));
	name[64] = '\0';
	cr_assert_eq(find(0, 0, name).status, -ENOENT); // 64 letters: one more than the kernel has
	name[63] = '\0';
	cr_assert_eq(find(0, 0, name).status, 0);
	struct memory open_end = memory(0, 3);
	memcpy(open_end.bytes, "kkk", 3);
	cr_assert_eq(ask(channel_of(0), (struct gpu_packet){.type = GPU_KERNEL, .a = 0, .b = open_end.address}).status, -EFAULT);
	cr_assert_eq(channel_of(0)->error, 0);
}

Test(gpu_device, modules_run_out_and_come_back)
{
	struct memory text;
	unsigned loaded = 0;
	open_context(0);
	text = memory(0, sizeof(store_seven) - 1);
	memcpy(text.bytes, store_seven, sizeof(store_seven) - 1);
	struct gpu_packet load = {.type = GPU_MODULE, .a = text.address, .b = sizeof(store_seven) - 1};
	for (; loaded < 31; loaded++)
		cr_assert_eq(ask(channel_of(0), load).result, loaded);
	cr_assert_eq(ask(channel_of(0), (struct gpu_packet){.type = GPU_MODULE_DROP, .a = 5}).status, 0);
	cr_assert_eq(ask(channel_of(0), load).result, 5);
	cr_assert_eq(ask(channel_of(0), load).result, 31);
	cr_assert_eq(ask(channel_of(0), load).status, -ENOMEM);
}

Test(gpu_device, what_is_changed_after_submission_is_not_seen)
{
	struct memory text, out;
	open_context(0);
	load_module(0, store_seven, sizeof(store_seven) - 1, &text);
	memset(text.bytes, 'X', sizeof(store_seven) - 1); // the device has its own copy
	out = memory(0, 4);
	cr_assert_eq(run_launch(0, launch_of(out.address, 1, 1)).status, 0);
	cr_assert_eq(*(uint32_t *)out.bytes, 7);
	push(channel_of(0), (struct gpu_packet){.type = GPU_FILL, .a = out.address, .b = 9, .c = 4, .trace_id = 5, .timeline = 1, .value = 8});
	changed_by_clock = &channel_of(0)->submit[(channel_of(0)->submit_tail - 1) % GPU_RING_SIZE];
	run_all();
	changed_by_clock = NULL;
	struct gpu_completion done = pop(channel_of(0));
	cr_assert_eq(done.status, 0);
	cr_assert_eq(done.trace_id, 5);
	cr_assert_eq(channel_of(0)->timelines[1], 8);
	cr_assert_eq(*(uint32_t *)out.bytes, 9);
}

Test(gpu_device, rings_wrap_around)
{
	open_context(2);
	struct gpu_channel *channel = channel_of(2);
	struct memory word = memory(2, 4);
	uint64_t sent = 0, seen = 0;
	while (seen < 1200) { // batches of odd sizes, so that slots and batches do not line up
		for (unsigned n = 0; n < 1 + sent % 37 && sent < 1200; n++, sent++)
			push(channel, (struct gpu_packet){.type = GPU_FILL, .a = word.address, .b = sent, .c = 4, .value = sent + 1, .trace_id = ~sent});
		run_all();
		CHECK(*(uint32_t *)word.bytes == sent - 1, "packet %lu did not run last", sent);
		for (; channel->complete_head != channel->complete_tail; seen++) {
			struct gpu_completion done = pop(channel);
			CHECK(done.index == seen && done.trace_id == ~seen && done.status == 0, "completion %lu", seen);
		}
		CHECK(channel->timelines[0] == seen && channel->submit_head == sent, "after %lu", seen);
	}
}

Test(gpu_device, a_full_completion_ring_holds_the_device_back)
{
	open_context(0);
	open_context(1);
	struct gpu_channel *channel = channel_of(0);
	for (unsigned i = 0; i < GPU_RING_SIZE; i++)
		push(channel, (struct gpu_packet){.type = GPU_NOP});
	run_all();
	for (unsigned i = 0; i < 10; i++)
		push(channel, (struct gpu_packet){.type = GPU_NOP});
	run_all();
	cr_assert_eq(channel->submit_head, GPU_RING_SIZE);
	cr_assert_eq(channel->complete_tail, GPU_RING_SIZE);
	cr_assert_eq(ask(channel_of(1), (struct gpu_packet){.type = GPU_NOP}).status, 0); // others go on
	for (unsigned i = 0; i < GPU_RING_SIZE; i++)
		CHECK(pop(channel).index == i, "completion %u was written over", i);
	run_all();
	cr_assert_eq(channel->submit_head, GPU_RING_SIZE + 10);
	channel->complete_head = ~0ull; // a head that was never reached: full, not a way to run for ever
	push(channel, (struct gpu_packet){.type = GPU_NOP});
	run_all();
	cr_assert_eq(channel->submit_head, GPU_RING_SIZE + 10);
}

Test(gpu_device, a_tail_far_ahead_poisons_and_runs_nothing)
{
	static const uint64_t ahead[] = {GPU_RING_SIZE + 1, 1ull << 32, ~0ull, 1ull << 63};
	for (size_t i = 0; i < sizeof(ahead) / sizeof(ahead[0]); i++) {
		open_context(0);
		struct gpu_channel *channel = channel_of(0);
		for (unsigned n = 0; n < GPU_RING_SIZE; n++)
			channel->submit[n] = (struct gpu_packet){.type = GPU_NOP};
		channel->submit_tail = ahead[i];
		run_all();
		cr_assert_eq(channel->complete_tail, 0);
		cr_assert_eq(channel->error, -EINVAL);
		cr_assert_str_eq(channel->error_text, "the submission tail is ahead of the ring");
		cr_assert_eq(ask(channel, (struct gpu_packet){.type = GPU_NOP}).status, -ECANCELED);
		cr_assert_eq(ask(admin, (struct gpu_packet){.type = GPU_CONTEXT_CLOSE, .a = 0}).status, 0);
	}
}

Test(gpu_device, hostile_channels_crash_nothing)
{
	uint32_t rings;
	srand(3);
	open_context(0);
	open_context(1);
	struct memory word = memory(0, 4096);
	for (int round = 0; round < 20000; round++) {
		struct gpu_channel *channel = channel_of(0);
		uint8_t *byte = (uint8_t *)channel + (rand() % 4 == 0 ? rand() % 768 : 4096 + rand() % 4096);
		*byte = rand() % 3 == 0 ? rand() : rand() % 12;
		if (rand() % 4 == 0) {
			channel->error = 0;
			channel->complete_head = channel->complete_tail;
			channel->submit_tail = channel->submit_head + rand() % 4;
			channel->submit[rand() % 64].a = word.address;
		}
		device_run(device, &rings);
	}
	cr_assert_eq(ask(channel_of(1), (struct gpu_packet){.type = GPU_NOP}).status, 0);
}

Test(gpu_device, interrupts_go_to_those_who_sleep)
{
	uint32_t rings;
	open_context(0);
	open_context(1);
	push(channel_of(0), (struct gpu_packet){.type = GPU_NOP});
	cr_assert(device_run(device, &rings));
	cr_assert_eq(rings, 0);
	channel_of(0)->host_sleeps = 1;
	push(channel_of(1), (struct gpu_packet){.type = GPU_NOP});
	cr_assert(device_run(device, &rings));
	cr_assert_eq(rings, 0); // context 0 sleeps, but nothing is done for it
	push(channel_of(0), (struct gpu_packet){.type = GPU_NOP});
	push(channel_of(1), (struct gpu_packet){.type = GPU_NOP});
	cr_assert(device_run(device, &rings));
	cr_assert_eq(rings, 1u << GPU_VECTOR_CONTEXTS);
	admin->host_sleeps = 1;
	push(admin, (struct gpu_packet){.type = GPU_ALLOCATE, .a = 0, .b = 1});
	cr_assert(device_run(device, &rings));
	cr_assert_eq(rings, 1u << GPU_VECTOR_ADMIN);
	channel_of(0)->submit_tail += 1000; // a fault without a completion wakes too
	cr_assert(device_run(device, &rings));
	cr_assert_eq(rings, 1u << GPU_VECTOR_CONTEXTS);
	cr_assert_not(device_run(device, &rings));
	cr_assert_eq(rings, 0);
}

Test(gpu_device, the_sleep_flag_goes_up_before_the_last_look)
{
	uint32_t rings;
	open_context(0);
	struct gpu_channel *channel = channel_of(0);
	cr_assert_not(device_run(device, &rings)); // the device finds nothing,
	push(channel, (struct gpu_packet){.type = GPU_NOP}); // a packet comes, its sender sees no flag and does not ring,
	cr_assert_eq(channel->device_sleeps, 0);
	device_set_sleeping(device, true);
	cr_assert(device_run(device, &rings)); // so the look after the flag must find it
	cr_assert_eq(channel->device_sleeps, 1);
	cr_assert_eq(admin->device_sleeps, 1);
	cr_assert_eq(channel_of(1)->device_sleeps, 0); // not open: not touched
	push(admin, (struct gpu_packet){.type = GPU_CONTEXT_OPEN, .a = 1});
	cr_assert(device_run(device, &rings));
	device_set_sleeping(device, false);
	cr_assert_eq(channel->device_sleeps | admin->device_sleeps | channel_of(1)->device_sleeps, 0);
}

// The host closes the context while its kernel spins for ever.
static void close_it(void *argument, const struct simt_step *step)
{
	if (admin->submit_tail == admin->submit_head)
		push(admin, (struct gpu_packet){.type = GPU_CONTEXT_CLOSE, .a = 2});
}

Test(gpu_device, an_endless_kernel_ends_when_its_context_is_closed)
{
	static const char forever[] = ".visible .entry k()\n{\nL:\nbra L;\n}\n";
	struct memory text;
	open_context(2);
	cr_assert_eq(load_module(2, forever, sizeof(forever) - 1, &text).status, 0);
	struct gpu_launch launch = {.grid = {1, 1, 1}, .block = {32, 1, 1}};
	struct memory at = memory(2, sizeof(launch));
	memcpy(at.bytes, &launch, sizeof(launch));
	device_watch(device, close_it, NULL);
	cr_assert_eq(ask(channel_of(2), (struct gpu_packet){.type = GPU_LAUNCH, .a = at.address}).status, -ECANCELED);
	cr_assert_eq(pop(admin).status, 0);
	open_context(2); // it is free again
}
