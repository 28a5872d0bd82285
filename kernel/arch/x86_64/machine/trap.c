// trap.c: descriptors, the interrupt table and the first C of every trap.
//
// Contexts: an exception runs on the thread's kernel stack, a device interrupt on the CPU's interrupt stack with
// interrupts off, NMI and the fatal ones on stacks of their own (IST).
#include "kernel/arch/x86_64/machine/trap.h"
#include "kernel/arch/x86_64/cpu/atomic.h"
#include "kernel/arch/x86_64/cpu/percpu.h"
#include "kernel/arch/x86_64/cpu/regs.h"
#include "kernel/arch/x86_64/machine/apic.h"
#include "kernel/arch/x86_64/machine/machine.h"
#include "kernel/arch/x86_64/machine/paging.h"
#include "kernel/core/log.h"
#include "kernel/core/panic.h"
#include "kernel/core/printk.h"
#include "kernel/core/symbols.h"
#include "kernel/mm/layout.h"
#include "kernel/sync/preempt.h"
#include "kernel/sync/reschedule.h"

struct trap_handlers trap_handlers;

struct gate { // SDM vol. 3, 6.14.1
	uint16_t offset_low, selector;
	uint8_t ist, type;
	uint16_t offset_middle;
	uint32_t offset_high, reserved;
};

static struct gate gates[256] __attribute__((aligned(16)));
extern const char trap_stubs[];
extern const int32_t __extable_start[], __extable_end[];

static void gates_init(void)
{
	for (int vector = 0; vector < 256; vector++) {
		uint64_t stub = (uint64_t)trap_stubs + vector * 16;
		gates[vector] = (struct gate){.offset_low = stub,
					      .selector = SELECTOR_KERNEL_CODE,
					      .type = 0x8e,
					      .offset_middle = stub >> 16,
					      .offset_high = stub >> 32};
	}
	gates[VECTOR_BREAKPOINT].type = gates[4].type = 0xee; // int3, into: open to programs
	gates[VECTOR_DOUBLE_FAULT].ist = 1;
	gates[VECTOR_NMI].ist = 2;
	gates[VECTOR_MACHINE_CHECK].ist = 3;
	gates[VECTOR_DEBUG].ist = 4;
}

void trap_init_cpu(void)
{
	if (gates[0].type == 0)
		gates_init();
	struct __attribute__((packed)) {
		uint16_t limit;
		uint64_t base;
	} pointer = {sizeof(gates) - 1, (uint64_t)gates};
	__asm__ volatile("lidt %0" ::"m"(pointer));
}

// The kernel may fault on user memory only in the few instructions that the table names.
static bool fix_up(struct trap_frame *frame)
{
	for (const int32_t *entry = __extable_start; entry < __extable_end; entry += 2)
		if ((uint64_t)entry + entry[0] == frame->rip) {
			frame->rip = (uint64_t)(entry + 1) + entry[1];
			return true;
		}
	return false;
}

static _Noreturn void die(struct trap_frame *frame, const char *what, uint64_t address)
{
	char where[80];
	symbol_format(where, sizeof(where), frame->rip);
	printk("%s at %s, address 0x%lx, error 0x%lx\n", what, where, address, frame->error);
	printk("  rax %016lx rbx %016lx rcx %016lx rdx %016lx\n", frame->rax, frame->rbx, frame->rcx, frame->rdx);
	printk("  rsi %016lx rdi %016lx rbp %016lx rsp %016lx\n", frame->rsi, frame->rdi, frame->rbp, frame->rsp);
	backtrace_print(frame->rip, frame->rbp);
	panic("%s in the kernel at %s", what, where);
}

static void page_fault(struct trap_frame *frame)
{
	uint64_t address = read_cr2();
	bool user_address = address < 1ul << 47;
	if (frame->rflags & FLAGS_IF)
		interrupts_enable();
	bool may_resolve = trap_from_user(frame) || (user_address && interrupts_enabled() && this_cpu()->preempt_count == 0);
	if (may_resolve && trap_handlers.page_fault != NULL && trap_handlers.page_fault(frame, address))
		return;
	if (!trap_from_user(frame) && user_address && fix_up(frame))
		return;
	die(frame, stack_guard_hit(address) ? "kernel stack overflow" : "page fault", address);
}

static void exception(struct trap_frame *frame)
{
	if (frame->vector == VECTOR_PAGE_FAULT) {
		page_fault(frame);
		return;
	}
	if (!trap_from_user(frame)) {
		if (frame->vector == VECTOR_PROTECTION && fix_up(frame)) // a non-canonical user address
			return;
		die(frame, frame->vector == VECTOR_PROTECTION ? "general protection" : "exception", frame->vector);
	}
	interrupts_enable();
	trap_handlers.user_exception(frame);
}

