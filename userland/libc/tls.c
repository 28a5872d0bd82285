// tls.c: what %fs points at: a thread's own variables (errno is one) and, right above them, its struct thread.
#include "userland/libc/thread.h"
#include <string.h>
#include <sys/mman.h>
#include "userland/libc/system.h"
#include "kernel/lib/elf64.h"

#define ARCH_SET_FS 0x1002

extern const struct elf64_header __ehdr_start __attribute__((visibility("hidden"))); // the linker's: this program's own header

bool threads_started;
static char first_block[4096] __attribute__((aligned(64)));

static const struct elf64_segment *find_variables(void)
{
	const struct elf64_segment *header = (const struct elf64_segment *)((const char *)&__ehdr_start + __ehdr_start.segments_offset);
	for (int i = 0; i < __ehdr_start.segment_count; i++)
		if (header[i].type == ELF64_TLS)
			return &header[i];
	return NULL;
}

size_t thread_variables_size(void)
{
	const struct elf64_segment *header = find_variables();
	return header == NULL ? 0 : (header->memory_size + header->align - 1) / header->align * header->align;
}

void thread_variables_fill(char *end)
{
	const struct elf64_segment *header = find_variables();
	if (header == NULL)
		return;
	char *start = end - thread_variables_size();
	memset(start, 0, header->memory_size);
	memcpy(start, (const void *)header->address, header->file_size);
}

struct thread *thread_self(void)
{
	struct thread *thread;
	__asm__("mov %%fs:0, %0" : "=r"(thread));
	return thread;
}

void thread_start_first(void)
{
	size_t size = thread_variables_size();
	char *block = first_block;
	if (size + sizeof(struct thread) + 64 > sizeof(first_block)) {
		long rc = SYSTEM(mmap, 0, size + 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
		if (rc < 0 && rc > -4096)
			SYSTEM(exit_group, 127);
		block = (char *)rc;
	}
	struct thread *thread = (struct thread *)(block + (size + 63) / 64 * 64);
	thread_variables_fill((char *)thread);
	thread->self = thread;
	SYSTEM(arch_prctl, ARCH_SET_FS, thread);
}
