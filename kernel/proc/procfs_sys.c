// procfs_sys.c: /proc/sys: what the kernel is, and its limits, as proc(5) names them. All of it is read only; sethostname(2) changes
// what it changes.
#include "kernel/core/limits.h"
#include "kernel/core/power.h"
#include "kernel/core/random.h"
#include "kernel/fs/procfs.h"
#include "kernel/proc/internal.h"

// A file of one line.
#define LINE_FILE(name, path, ...)                                                                                 \
	static int show_##name(struct text *text)                                                                  \
	{                                                                                                          \
		text_print(text, __VA_ARGS__);                                                                     \
		return 0;                                                                                          \
	}                                                                                                          \
	PROCFS_FILE(name, "sys/" path, 0444, show_##name)

LINE_FILE(ostype, "kernel/ostype", "%s\n", uts_names.sysname);
LINE_FILE(osrelease, "kernel/osrelease", "%s\n", uts_names.release);
LINE_FILE(osversion, "kernel/version", "%s\n", kernel_version_text);
LINE_FILE(hostname, "kernel/hostname", "%s\n", uts_names.nodename);
LINE_FILE(domainname, "kernel/domainname", "%s\n", uts_names.domainname);
LINE_FILE(pid_max, "kernel/pid_max", "%d\n", PID_MAX);
LINE_FILE(threads_max, "kernel/threads-max", "%d\n", PROCESSES_MAX);
LINE_FILE(ngroups_max, "kernel/ngroups_max", "%d\n", GROUPS_MAX);
LINE_FILE(randomize, "kernel/randomize_va_space", "2\n");	 // stack, mappings and heap
LINE_FILE(entropy, "kernel/random/entropy_avail", "256\n"); // the generator's key: full from the start on
LINE_FILE(poolsize, "kernel/random/poolsize", "256\n");
LINE_FILE(nr_open, "fs/nr_open", "%d\n", DESCRIPTORS_MAX);
LINE_FILE(pipe_max, "fs/pipe-max-size", "%u\n", PIPE_SIZE_MAX);
LINE_FILE(watches, "fs/inotify/max_user_watches", "%d\n", INOTIFY_WATCHES_MAX);
LINE_FILE(instances, "fs/inotify/max_user_instances", "%d\n", INOTIFY_INSTANCES_MAX);
LINE_FILE(queued, "fs/inotify/max_queued_events", "%d\n", INOTIFY_EVENTS_MAX);
LINE_FILE(overcommit, "vm/overcommit_memory", "1\n"); // always: pages are found when they are touched

// RFC 4122, version 4: from random numbers.
static void show_identity(struct text *text, const uint8_t *bytes)
{
	for (int i = 0; i < 16; i++)
		text_print(text, "%s%02x", i == 4 || i == 6 || i == 8 || i == 10 ? "-" : "",
			   i == 6 ? (bytes[i] & 0x0f) | 0x40u : i == 8 ? (bytes[i] & 0x3f) | 0x80u : bytes[i]);
	text_put(text, "\n", 1);
}

static int show_uuid(struct text *text)
{
	uint8_t bytes[16];

	random_bytes(bytes, sizeof(bytes));
	show_identity(text, bytes);
	return 0;
}
PROCFS_FILE(uuid, "sys/kernel/random/uuid", 0444, show_uuid);

static int show_boot_id(struct text *text)
{
	static uint8_t bytes[16];
	static bool drawn;
	unsigned long state = spin_lock_irqsave(&process_lock);

	if (!drawn)
		random_bytes(bytes, sizeof(bytes));
	drawn = true;
	spin_unlock_irqrestore(&process_lock, state);
	show_identity(text, bytes);
	return 0;
}
PROCFS_FILE(boot_id, "sys/kernel/random/boot_id", 0444, show_boot_id);
