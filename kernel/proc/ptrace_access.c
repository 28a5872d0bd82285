// ptrace_access.c: what a tracer reads and changes in a stopped tracee: memory, registers, siginfo; and process_vm_readv(2), which
// needs the right to trace but no stop.
//
// The tracee sleeps in ptrace_stop_here(); SIGKILL may wake it while we are here, and then it dies: its trap frame and FPU area live
// as long as the task, to which the caller has a reference, and what is written to them no longer matters.
#include "kernel/arch/x86_64/cpu/regs.h"
#include "kernel/arch/x86_64/machine/machine.h"
#include "kernel/lib/string.h"
#include "kernel/mm/layout.h"
#include "kernel/mm/slab.h"
#include "kernel/proc/ptrace.h"
#include "kernel/syscall/prototypes.h"
#include "kernel/vm/area.h"

#define XSTATE_SOFTWARE 464u // where the legacy area tells a debugger which features follow
#define VECTORS_MAX 1024u

// ---- memory ----

static long move_word(struct task *task, uint64_t address, uint64_t *word, bool write)
{
	struct mm *mm = task_mm_get(task);
	size_t moved = mm != NULL ? mm_access_forced(mm, address, word, sizeof(*word), write) : 0;
	if (mm != NULL)
		mm_put(mm);
	return moved == sizeof(*word) ? 0 : -EIO;
}

// ---- registers ----

static struct abi_user_regs get_registers(const struct task *task)
{
	const struct trap_frame *frame = user_frame_of(&task->thread);
	bool call = frame->vector == TRAP_SYSCALL || (frame->vector == 0 && frame->error != 0); // after exec: its own number
	uint64_t hidden = task->tracee != NULL && task->tracee->step ? FLAGS_TF : 0;
	return (struct abi_user_regs){
		.r15 = frame->r15, .r14 = frame->r14, .r13 = frame->r13, .r12 = frame->r12, .rbp = frame->rbp, .rbx = frame->rbx,
		.r11 = frame->r11, .r10 = frame->r10, .r9 = frame->r9, .r8 = frame->r8, .rax = frame->rax, .rcx = frame->rcx,
		.rdx = frame->rdx, .rsi = frame->rsi, .rdi = frame->rdi, .orig_rax = call ? frame->error : ~0ul, .rip = frame->rip,
		.cs = frame->cs, .eflags = frame->rflags & ~hidden, .rsp = frame->rsp, .ss = frame->ss, .fs_base = task->thread.fs_base};
}

static int set_registers(struct task *task, const struct abi_user_regs *regs)
{
	struct trap_frame *frame = user_frame_of(&task->thread);
	bool selectors = regs->cs == SELECTOR_USER_CODE && regs->ss == SELECTOR_USER_DATA && (regs->ds | regs->es | regs->fs | regs->gs) == 0;
	if (!selectors || regs->fs_base >= USER_END || regs->gs_base != 0 || regs->rip >= USER_END)
		return -EIO;
	uint64_t vector = frame->vector, error = frame->error, flags = frame->rflags & ~FLAGS_USER_MASK;
	*frame = (struct trap_frame){
		.r15 = regs->r15, .r14 = regs->r14, .r13 = regs->r13, .r12 = regs->r12, .rbp = regs->rbp, .rbx = regs->rbx,
		.r11 = regs->r11, .r10 = regs->r10, .r9 = regs->r9, .r8 = regs->r8, .rax = regs->rax, .rcx = regs->rcx,
		.rdx = regs->rdx, .rsi = regs->rsi, .rdi = regs->rdi, .vector = vector, .error = vector == TRAP_SYSCALL ? regs->orig_rax : error,
		.rip = regs->rip, .cs = regs->cs, .rflags = flags | (regs->eflags & FLAGS_USER_MASK), .rsp = regs->rsp, .ss = regs->ss};
	task->thread.fs_base = regs->fs_base;
	return 0;
}

static long peek_user(const struct task *task, uint64_t offset, uint64_t to)
{
	struct abi_user_regs regs = get_registers(task);
	uint64_t value = 0; // debug registers and the rest: nothing is there
	if (offset % 8 != 0 || offset >= USER_AREA_SIZE)
		return -EIO;
	if (offset < sizeof(regs))
		value = ((uint64_t *)&regs)[offset / 8];
	return copy_to_user(to, &value, sizeof(value));
}

