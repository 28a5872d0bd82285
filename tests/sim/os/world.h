// world.h: a simulated kernel with file systems, in which tests play processes.
#pragma once
#include <stdio.h>
#include <string.h>
#include "kernel/core/init.h"
#include "kernel/fs/fs.h"
#include "kernel/fs/locks.h"
#include "kernel/fs/procfs.h"
#include "kernel/syscall/prototypes.h"
#include "kernel/ipc/pipe.h"
#include "kernel/mm/slab.h"
#include "tests/sim/os/sim.h"

#define U(pointer) ((user_addr)(uintptr_t)(pointer))

static int world_signal; // the last signal sent to "current"

static void world_send(int signal)
{
	world_signal = signal;
}

static uint64_t world_limit(int resource)
{
	return resource == 7 ? 64 : UINT64_MAX; // RLIMIT_NOFILE
}

static const struct task_operations world_tasks = {world_send, world_limit};

static void world_adopt(struct thread *thread)
{
	thread->files = files_create();
	thread->fs = fs_context_create();
}

// A fresh scheduler over one set of file systems (made once a process).
static inline void world_begin(uint64_t seed)
{
	static bool made;

	sim_begin(seed);
	if (!made) {
		fs_init();
		TABLE_EACH(init_late, struct init_step, step)
			step->run();
		task_operations = &world_tasks;
		sim_on_spawn = world_adopt;
	}
	made = true;
	world_adopt(current);
}

static inline void world_leave(struct thread *thread) // as a process's end
{
	files_put(thread->files);
	fs_context_put(thread->fs);
	thread->files = NULL;
	thread->fs = NULL;
}

static inline long read_file(const char *name, char *buffer, size_t size)
{
	long fd = sys_open(U(name), O_RDONLY, 0), rc = fd < 0 ? fd : sys_read((int)fd, U(buffer), size - 1);

	if (fd >= 0)
		sys_close((int)fd);
	buffer[rc > 0 ? rc : 0] = 0;
	return rc;
}

static inline long write_file(const char *name, const char *text)
{
	long fd = sys_open(U(name), O_CREAT | O_WRONLY | O_TRUNC, 0644);
	long rc = fd < 0 ? fd : sys_write((int)fd, U(text), strlen(text));

	if (fd >= 0)
		sys_close((int)fd);
	return rc;
}
