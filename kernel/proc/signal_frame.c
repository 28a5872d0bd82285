// signal_frame.c: what a handler finds on its stack, in Linux's layout (psABI, struct rt_sigframe): return address, ucontext,
// siginfo, and above them the FPU state as XSAVE wrote it; and the way back by rt_sigreturn.
#include "kernel/arch/x86_64/cpu/regs.h"
#include "kernel/arch/x86_64/machine/machine.h"
#include "kernel/lib/string.h"
#include "kernel/mm/layout.h"
#include "kernel/proc/internal.h"
#include "kernel/syscall/prototypes.h"

#define FP_MAGIC1 0x46505853u
#define FP_MAGIC2 0x46505845u
#define UC_FLAGS 7 // FP_XSTATE, SIGCONTEXT_SS, STRICT_RESTORE_SS

struct fp_software { // bytes 464.. of the saved area: how a program finds out what follows the legacy 512 bytes
	uint32_t magic1, extended_size;
	uint64_t features;
	uint32_t state_size, padding[7];
};

struct signal_frame {
	uint64_t return_address;
	struct abi_ucontext context;
	struct abi_siginfo info;
};

static user_addr frame_place(const struct trap_frame *frame, const struct abi_sigaction *action)
{
	struct task *task = current_task();
	user_addr stack = frame->rsp - 128; // the red zone of the ABI stays
	const struct abi_stack *alternate = &task->alternate_stack;
	bool on_it = frame->rsp > alternate->ss_sp && frame->rsp <= alternate->ss_sp + alternate->ss_size;
	if ((action->flags & SA_ONSTACK) && !(alternate->ss_flags & SS_DISABLE) && !on_it)
		stack = alternate->ss_sp + alternate->ss_size;
	return stack;
}

static int write_fpu(user_addr place)
{
	uint32_t size = machine_features.xsave_size, magic2 = FP_MAGIC2;
	unsigned long state = interrupts_save();
	if (this_cpu()->fpu_owner == current && current->fpu_live) {
		fpu_save(current->fpu);
		current->fpu_live = false;
	}
	interrupts_restore(state);
	struct fp_software software = {.magic1 = FP_MAGIC1,
				       .extended_size = size + 4,
				       .features = machine_features.xsave_mask,
				       .state_size = size};
	if (!machine_features.xsave)
		software = (struct fp_software){0};
	int rc = copy_to_user(place, current->fpu, size);
	rc = rc != 0 ? rc : copy_to_user(place + 464, &software, sizeof(software));
	return rc != 0 ? rc : copy_to_user(place + size, &magic2, 4);
}

static __attribute__((noinline)) void save_context(struct abi_sigcontext *to, const struct trap_frame *frame)
{
	*to = (struct abi_sigcontext){.r8 = frame->r8,	  .r9 = frame->r9,   .r10 = frame->r10, .r11 = frame->r11,
				       .r12 = frame->r12, .r13 = frame->r13, .r14 = frame->r14, .r15 = frame->r15,
				       .rdi = frame->rdi, .rsi = frame->rsi, .rbp = frame->rbp, .rbx = frame->rbx,
				       .rdx = frame->rdx, .rax = frame->rax, .rcx = frame->rcx, .rsp = frame->rsp,
				       .rip = frame->rip, .eflags = frame->rflags, .cs = SELECTOR_USER_CODE, .ss = SELECTOR_USER_DATA,
				       .err = frame->vector == TRAP_SYSCALL ? 0 : frame->error,
				       .trapno = frame->vector == TRAP_SYSCALL ? 0 : frame->vector,
				       .cr2 = frame->vector == VECTOR_PAGE_FAULT ? read_cr2() : 0};
}