static long poke_user(struct task *task, uint64_t offset, uint64_t value)
{
	struct abi_user_regs regs = get_registers(task);
	if (offset % 8 == 0 && offset >= USER_DEBUG_REGISTERS && offset < USER_DEBUG_REGISTERS + 64 && value == 0)
		return 0; // no watchpoint is set, and none can be
	if (offset % 8 != 0 || offset >= sizeof(regs))
		return -EIO;
	((uint64_t *)&regs)[offset / 8] = value;
	return set_registers(task, &regs);
}

// What fpu_restore() would fault on is refused.
static int check_fpu(const char *area)
{
	uint32_t mxcsr;
	uint64_t header[8];
	memcpy(&mxcsr, area + 24, sizeof(mxcsr));
	if (mxcsr & ~0xffffu)
		return -EINVAL;
	if (!machine_features.xsave)
		return 0;
	memcpy(header, area + 512, sizeof(header));
	for (int i = 1; i < 8; i++)
		if (header[i] != 0)
			return -EINVAL;
	return header[0] & ~machine_features.xsave_mask ? -EINVAL : 0;
}

// The first `size` bytes of the FPU area: the 512 of FXSAVE, or all.
static long get_fpu(const struct task *task, uint64_t to, size_t size)
{
	char *copy = kmalloc(machine_features.xsave_size, ALLOC_SLEEP);
	if (copy == NULL)
		return -ENOMEM;
	memcpy(copy, task->thread.fpu, machine_features.xsave_size);
	memset(copy + XSTATE_SOFTWARE, 0, 48);
	if (size > 512)
		memcpy(copy + XSTATE_SOFTWARE, &machine_features.xsave_mask, 8);
	long rc = copy_to_user(to, copy, size);
	kfree(copy);
	return rc;
}

static long set_fpu(struct task *task, uint64_t from, size_t size)
{
	char *copy = kmalloc(machine_features.xsave_size, ALLOC_SLEEP);
	if (copy == NULL)
		return -ENOMEM;
	memcpy(copy, task->thread.fpu, machine_features.xsave_size);
	long rc = copy_from_user(copy, from, size);
	if (rc == 0 && machine_features.xsave && size == 512)
		copy[512] |= 3; // x87 and SSE are there
	rc = rc != 0 ? rc : check_fpu(copy);
	if (rc == 0)
		memcpy(task->thread.fpu, copy, machine_features.xsave_size);
	kfree(copy);
	return rc;
}

static size_t set_size(uint64_t type)
{
	return type == NT_PRSTATUS ? sizeof(struct abi_user_regs) : type == NT_PRFPREG ? 512
	       : type == NT_X86_XSTATE && machine_features.xsave ? machine_features.xsave_size : 0;
}

static long write_regs(struct task *task, uint64_t from, size_t size)
{
	struct abi_user_regs regs = get_registers(task);
	long rc = copy_from_user(&regs, from, size);
	return rc != 0 ? rc : set_registers(task, &regs);
}

static long register_set(struct task *task, bool set, uint64_t type, uint64_t vector)
{
	struct abi_iovec room;
	size_t size = set_size(type);
	if (copy_from_user(&room, vector, sizeof(room)) != 0)
		return -EFAULT;
	if (size == 0 || room.iov_len % 8 != 0)
		return -EINVAL;
	size = room.iov_len < size ? room.iov_len : size;
	struct abi_user_regs regs = get_registers(task);
	long rc = 0;
	if (type != NT_PRSTATUS && set && size != set_size(type))
		rc = -EINVAL;
	else if (type == NT_PRSTATUS)
		rc = set ? write_regs(task, room.iov_base, size) : copy_to_user(room.iov_base, &regs, size);
	else
		rc = set ? set_fpu(task, room.iov_base, size) : get_fpu(task, room.iov_base, size);
	room.iov_len = size;
	return rc != 0 ? rc : copy_to_user(vector + offsetof(struct abi_iovec, iov_len), &room.iov_len, sizeof(room.iov_len));
}

