// exec.c: execve(2): #! scripts, static and dynamic ELF programs, the first stack.
//
// The new address space is built beside the old one and filled through mm_access(); only when nothing can fail any more do
// the other threads end, the old space go and the registers change ("point of no return").
#include "kernel/arch/x86_64/cpu/atomic.h"
#include "kernel/arch/x86_64/cpu/regs.h"
#include "kernel/arch/x86_64/machine/machine.h"
#include "kernel/arch/x86_64/machine/usercopy.h"
#include "kernel/core/random.h"
#include "kernel/fs/fs.h"
#include "kernel/lib/string.h"
#include "kernel/mm/slab.h"
#include "kernel/proc/exec.h"
#include "kernel/syscall/prototypes.h"
#include "kernel/uapi/mman.h"
#include "kernel/vm/area.h"

#define STACK_TOP (USER_END - PAGE_SIZE)

int strings_add(struct strings *strings, const char *text, size_t size) // size with the NUL
{
	if (size > ARGUMENT_SIZE_MAX || strings->used + size > ARGUMENTS_SIZE_MAX)
		return -E2BIG;
	if (strings->used + size > strings->room) {
		size_t room = (strings->used + size) * 2;
		char *bytes = kmalloc(room, ALLOC_SLEEP);
		if (bytes == NULL)
			return -ENOMEM;
		memcpy(bytes, strings->bytes, strings->used);
		kfree(strings->bytes);
		strings->bytes = bytes;
		strings->room = room;
	}
	memcpy(strings->bytes + strings->used, text, size);
	strings->used += size;
	strings->count++;
	return 0;
}

static int strings_from_user(struct strings *strings, user_addr vector)
{
	char *text = kmalloc(ARGUMENT_SIZE_MAX, ALLOC_SLEEP);
	int rc = text != NULL ? 0 : -ENOMEM;
	for (uint64_t i = 0; rc == 0 && vector != 0; i++) {
		user_addr pointer;
		rc = copy_from_user(&pointer, vector + i * 8, 8);
		if (rc != 0 || pointer == 0)
			break;
		long length = strncpy_from_user(text, pointer, ARGUMENT_SIZE_MAX);
		rc = length == -ENAMETOOLONG ? -E2BIG : length < 0 ? (int)length : strings_add(strings, text, length + 1);
	}
	kfree(text);
	return rc;
}

int exec_open(struct exec *exec, const char *path)
{
	int rc;
	struct file *file = file_open_kernel(path, O_RDONLY | O_EXECUTE, &rc);
	if (file == NULL)
		return rc;
	rc = file_may_execute(file);
	long got = rc == 0 ? file_read_kernel(file, exec->head, HEAD_SIZE, 0) : rc;
	if (got < 0) {
		file_put(file);
		return got;
	}
	if (exec->file != NULL)
		file_put(exec->file);
	exec->file = file;
	exec->head_size = got;
	return 0;
}

static void file_area_open(struct vm_area *area)
{
	file_get(area->owner);
}

static void file_area_close(struct vm_area *area)
{
	file_put(area->owner);
}

const struct vm_area_operations file_area_operations = {file_area_open, file_area_close, file_area_name};

static uint32_t protection_of(uint32_t flags)
{
	return (flags & ELF64_R ? PROT_READ : 0) | (flags & ELF64_W ? PROT_WRITE : 0) | (flags & ELF64_X ? PROT_EXEC : 0);
}

static int clear_tail(struct mm *mm, uint64_t from, uint64_t to)
{
	static const char zeros[256];
	for (size_t chunk; from < to; from += chunk) {
		chunk = to - from < sizeof(zeros) ? to - from : sizeof(zeros);
		if (mm_access(mm, from, (void *)zeros, chunk, true) != chunk)
			return -ENOMEM;
	}
	return 0;
}

static int map_segment(struct exec *exec, struct file *file, const struct elf64_segment *segment, uint64_t bias)
{
	uint64_t start = (segment->address + bias) & -PAGE_SIZE, offset = segment->address % PAGE_SIZE, where;
	uint64_t file_end = segment->address + bias + segment->file_size;
	uint64_t memory_end = (segment->address + bias + segment->memory_size + PAGE_SIZE - 1) & -PAGE_SIZE;
	uint64_t file_pages_end = (file_end + PAGE_SIZE - 1) & -PAGE_SIZE;
	struct vm_area area = {.protection = protection_of(segment->flags)};
	int rc = 0;
	if (memory_end > exec->top)
		exec->top = memory_end;
	if (segment->memory_size == 0)
		return 0;
	if (memory_end < start || memory_end > USER_END - (1ul << 30))
		return -ENOMEM;
	if (segment->file_size != 0) {
		struct vm_area mapped = area;
		mapped.program = true;
		mapped.mapping = &file->inode->mapping;
		mapped.first_page = (segment->offset - offset) / PAGE_SIZE;
		mapped.operations = &file_area_operations;
		mapped.owner = file;
		rc = mm_map(exec->mm, &mapped, start, file_pages_end - start, false, &where);
	} else
		file_pages_end = start;
	if (rc == 0 && memory_end > file_pages_end)
		rc = mm_map(exec->mm, &area, file_pages_end, memory_end - file_pages_end, false, &where);
	if (rc == 0 && segment->memory_size > segment->file_size && segment->file_size != 0 && (segment->flags & ELF64_W))
		rc = clear_tail(exec->mm, file_end, file_pages_end < memory_end ? file_pages_end : memory_end);
	return rc == -EEXIST || rc == -EPERM ? -ENOEXEC : rc;
}

