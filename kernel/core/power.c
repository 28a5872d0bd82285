// power.c: see power.h. Reset tries ACPI's register (0xcf9), the keyboard controller, then a triple fault.
#include "kernel/core/power.h"
#include <stddef.h>
#include "kernel/arch/x86_64/cpu/port.h"
#include "kernel/arch/x86_64/cpu/regs.h"
#include "kernel/core/build.h"

const char kernel_version_text[] = "#1 SMP PREEMPT Groundup " GROUNDUP_VERSION;
struct power_operations power_operations;

void power_off(void)
{
	if (power_operations.off != NULL)
		power_operations.off();
}

void power_reset(void)
{
	if (power_operations.reset != NULL)
		power_operations.reset();
	interrupts_disable();
	outb(0xcf9, 0x02);
	outb(0xcf9, 0x06);
	outb(0x64, 0xfe);
	struct {
		uint16_t limit;
		uint64_t base;
	} __attribute__((packed)) none = {0, 0};
	__asm__ volatile("lidt %0\n\tint3" ::"m"(none));
}