// ---- what the stop is about ----

static long siginfo(struct task *task, uint64_t address, bool set)
{
	struct abi_siginfo copy = {0};
	if (set && copy_from_user(&copy, address, sizeof(copy)) != 0)
		return -EFAULT;
	unsigned long state = spin_lock_irqsave(&process_lock);
	struct abi_siginfo *info = task->tracee != NULL ? task->tracee->info : NULL;
	long rc = info == NULL ? -EINVAL : 0;
	if (rc == 0 && set)
		*info = copy;
	else if (rc == 0)
		copy = *info;
	spin_unlock_irqrestore(&process_lock, state);
	return rc != 0 || set ? rc : copy_to_user(address, &copy, sizeof(copy));
}

static struct tracee look_at(const struct task *task)
{
	struct tracee copy = {0};
	unsigned long state = spin_lock_irqsave(&process_lock);
	if (task->tracee != NULL)
		copy = *task->tracee;
	spin_unlock_irqrestore(&process_lock, state);
	return copy;
}

static long event_message(const struct task *task, uint64_t to)
{
	uint64_t message = look_at(task).message;
	return copy_to_user(to, &message, sizeof(message));
}

static long call_info(const struct task *task, uint64_t size, uint64_t to)
{
	struct abi_user_regs regs = get_registers(task);
	struct abi_syscall_info info = {.op = look_at(task).call_stop, .arch = AUDIT_ARCH_X86_64, .ip = regs.rip, .sp = regs.rsp};
	size_t actual = offsetof(struct abi_syscall_info, number);
	if (info.op == PTRACE_SYSCALL_INFO_ENTRY) {
		const uint64_t arguments[6] = {regs.rdi, regs.rsi, regs.rdx, regs.r10, regs.r8, regs.r9};
		info.number = regs.orig_rax;
		memcpy(info.arguments, arguments, sizeof(arguments));
		actual = sizeof(info);
	} else if (info.op == PTRACE_SYSCALL_INFO_EXIT) {
		info.value = (int64_t)regs.rax;
		info.is_error = regs.rax >= (uint64_t)-4095l;
		actual = offsetof(struct abi_syscall_info, is_error) + 1;
	}
	return copy_to_user(to, &info, size < actual ? size : actual) != 0 ? -EFAULT : (long)actual;
}

static long signal_mask(struct task *task, uint64_t size, uint64_t at, bool set)
{
	uint64_t mask = task->blocked;
	if (size != sizeof(mask))
		return -EINVAL;
	if (!set)
		return copy_to_user(at, &mask, sizeof(mask));
	if (copy_from_user(&mask, at, sizeof(mask)) != 0)
		return -EFAULT;
	unsigned long state = spin_lock_irqsave(&task->process->signal_lock);
	task->blocked = mask & ~UNBLOCKABLE;
	signal_recalculate(task);
	spin_unlock_irqrestore(&task->process->signal_lock, state);
	return 0;
}

long ptrace_access(struct task *task, long request, uint64_t address, uint64_t data)
{
	struct abi_user_regs regs;
	uint64_t word = data;
	long rc;
	switch (request) {
	case PTRACE_PEEKTEXT:
	case PTRACE_PEEKDATA:
		rc = move_word(task, address, &word, false);
		return rc != 0 ? rc : copy_to_user(data, &word, sizeof(word));
	case PTRACE_POKETEXT:
	case PTRACE_POKEDATA: return move_word(task, address, &word, true);
	case PTRACE_PEEKUSER: return peek_user(task, address, data);
	case PTRACE_POKEUSER: return poke_user(task, address, data);
	case PTRACE_GETREGS:
		regs = get_registers(task);
		return copy_to_user(data, &regs, sizeof(regs));
	case PTRACE_SETREGS: return write_regs(task, data, sizeof(regs));
	case PTRACE_GETFPREGS: return get_fpu(task, data, 512);
	case PTRACE_SETFPREGS: return set_fpu(task, data, 512);
	case PTRACE_GETREGSET: return register_set(task, false, address, data);
	case PTRACE_SETREGSET: return register_set(task, true, address, data);
	case PTRACE_GETEVENTMSG: return event_message(task, data);
	case PTRACE_GETSIGINFO: return siginfo(task, data, false);
	case PTRACE_SETSIGINFO: return siginfo(task, data, true);
	case PTRACE_GETSIGMASK: return signal_mask(task, address, data, false);
	case PTRACE_SETSIGMASK: return signal_mask(task, address, data, true);
	case PTRACE_GET_SYSCALL_INFO: return call_info(task, address, data);
	}
	return -EIO;
}