static uint64_t span(const struct elf64_header *header, const struct elf64_segment *segments, uint64_t *lowest)
{
	uint64_t end = 0;
	*lowest = ~0ul;
	for (int i = 0; i < header->segment_count; i++) {
		if (segments[i].type != ELF64_LOAD)
			continue;
		if (segments[i].address < *lowest)
			*lowest = segments[i].address & -PAGE_SIZE;
		end = segments[i].address + segments[i].memory_size;
	}
	return end;
}

// Maps all LOAD segments; *bias is where address 0 of the file ended up.
int exec_map_image(struct exec *exec, struct file *file, const void *head, uint64_t base, uint64_t *bias)
{
	const struct elf64_header *header = head;
	const struct elf64_segment *segments = elf64_segments(head);
	uint64_t lowest, end = span(header, segments, &lowest);
	if (header->type == ELF64_TYPE_EXEC)
		base = 0;
	if (end - lowest > 1ul << 40)
		return -ENOMEM;
	*bias = base;
	int rc = 0;
	for (int i = 0; i < header->segment_count && rc == 0; i++)
		if (segments[i].type == ELF64_LOAD)
			rc = map_segment(exec, file, &segments[i], base);
	return rc;
}

uint64_t random_pages(unsigned bits)
{
	return (random_u64() & ((1ul << bits) - 1)) << PAGE_SHIFT;
}

static int load_elf(struct exec *exec)
{
	const struct elf64_header *header = (void *)exec->head;
	int rc = elf64_check(exec->head, exec->head_size, exec->file->inode->size);
	if (rc != 0)
		return -ENOEXEC;
	uint64_t bias;
	const struct elf64_segment *segments = elf64_segments(exec->head);
	rc = exec_map_image(exec, exec->file, exec->head, 0x555500000000 + random_pages(28), &bias);
	exec->entry = exec->program_entry = header->entry + bias;
	exec->phdr_count = header->segment_count;
	exec->mm->heap_start = exec->mm->heap_end = exec->top + random_pages(8);
	for (int i = 0; i < header->segment_count && rc == 0; i++) {
		const struct elf64_segment *segment = &segments[i];
		if (segment->type == ELF64_LOAD && segment->offset <= header->segments_offset &&
		    header->segments_offset < segment->offset + segment->file_size)
			exec->phdr = segment->address + bias + header->segments_offset - segment->offset;
		if (segment->type == ELF64_INTERP)
			rc = exec_interpreter != NULL ? exec_interpreter(exec, segment) : -ENOEXEC;
	}
	return rc;
}

static int push(struct mm *mm, uint64_t *sp, const void *bytes, size_t size)
{
	*sp -= size;
	return mm_access(mm, *sp, (void *)bytes, size, true) == size ? 0 : -E2BIG;
}

// Writes a NULL-ended vector of pointers to strings that follow one another from `at`.
static void fill_vector(uint64_t *words, const struct strings *strings, uint64_t at)
{
	size_t offset = 0;
	for (uint32_t i = 0; i < strings->count; i++) {
		words[i] = at + offset;
		offset += strlen(strings->bytes + offset) + 1;
	}
	words[strings->count] = 0;
}