int signal_frame_push(struct trap_frame *frame, const struct abi_sigaction *action, const struct abi_siginfo *info)
{
	struct task *task = current_task();
	if (!(action->flags & SA_RESTORER))
		return -EFAULT;
	user_addr fpu = (frame_place(frame, action) - machine_features.xsave_size - 4) & -64ul;
	user_addr place = ((fpu - sizeof(struct signal_frame)) & -16ul) - 8;
	struct signal_frame image = {.return_address = action->restorer, .info = *info};
	image.context.uc_flags = machine_features.xsave ? UC_FLAGS : UC_FLAGS & ~1;
	image.context.uc_stack = task->alternate_stack;
	save_context(&image.context.uc_mcontext, frame);
	image.context.uc_mcontext.fpstate = fpu;
	image.context.uc_sigmask = task->restore_blocked ? task->saved_blocked : task->blocked;
	image.context.uc_mcontext.oldmask = image.context.uc_sigmask;
	if (info->si_signo == SIGSEGV || info->si_signo == SIGBUS)
		image.context.uc_mcontext.cr2 = info->si_addr;
	if (write_fpu(fpu) != 0 || copy_to_user(place, &image, sizeof(image)) != 0)
		return -EFAULT;
	frame->rdi = info->si_signo;
	frame->rsi = place + offsetof(struct signal_frame, info);
	frame->rdx = place + offsetof(struct signal_frame, context);
	frame->rax = 0;
	frame->rsp = place;
	frame->rip = action->handler;
	frame->rflags &= ~(FLAGS_DF | FLAGS_TF | FLAGS_RF);
	frame->vector = 0; // leaves by IRET: every register counts
	return 0;
}

static int restore_fpu(user_addr place)
{
	if (place == 0) {
		fpu_init_area(current->fpu);
		return 0;
	}
	uint32_t size = machine_features.xsave_size, magic2 = 0;
	struct fp_software software;
	if (copy_from_user(&software, place + 464, sizeof(software)) != 0)
		return -EFAULT;
	bool extended = machine_features.xsave && software.magic1 == FP_MAGIC1 && software.state_size == size &&
			copy_from_user(&magic2, place + size, 4) == 0 && magic2 == FP_MAGIC2;
	char *area = current->fpu;
	fpu_init_area(area);
	if (copy_from_user(area, place, extended ? size : 512) != 0)
		return -EFAULT;
	uint32_t *mxcsr = (uint32_t *)(area + 24);
	*mxcsr &= 0xffff; // reserved bits would fault in XRSTOR
	if (machine_features.xsave) {
		uint64_t *header = (uint64_t *)(area + 512);
		header[0] = extended ? header[0] & machine_features.xsave_mask : 3;
		memset(header + 1, 0, 56);
	}
	return 0;
}

static __attribute__((noinline)) void restore_registers(struct trap_frame *frame, const struct abi_sigcontext *saved)
{
	*frame = (struct trap_frame){.r8 = saved->r8, .r9 = saved->r9, .r10 = saved->r10, .r11 = saved->r11,
				     .r12 = saved->r12, .r13 = saved->r13, .r14 = saved->r14, .r15 = saved->r15,
				     .rdi = saved->rdi, .rsi = saved->rsi, .rbp = saved->rbp, .rbx = saved->rbx,
				     .rdx = saved->rdx, .rax = saved->rax, .rcx = saved->rcx, .rsp = saved->rsp,
				     .rip = saved->rip, .cs = SELECTOR_USER_CODE, .ss = SELECTOR_USER_DATA,
				     .rflags = (saved->eflags & FLAGS_USER_MASK) | FLAGS_IF | 2};
}

long sys_rt_sigreturn(void)
{
	struct trap_frame *frame = user_frame_of(current);
	struct signal_frame image;
	struct task *task = current_task();
	unsigned long state = interrupts_save();
	current->fpu_live = false; // the registers' content is given up: the frame's counts
	if (this_cpu()->fpu_owner == current)
		this_cpu()->fpu_owner = NULL;
	current->fpu_cpu = -1;
	interrupts_restore(state);
	int rc = copy_from_user(&image, frame->rsp - 8, sizeof(image));
	const struct abi_sigcontext *saved = &image.context.uc_mcontext;
	if (rc != 0 || restore_fpu(saved->fpstate) != 0 || saved->rip >= USER_END) {
		signal_force(SIGSEGV, SI_KERNEL, 0);
		return 0;
	}
	restore_registers(frame, saved);
	state = spin_lock_irqsave(&task->process->signal_lock);
	task->blocked = image.context.uc_sigmask & ~UNBLOCKABLE;
	signal_recalculate(task);
	spin_unlock_irqrestore(&task->process->signal_lock, state);
	return frame->rax;
}