// ---- another's memory, by vectors ----

static long copy_piece(struct mm *mm, uint64_t theirs, uint64_t ours, size_t size, bool write, char *bounce)
{
	if (write && copy_from_user(bounce, ours, size) != 0)
		return -EFAULT;
	size_t moved = mm_access(mm, theirs, bounce, size, write);
	if (moved == 0 || (!write && copy_to_user(ours, bounce, moved) != 0))
		return -EFAULT;
	return (long)moved;
}

static long copy_vectors(struct mm *mm, struct abi_iovec *ours, uint64_t our_count, struct abi_iovec *theirs, uint64_t count, bool write)
{
	char *bounce = kmalloc(PAGE_SIZE, ALLOC_SLEEP);
	long done = 0, rc = bounce == NULL ? -ENOMEM : 0;
	for (uint64_t i = 0, j = 0; rc >= 0 && i < our_count && j < count;) {
		if (ours[i].iov_len == 0 || theirs[j].iov_len == 0) {
			i += ours[i].iov_len == 0;
			j += j < count && theirs[j].iov_len == 0;
			continue;
		}
		size_t piece = ours[i].iov_len < theirs[j].iov_len ? ours[i].iov_len : theirs[j].iov_len;
		piece = piece < PAGE_SIZE ? piece : PAGE_SIZE;
		rc = copy_piece(mm, theirs[j].iov_base, ours[i].iov_base, piece, write, bounce);
		if (rc > 0) {
			ours[i].iov_base += (uint64_t)rc;
			ours[i].iov_len -= (uint64_t)rc;
			theirs[j].iov_base += (uint64_t)rc;
			theirs[j].iov_len -= (uint64_t)rc;
			done += rc;
		}
	}
	kfree(bounce);
	return done != 0 ? done : rc;
}

static long mm_to_trace(int pid, struct mm **mm)
{
	unsigned long state = spin_lock_irqsave(&process_lock);
	struct task *task = task_find(pid);
	long rc = task == NULL ? -ESRCH : !ptrace_permitted(task) ? -EPERM : 0;
	*mm = rc == 0 ? task->thread.mm : NULL;
	if (rc == 0 && (*mm == NULL || !refcount_get_not_zero(&(*mm)->users)))
		rc = -ESRCH;
	spin_unlock_irqrestore(&process_lock, state);
	return rc;
}

static long move_memory(int pid, user_addr ours, uint64_t our_count, user_addr theirs, uint64_t count, uint64_t flags, bool write)
{
	struct mm *mm;
	if (flags != 0 || our_count > VECTORS_MAX || count > VECTORS_MAX)
		return -EINVAL;
	struct abi_iovec *vectors = kmalloc((our_count + count + 1) * sizeof(*vectors), ALLOC_SLEEP);
	if (vectors == NULL)
		return -ENOMEM;
	long rc = copy_from_user(vectors, ours, our_count * sizeof(*vectors));
	rc = rc != 0 ? rc : copy_from_user(vectors + our_count, theirs, count * sizeof(*vectors));
	rc = rc != 0 ? rc : mm_to_trace(pid, &mm);
	if (rc == 0) {
		rc = copy_vectors(mm, vectors, our_count, vectors + our_count, count, write);
		mm_put(mm);
	}
	kfree(vectors);
	return rc;
}

long sys_process_vm_readv(int pid, user_addr ours, uint64_t our_count, user_addr theirs, uint64_t count, uint64_t flags)
{
	return move_memory(pid, ours, our_count, theirs, count, flags, false);
}

long sys_process_vm_writev(int pid, user_addr ours, uint64_t our_count, user_addr theirs, uint64_t count, uint64_t flags)
{
	return move_memory(pid, ours, our_count, theirs, count, flags, true);
}
