// main.c: the order in which the machine comes up. Every step stands on the ones above it.
#include "drivers/bus/acpi.h"
#include "drivers/drivers.h"
#include "kernel/arch/x86_64/cpu/port.h"
#include "kernel/arch/x86_64/cpu/regs.h"
#include "kernel/arch/x86_64/machine/apic.h"
#include "kernel/arch/x86_64/machine/clock.h"
#include "kernel/arch/x86_64/machine/machine.h"
#include "kernel/arch/x86_64/machine/paging.h"
#include "kernel/core/power.h"
#include "kernel/core/build.h"
#include "kernel/core/init.h"
#include "kernel/core/printk.h"
#include "kernel/core/random.h"
#include "kernel/dev/firmware.h"
#include "kernel/dev/irq.h"
#include "kernel/fs/procfs.h"
#include "kernel/lib/string.h"
#include "kernel/main/main.h"
#include "kernel/mm/allocator.h"
#include "kernel/mm/early.h"
#include "kernel/mm/slab.h"
#include "kernel/proc/internal.h"
#include "kernel/sched/timer.h"
#include "kernel/syscall/syscall.h"
#include "kernel/tty/tty.h"

static struct boot_info info; // our copy: the loader's is freed
static struct acpi_facts acpi;
static struct thread idle_threads[CPUS_MAX];
static struct cred boot_cred = {.references = {1}};
static char command_line[BOOT_COMMAND_LINE_SIZE];

const char *boot_argument(const char *name)
{
	static char value[256];
	size_t length = strlen(name);
	for (const char *at = command_line; (at = strstr(at, name)) != NULL; at += length) {
		if ((at != command_line && at[-1] != ' ') || (at[length] != '=' && at[length] != ' ' && at[length] != '\0'))
			continue;
		size_t size = 0;
		const char *from = at + length + (at[length] == '=');
		while (from[size] != ' ' && from[size] != '\0' && size < sizeof(value) - 1)
			size++;
		memcpy(value, from, size);
		value[size] = '\0';
		return value;
	}
	return NULL;
}

static void copy_boot_info(uint64_t physical)
{
	const struct boot_info *from = (const struct boot_info *)physical; // still identity-mapped
	if (from->magic != BOOT_INFO_MAGIC || from->version != BOOT_INFO_VERSION)
		panic("the loader's boot_info has magic 0x%lx, version %u: want version %u", from->magic, from->version,
		      BOOT_INFO_VERSION);
	memcpy(&info, from, sizeof(info) < from->size ? sizeof(info) : from->size);
	if (info.memory_count > BOOT_MEMORY_RANGES_MAX || info.initrd_count > BOOT_INITRDS_MAX)
		panic("the loader's boot_info is damaged");
	strlcpy(command_line, info.command_line, sizeof(command_line));
}

static void give_memory(void)
{
	page_allocator_init(paging_frame_count());
	for (uint32_t i = 0; i < info.memory_count; i++) {
		struct boot_memory_range *range = &info.memory[i];
		if (range->base < 0x100000) // the first MiB stays apart: trampoline, firmware's leftovers
			continue;
		if (range->type == BOOT_MEMORY_USABLE)
			page_allocator_add(range->base, range->length);
		else if (range->type == BOOT_MEMORY_LOADER)
			page_allocator_keep(range->base, range->length);
	}
	slab_init();
	paging_allocator_ready();
}

static void release_loader_memory(void)
{
	for (uint32_t i = 0; i < info.memory_count; i++)
		if (info.memory[i].type == BOOT_MEMORY_LOADER && info.memory[i].base >= 0x100000)
			page_allocator_release(info.memory[i].base, info.memory[i].length);
}

static void acpi_power_off(void)
{
	if (acpi.s5_known && acpi.pm1a_control != 0)
		outw(acpi.pm1a_control, acpi.s5_type << 10 | 1 << 13);
}

static void other_cpu(void)
{
	sched_init_cpu(&idle_threads[cpu_number()]);
	interrupts_enable();
	sched_idle();
}