static void interrupt_body(void *argument)
{
	unsigned vector = (uint64_t)argument;
	if (vector == VECTOR_TIMER && trap_handlers.timer != NULL)
		trap_handlers.timer();
	else if (vector == VECTOR_TLB_FLUSH)
		tlb_flush_handler();
	else if (vector >= VECTOR_DEVICE_FIRST && vector <= VECTOR_DEVICE_LAST && trap_handlers.interrupt != NULL)
		trap_handlers.interrupt(vector);
	if (vector != VECTOR_SPURIOUS)
		apic_end_of_interrupt();
}

static void interrupt(struct trap_frame *frame)
{
	struct cpu *cpu = this_cpu();
	struct machine_cpu *machine = cpu->machine;
	cpu->interrupts++;
	cpu->interrupt_depth++;
	preempt_disable();
	if (cpu->interrupt_depth == 1)
		call_on_stack(machine->interrupt_stack_top, interrupt_body, (void *)frame->vector);
	else
		interrupt_body((void *)frame->vector);
	cpu->interrupt_depth--;
	if (cpu->interrupt_depth == 0 && trap_handlers.after_interrupt != NULL)
		trap_handlers.after_interrupt();
	cpu->preempt_count--;
	if (!trap_from_user(frame) && cpu->preempt_count == 0 && cpu->need_resched)
		preempt_reschedule();
}

static void finish_return(struct trap_frame *frame)
{
	interrupts_disable();
	while (trap_handlers.return_work != NULL && trap_handlers.return_work()) {
		interrupts_enable();
		trap_handlers.return_to_user(frame);
		interrupts_disable();
	}
	if (trap_handlers.return_final != NULL)
		trap_handlers.return_final();
}

void trap_first_return(struct trap_frame *frame)
{
	finish_return(frame);
	trap_return(frame);
}

void trap_dispatch(struct trap_frame *frame);
void trap_dispatch(struct trap_frame *frame)
{
	if (machine_features.smap)
		__asm__ volatile("clac" ::: "memory", "cc"); // a trap inside a user copy: the handler has no such right
	if (trap_from_user(frame))
		trap_handlers.entered_from_user();
	if (frame->vector < VECTOR_DEVICE_FIRST)
		exception(frame);
	else
		interrupt(frame);
	if (trap_from_user(frame))
		finish_return(frame);
}

// True: leave by SYSRET.
int trap_system_call(struct trap_frame *frame);
int trap_system_call(struct trap_frame *frame)
{
	uint64_t rip = frame->rip;
	trap_handlers.entered_from_user();
	interrupts_enable();
	trap_handlers.system_call(frame);
	finish_return(frame);
	return frame->vector == TRAP_SYSCALL && frame->rip == rip && frame->rip < USER_END && frame->rcx == rip && frame->r11 == frame->rflags &&
	       (frame->rflags & (FLAGS_RF | FLAGS_TF)) == 0;
}

static uint32_t dump_turn; // back-traces of several CPUs do not mix

static void dump_cpu(struct trap_frame *frame)
{
	while (atomic_exchange(&dump_turn, 1) != 0)
		cpu_pause();
	log_set_quiet(false);
	printk("CPU %u: %s mode, flags 0x%lx, preempt_count %u\n", cpu_number(),
	       trap_from_user(frame) ? "user" : "kernel", frame->rflags, this_cpu()->preempt_count);
	if (trap_from_user(frame))
		printk("  at user 0x%lx\n", frame->rip);
	else
		backtrace_print(frame->rip, frame->rbp);
	atomic_store_release(&dump_turn, 0);
}

static uint32_t stopping, stopped;

void trap_paranoid(struct trap_frame *frame);
void trap_paranoid(struct trap_frame *frame)
{
	if (frame->vector == VECTOR_DOUBLE_FAULT)
		die(frame, stack_guard_hit(read_cr2()) ? "kernel stack overflow" : "double fault", read_cr2());
	if (frame->vector != VECTOR_NMI)
		die(frame, "machine check or debug trap", frame->vector);
	dump_cpu(frame);
	if (READ_ONCE(stopping))
		for (atomic_add(&stopped, 1);;)
			__asm__ volatile("cli\n\thlt");
}

// Panic hook: the other CPUs print where they were and stop.
static void stop_others(void)
{
	WRITE_ONCE(stopping, 1);
	uint64_t others = machine_online_mask() & ~(1ul << cpu_number());
	if (others == 0)
		return;
	apic_send_nmi_mask(others);
	for (int i = 0; i < 200 && READ_ONCE(stopped) + 1 < cpus_online(); i++) // 200 ms at the most
		machine_delay_us(1000);
}

void trap_init_panic(void)
{
	static struct panic_hook hook = {.run = stop_others};
	panic_hook_register(&hook);
}