// The first stack (psABI 3.4.1): argc, argv, envp, auxiliary vector, then the strings they point to.
static int build_stack(struct exec *exec, uint64_t *sp_out)
{
	struct vm_area stack = {.protection = PROT_READ | PROT_WRITE, .grows_down = true, .label = "[stack]"};
	uint64_t sp = STACK_TOP - random_pages(16), where, seed[2] = {random_u64(), random_u64()};
	uint64_t strings_size = exec->arguments.used + exec->environment.used + PATH_MAX;
	uint64_t vectors = 8 * (exec->arguments.count + exec->environment.count + 64);
	uint64_t size = (strings_size + vectors + 8 * PAGE_SIZE) & -PAGE_SIZE;
	int rc = mm_map(exec->mm, &stack, (sp & -PAGE_SIZE) - size, size + PAGE_SIZE, false, &where);
	if (rc != 0)
		return rc;
	static const char platform[] = "x86_64";
	rc = push(exec->mm, &sp, exec->path, strlen(exec->path) + 1);
	uint64_t path = sp;
	rc = rc ? rc : push(exec->mm, &sp, exec->environment.bytes, exec->environment.used);
	uint64_t environment = sp;
	rc = rc ? rc : push(exec->mm, &sp, exec->arguments.bytes, exec->arguments.used);
	uint64_t arguments = sp;
	rc = rc ? rc : push(exec->mm, &sp, platform, sizeof(platform));
	uint64_t platform_at = sp;
	sp &= -16ul;
	rc = rc ? rc : push(exec->mm, &sp, seed, sizeof(seed));
	exec->mm->arguments_start = arguments;
	exec->mm->arguments_end = environment;
	exec->mm->environment_end = path;
	const struct cred *cred = exec->cred != NULL ? exec->cred : current->cred;
	uint64_t auxiliary[][2] = {{AT_PHDR, exec->phdr}, {AT_PHENT, sizeof(struct elf64_segment)}, {AT_PHNUM, exec->phdr_count},
				   {AT_PAGESZ, PAGE_SIZE}, {AT_BASE, exec->interpreter_base}, {AT_FLAGS, 0},
				   {AT_ENTRY, exec->program_entry}, {AT_UID, cred->uid}, {AT_EUID, cred->euid},
				   {AT_GID, cred->gid}, {AT_EGID, cred->egid}, {AT_PLATFORM, platform_at},
				   {AT_HWCAP, cpuid(1, 0).edx}, {AT_CLKTCK, 100}, {AT_SECURE, exec->secure}, {AT_RANDOM, sp},
				   {AT_HWCAP2, 0}, {AT_EXECFN, path},
				   {AT_MINSIGSTKSZ, machine_features.xsave_size + 1024}, {AT_NULL, 0}};
	_Static_assert(sizeof(auxiliary) == sizeof(exec->mm->auxiliary), "AUXILIARY_WORDS");
	memcpy(exec->mm->auxiliary, auxiliary, sizeof(auxiliary));
	size_t words = 1 + exec->arguments.count + 1 + exec->environment.count + 1 + sizeof(auxiliary) / 8;
	uint64_t *vector = kmalloc(words * 8, ALLOC_SLEEP);
	if (vector == NULL)
		return -ENOMEM;
	vector[0] = exec->arguments.count;
	fill_vector(vector + 1, &exec->arguments, arguments);
	fill_vector(vector + 2 + exec->arguments.count, &exec->environment, environment);
	memcpy(vector + 3 + exec->arguments.count + exec->environment.count, auxiliary, sizeof(auxiliary));
	sp = (sp - words * 8) & -16ul;
	sp += words * 8;
	rc = rc ? rc : push(exec->mm, &sp, vector, words * 8);
	kfree(vector);
	*sp_out = sp;
	return rc;
}

// Everything that can fail: the new space, loaded, with its stack.
static int prepare(struct exec *exec, const char *path, uint64_t *sp)
{
	strlcpy(exec->path, path, sizeof(exec->path));
	int rc = exec_open(exec, path);
	const char *last = strrchr(path, '/');
	strlcpy(exec->name, last != NULL ? last + 1 : path, sizeof(exec->name));
	for (int depth = 0; rc == 0 && exec_script != NULL && exec->head_size >= 2 && memcmp(exec->head, "#!", 2) == 0; depth++)
		rc = depth == INTERPRETERS_MAX ? -ELOOP : exec_script(exec, depth != 0 ? exec->arguments.bytes : exec->path);
	if (rc == 0 && exec_credentials != NULL)
		rc = exec_credentials(exec);
	if (rc != 0)
		return rc;
	exec->mm = mm_create();
	if (exec->mm == NULL)
		return -ENOMEM;
	struct process *process = current_process();
	exec->mm->stack_limit = process->limits[RLIMIT_STACK].rlim_cur;
	exec->mm->address_limit = process->limits[RLIMIT_AS].rlim_cur;
	exec->mm->data_limit = process->limits[RLIMIT_DATA].rlim_cur;
	rc = load_elf(exec);
	return rc != 0 ? rc : build_stack(exec, sp);
}

static void destroy(struct exec *exec)
{
	if (exec->file != NULL)
		file_put(exec->file);
	if (exec->mm != NULL)
		mm_put(exec->mm);
	kfree(exec->cred);
	kfree(exec->arguments.bytes);
	kfree(exec->environment.bytes);
	kfree(exec);
}

