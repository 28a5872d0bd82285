// drivers.c: starts every driver. A device that is missing is no error.
#include "drivers/drivers.h"
#include "drivers/bus/pci.h"
#include "kernel/arch/x86_64/cpu/port.h"
#include "kernel/core/printk.h"

static void write_serial(const char *bytes, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		if (bytes[i] == '\n')
			outb(0x3f8, '\r');
		outb(0x3f8, bytes[i]);
	}
}

void drivers_early_console(void)
{
	static struct console console = {write_serial, NULL};
	console_register(&console);
}

void drivers_init(const struct boot_info *info)
{
	pci_init();
}

void drivers_share(void)
{
}
