// exec.h: one execve(2) on its way, between exec.c and the files that join it.
#pragma once
#include "kernel/lib/elf64.h"
#include "kernel/proc/internal.h"

#define HEAD_SIZE 2048u // bytes of a file that must hold its ELF headers

struct strings { // argv or envp: NUL-terminated, one after the other
	char *bytes;
	size_t used, room;
	uint32_t count;
};

struct exec {
	struct strings arguments, environment;
	char path[PATH_MAX]; // as the program sees it
	struct file *file;
	struct mm *mm;
	struct cred *cred; // what it will be; NULL: as before
	bool secure;       // its libraries must not trust the environment (AT_SECURE)
	uint64_t entry, phdr, phdr_count, interpreter_base, program_entry, top;
	uint64_t head[HEAD_SIZE / 8];
	size_t head_size;
	char name[16];
};

int strings_add(struct strings *strings, const char *text, size_t size); // size with the NUL
int exec_open(struct exec *exec, const char *path);                      // the file to run, with its head
int exec_map_image(struct exec *exec, struct file *file, const void *head, uint64_t base, uint64_t *bias);
uint64_t random_pages(unsigned bits);

// Not in every kernel (weak): 0 or -errno.
int exec_script(struct exec *exec, const char *script) __attribute__((weak));                         // exec_formats.c
int exec_interpreter(struct exec *exec, const struct elf64_segment *segment) __attribute__((weak));
int exec_credentials(struct exec *exec) __attribute__((weak)); // set_id.c: fills cred and secure
bool ptrace_limits_exec(void) __attribute__((weak));            // ptrace.c: a tracer without power watches
void exec_committed(struct exec *exec) __attribute__((weak));  // set_id.c: nothing can fail any more