// The other threads of the process end. False: somebody else was faster, we end too.
static bool end_other_threads(struct process *process)
{
	if (process->threads_alive == 1)
		return true;
	unsigned long state = spin_lock_irqsave(&process_lock);
	struct task *task;
	bool first = !process->exiting;
	process->exiting = true;
	process->wait_status = first ? EXEC_ENDS_THREADS : process->wait_status;
	list_for_each(task, &process->threads, link) {
		if (task == current_task())
			continue;
		WRITE_ONCE(task->thread.signal_bits, THREAD_SIGNAL_FATAL | THREAD_SIGNAL_PENDING);
		thread_wake(&task->thread, 1u << THREAD_INTERRUPTIBLE | 1u << THREAD_KILLABLE | 1u << THREAD_STOPPED);
		sched_kick(&task->thread);
	}
	spin_unlock_irqrestore(&process_lock, state);
	while (first && READ_ONCE(process->threads_alive) > 1)
		sched_yield();
	state = spin_lock_irqsave(&process_lock);
	first = first && process->wait_status == EXEC_ENDS_THREADS; // else a real end came in between: it holds
	process->exiting = process->exiting && !first;
	spin_unlock_irqrestore(&process_lock, state);
	return first;
}

static void commit(struct exec *exec, uint64_t sp, struct trap_frame *frame)
{
	struct task *task = current_task();
	struct mm *old = task->thread.mm;
	struct files *files = task->thread.files;
	mm_get(exec->mm);
	mm_activate(exec->mm);
	if (old != NULL)
		mm_put(old);
	vfork_release(task);
	files_close_on_exec(files);
	signal_exec_reset(task->process);
	task->alternate_stack = (struct abi_stack){.ss_flags = SS_DISABLE};
	if (task->process->timers != NULL)
		process_timers_exec(task->process);
	task->process->did_exec = true;
	task->process->exit_signal = SIGCHLD;
	task->clear_child_tid = task->robust_list = 0;
	strlcpy(task->thread.name, exec->name, sizeof(task->thread.name));
	if (exec_committed != NULL)
		exec_committed(exec);
	unsigned long state = interrupts_save();
	fpu_init_area(task->thread.fpu);
	task->thread.fpu_live = false;
	task->thread.fpu_cpu = -1;
	if (this_cpu()->fpu_owner == current)
		this_cpu()->fpu_owner = NULL;
	task->thread.fs_base = 0;
	write_msr(MSR_FS_BASE, 0);
	interrupts_restore(state);
	*frame = (struct trap_frame){.rip = exec->entry, .rsp = sp, .cs = SELECTOR_USER_CODE, .ss = SELECTOR_USER_DATA,
				     .rflags = FLAGS_IF | 2, .error = frame->error};
	if (task->tracee != NULL)
		ptrace_exec();
}

static long do_exec(struct exec *exec, const char *path, struct trap_frame *frame)
{
	uint64_t sp;
	int rc = prepare(exec, path, &sp);
	if (rc == 0 && !end_other_threads(current_process()))
		rc = -EAGAIN;
	if (rc == 0 && current->tid != current->tgid)
		exec_take_lead(current_process());
	if (rc == 0)
		commit(exec, sp, frame);
	destroy(exec);
	return rc;
}

long sys_execve(user_addr path, user_addr argv, user_addr envp)
{
	struct exec *exec = kzalloc(sizeof(*exec), ALLOC_SLEEP);
	char *name;
	if (exec == NULL)
		return -ENOMEM;
	int rc = name_from_user(path, &name);
	if (rc == 0) {
		rc = strings_from_user(&exec->arguments, argv);
		if (rc == 0)
			rc = strings_from_user(&exec->environment, envp);
		if (rc == 0 && exec->arguments.count == 0)
			rc = strings_add(&exec->arguments, "", 1); // programs read argv[0]
		if (rc == 0) {
			struct trap_frame *frame = user_frame_of(current);
			rc = do_exec(exec, name, frame);
			exec = NULL;
		}
		kfree(name);
	}
	if (exec != NULL)
		destroy(exec);
	return rc;
}

int exec_program(const char *path, char *const argv[], char *const envp[])
{
	struct exec *exec = kzalloc(sizeof(*exec), ALLOC_SLEEP);
	int rc = exec != NULL ? 0 : -ENOMEM;
	for (int i = 0; rc == 0 && argv[i] != NULL; i++)
		rc = strings_add(&exec->arguments, argv[i], strlen(argv[i]) + 1);
	for (int i = 0; rc == 0 && envp[i] != NULL; i++)
		rc = strings_add(&exec->environment, envp[i], strlen(envp[i]) + 1);
	struct trap_frame *frame = user_frame_of(current);
	rc = rc != 0 ? rc : do_exec(exec, path, frame);
	if (rc == 0)
		trap_first_return(frame);
	return rc;
}
