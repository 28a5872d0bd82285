// machine.c: see machine.h. The boot CPU starts the others one at a time, so the trampoline's four words have one owner.
#include "kernel/arch/x86_64/machine/machine.h"
#include "kernel/arch/x86_64/cpu/atomic.h"
#include "kernel/arch/x86_64/cpu/regs.h"
#include "kernel/arch/x86_64/machine/apic.h"
#include "kernel/arch/x86_64/machine/paging.h"
#include "kernel/arch/x86_64/machine/trap.h"
#include "kernel/core/printk.h"
#include "kernel/lib/string.h"
#include "kernel/mm/page.h"
#include "kernel/mm/slab.h"

#define TRAMPOLINE 0x8000ul

struct cpu boot_cpu = {.stack_canary = 0x5af3c07ad1b2e600};
struct cpu *cpus[CPUS_MAX] = {&boot_cpu};
struct machine_features machine_features;
static struct machine_cpu boot_machine;
static uint32_t online = 1;
static void (*other_entry)(void);

extern const char trampoline_start[], trampoline_end[], trampoline_data[];
extern void system_call_entry(void);

uint32_t cpus_online(void)
{
	return READ_ONCE(online);
}

uint64_t machine_online_mask(void)
{
	return (1ul << cpus_online()) - 1;
}

static void detect_features(void)
{
	struct cpuid basic = cpuid(1, 0), extended = cpuid(0, 0).eax >= 7 ? cpuid(7, 0) : (struct cpuid){0};
	machine_features = (struct machine_features){.smep = extended.ebx >> 7 & 1,
						     .smap = extended.ebx >> 20 & 1,
						     .umip = extended.ecx >> 2 & 1,
						     .xsave = basic.ecx >> 26 & 1,
						     .rdrand = basic.ecx >> 30 & 1,
						     .xsave_size = 512};
	if (machine_features.xsave) // x87, SSE, AVX and AVX-512 as far as they are there
		machine_features.xsave_mask = cpuid(13, 0).eax & 0xe7;
}

static void load_descriptors(struct machine_cpu *machine)
{
	uint64_t tss = (uint64_t)&machine->tss;
	machine->gdt[SELECTOR_KERNEL_CODE / 8] = 0x00af9b000000ffff;
	machine->gdt[SELECTOR_KERNEL_DATA / 8] = 0x00cf93000000ffff;
	machine->gdt[SELECTOR_USER_DATA / 8] = 0x00cff3000000ffff;
	machine->gdt[SELECTOR_USER_CODE / 8] = 0x00affb000000ffff;
	machine->gdt[SELECTOR_TSS / 8] = (sizeof(machine->tss) - 1) | (tss & 0xffffff) << 16 | 0x89ul << 40 |
					 (tss >> 24 & 0xff) << 56;
	machine->gdt[SELECTOR_TSS / 8 + 1] = tss >> 32;
	machine->tss.iomap = sizeof(machine->tss);
	struct __attribute__((packed)) {
		uint16_t limit;
		uint64_t base;
	} pointer = {sizeof(machine->gdt) - 1, (uint64_t)machine->gdt};
	__asm__ volatile("lgdt %0\n\t"
			 "pushq %1\n\tlea 1f(%%rip), %%rax\n\tpushq %%rax\n\tlretq\n1:\t"
			 "mov %2, %%eax\n\tmov %%eax, %%ds\n\tmov %%eax, %%es\n\tmov %%eax, %%ss\n\t"
			 "xor %%eax, %%eax\n\tmov %%eax, %%fs\n\tltr %w3"
			 :
			 : "m"(pointer), "i"(SELECTOR_KERNEL_CODE), "i"(SELECTOR_KERNEL_DATA), "r"(SELECTOR_TSS)
			 : "rax", "memory");
}

static void make_stacks(struct machine_cpu *machine)
{
	void *interrupt_stack = stack_alloc();
	if (interrupt_stack == NULL)
		panic("no memory for interrupt stacks");
	machine->interrupt_stack_top = (char *)interrupt_stack + KERNEL_STACK_SIZE;
	for (int i = 0; i < 4; i++) {
		void *stack = stack_alloc();
		if (stack == NULL)
			panic("no memory for interrupt stacks");
		machine->tss.ist[i] = (uint64_t)stack + KERNEL_STACK_SIZE;
	}
}

static void set_control_registers(void)
{
	uint64_t cr4 = CR4_PAE | CR4_PGE | CR4_OSFXSR | CR4_OSXMMEXCPT;
	cr4 |= (machine_features.smep ? CR4_SMEP : 0) | (machine_features.smap ? CR4_SMAP : 0);
	cr4 |= (machine_features.umip ? CR4_UMIP : 0) | (machine_features.xsave ? CR4_OSXSAVE : 0);
	write_cr4(cr4);
	write_cr0(CR0_PG | CR0_WP | CR0_NE | CR0_MP | 1);
	write_msr(MSR_EFER, read_msr(MSR_EFER) | EFER_SCE | EFER_NXE);
	write_msr(MSR_STAR, (uint64_t)0x23 << 48 | (uint64_t)SELECTOR_KERNEL_CODE << 32);
	write_msr(MSR_LSTAR, (uint64_t)system_call_entry);
	write_msr(MSR_FMASK, FLAGS_IF | FLAGS_DF | FLAGS_TF | FLAGS_AC | FLAGS_NT);
	if (machine_features.xsave) {
		__asm__ volatile("xsetbv" ::"c"(0), "a"((uint32_t)machine_features.xsave_mask), "d"(0));
		machine_features.xsave_size = cpuid(13, 0).ebx;
	}
}