static int show_boot(struct text *text)
{
	static const char *const paths[] = {"?", "direct", "bios", "uefi"};
	text_print(text, "path %s\n", paths[info.path < 4 ? info.path : 0]);
	for (uint32_t i = 0; i < info.stage_count && i < BOOT_STAGES_MAX; i++)
		text_print(text, "stage %.8s %ld\n", info.stages[i].name, clock_tsc_to_ns(info.stages[i].tsc));
	text_print(text, "slide 0x%lx\nstage now %ld\n", info.slide, clock_read_ns());
	return 0;
}

static int show_build(struct text *text)
{
	text_print(text, "version %s\nlines %d\n", GROUNDUP_VERSION, GROUNDUP_KERNEL_LINES);
	return 0;
}

static int show_command_line(struct text *text)
{
	text_print(text, "%s\n", command_line);
	return 0;
}

PROCFS_FILE(boot, "groundup/boot", 0400, show_boot); // it tells the slide
PROCFS_FILE(build, "groundup/version", 0444, show_build);
PROCFS_FILE(command_line, "cmdline", 0444, show_command_line);

static void unpack_initramfs(void)
{
	for (uint32_t i = 0; i < info.initrd_count; i++) {
		int rc = initramfs_unpack((const void *)(DIRECT_MAP + info.initrds[i].base), info.initrds[i].length, "/");
		if (rc != 0)
			printk("initramfs: damaged, error %d; what came before the damage is there\n", -rc);
	}
	if (info.initrd_count == 0)
		panic("no initramfs: the loader brought none (tests/run and the disk image do)");
}

static void unpack_share(void) // what tests/run SHARE= packs
{
	size_t size;
	const void *archive = firmware_find("opt/groundup/share.cpio", &size);
	if (archive != NULL && initramfs_unpack(archive, size, "/host") != 0)
		printk("host share: not all of it could be unpacked\n");
}

// In a thread of its own: from here on things may sleep.
static void start_userland(void *argument)
{
	current->cred = &boot_cred;
	fs_init();
	current->fs = fs_context_create();
	drivers_init(&info);
	fs_show_firmware();
	tty_init();
	unpack_initramfs();
	unpack_share();
	release_loader_memory();
	TABLE_EACH(init_late, struct init_step, step)
		step->run();
	const char *program = boot_argument("init");
	int rc = process_start_init(program != NULL ? program : "/init");
	if (rc != 0)
		panic("cannot start init: error %d", -rc);
	set_state(THREAD_DEAD);
	schedule();
}

_Noreturn void kernel_main(uint64_t boot_info_physical);
void kernel_main(uint64_t boot_info_physical)
{
	info.stages[0].tsc = 0;
	uint64_t started = read_tsc();
	drivers_early_console();
	copy_boot_info(boot_info_physical);
	if (info.stage_count < BOOT_STAGES_MAX)
		info.stages[info.stage_count++] = (struct boot_stage){"kernel", started};
	early_memory_init(&info);
	paging_init(&info);
	give_memory();
	machine_init_boot();
	random_init();
	acpi_read(info.rsdp, &acpi);
	apic_init(acpi.ioapic);
	clock_init(acpi.pm_timer_port);
	time_init();
	irq_init();
	syscall_init();
	TABLE_EACH(init_early, struct init_step, step)
		step->run();
	sched_init_cpu(&idle_threads[0]);
	current->stack = boot_stack;
	interrupts_enable();
	printk("Groundup %s: %lu MiB, TSC %lu MHz, kernel at +0x%lx\n", GROUNDUP_VERSION, memory_total_pages() / 256,
	       clock_tsc_khz() / 1000, info.slide);
	power_operations.off = acpi_power_off;
	machine_start_others(acpi.lapic_ids, acpi.cpu_count, other_cpu);
	printk("smp: %u CPUs\n", cpus_online());
	if (thread_create_kernel("start", start_userland, NULL) == NULL)
		panic("no memory for the first thread");
	sched_idle();
}