void machine_init_cpu(struct cpu *cpu)
{
	struct machine_cpu *machine = cpu->machine;
	load_descriptors(machine); // writes the GS selector's base on no path: only FS was cleared
	write_msr(MSR_GS_BASE, (uint64_t)cpu);
	write_msr(MSR_KERNEL_GS_BASE, 0);
	set_control_registers();
	trap_init_cpu();
}

void machine_init_boot(void)
{
	detect_features();
	boot_cpu.machine = &boot_machine;
	make_stacks(&boot_machine);
	machine_init_cpu(&boot_cpu);
	boot_cpu.online = 1;
	trap_init_panic();
}

void machine_set_kernel_stack(void *top)
{
	struct cpu *cpu = this_cpu();
	struct machine_cpu *machine = cpu->machine;
	cpu->kernel_stack = (uint64_t)top;
	machine->tss.rsp0 = (uint64_t)top;
}

static _Noreturn void machine_cpu_entry(struct cpu *cpu)
{
	write_msr(MSR_GS_BASE, (uint64_t)cpu);
	write_cr3(paging_kernel_root()); // the trampoline's identity page is gone
	machine_init_cpu(cpu);
	apic_init_cpu();
	WRITE_ONCE(cpu->online, 1);
	other_entry();
	panic("a CPU's entry returned");
}

static struct cpu *cpu_create(uint32_t number, uint32_t lapic_id)
{
	struct cpu *cpu = kzalloc(sizeof(*cpu), ALLOC_SLEEP);
	struct machine_cpu *machine = kzalloc(sizeof(*machine), ALLOC_SLEEP);
	if (cpu == NULL || machine == NULL)
		return NULL;
	cpu->self = cpu;
	cpu->number = number;
	cpu->lapic_id = lapic_id;
	cpu->stack_canary = boot_cpu.stack_canary;
	cpu->machine = machine;
	make_stacks(machine);
	return cpu;
}

static bool start(struct cpu *cpu, uint64_t root)
{
	void *stack = stack_alloc();
	if (stack == NULL)
		return false;
	char *page = (char *)DIRECT_MAP + TRAMPOLINE;
	memcpy(page, trampoline_start, trampoline_end - trampoline_start);
	uint64_t *data = (uint64_t *)(page + (trampoline_data - trampoline_start));
	data[0] = root;
	data[1] = (uint64_t)stack + KERNEL_STACK_SIZE;
	data[2] = (uint64_t)cpu;
	data[3] = (uint64_t)machine_cpu_entry;
	atomic_fence();
	apic_send_init(cpu->lapic_id);
	machine_delay_us(10);
	for (int attempt = 0; attempt < 2; attempt++) {
		apic_send_startup(cpu->lapic_id, TRAMPOLINE >> 12);
		for (int waited_us = 0; waited_us < 200000; waited_us += 20) {
			if (READ_ONCE(cpu->online))
				return true;
			machine_delay_us(20);
		}
	}
	return false;
}

// A PML4 with the kernel's half and the first 2 MiB at their own address, below 4 GiB for the 32-bit load of CR3.
static uint64_t *trampoline_root(void)
{
	uint64_t *root = paging_root_create();
	if (root == NULL || paging_root_physical(root) >> 32 != 0)
		return NULL;
	uint64_t *entry = paging_entry(root, TRAMPOLINE, true);
	if (entry == NULL)
		return NULL;
	*entry = TRAMPOLINE | PTE_PRESENT | PTE_WRITE;
	return root;
}

void machine_start_others(const uint8_t *lapic_ids, uint32_t count, void (*entry)(void))
{
	boot_cpu.lapic_id = apic_id();
	other_entry = entry;
	uint64_t *root = trampoline_root();
	if (root == NULL) {
		printk("smp: no memory below 4 GiB for the trampoline's tables: one CPU\n");
		return;
	}
	for (uint32_t i = 0; i < count; i++) {
		if (lapic_ids[i] == boot_cpu.lapic_id)
			continue;
		if (online == CPUS_MAX) {
			printk("smp: more than %d CPUs: the rest stays off\n", CPUS_MAX);
			break;
		}
		struct cpu *cpu = cpu_create(online, lapic_ids[i]);
		if (cpu == NULL)
			break;
		cpus[online] = cpu;
		if (start(cpu, paging_root_physical(root)))
			WRITE_ONCE(online, online + 1);
		else
			printk("smp: the CPU with LAPIC id %u does not answer\n", lapic_ids[i]);
	}
	*paging_entry(root, TRAMPOLINE, false) = 0;
	paging_root_destroy(root);
}

void fpu_init_area(void *area)
{
	memset(area, 0, machine_features.xsave_size);
	*(uint16_t *)area = 0x37f;                 // FCW: all exceptions masked
	*(uint32_t *)((char *)area + 24) = 0x1f80; // MXCSR
}

void fpu_save(void *area)
{
	uint32_t low = machine_features.xsave_mask, high = 0;
	if (machine_features.xsave)
		__asm__ volatile("xsave64 (%0)" ::"r"(area), "a"(low), "d"(high) : "memory");
	else
		__asm__ volatile("fxsave64 (%0)" ::"r"(area) : "memory");
}

void fpu_restore(const void *area)
{
	uint32_t low = machine_features.xsave_mask, high = 0;
	if (machine_features.xsave)
		__asm__ volatile("xrstor64 (%0)" ::"r"(area), "a"(low), "d"(high) : "memory");
	else
		__asm__ volatile("fxrstor64 (%0)" ::"r"(area) : "memory");
}
