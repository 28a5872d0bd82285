// drivers.c: starts every driver. A device that is missing is no error.
#include "drivers/drivers.h"
#include "drivers/bus/pci.h"
#include "drivers/char/keyboard.h"
#include "drivers/char/uart16550.h"
#include "drivers/char/vga_text.h"
#include "drivers/char/virtio_serial.h"
#include "drivers/gpu/gpu.h"
#include "drivers/host/debug_exit.h"
#include "drivers/host/door.h"
#include "drivers/host/fw_cfg.h"

void drivers_early_console(void)
{
	uart16550_early();
}

void drivers_init(const struct boot_info *info)
{
	debug_exit_init();
	pci_init();
	uart16550_init();
	keyboard_init();
	if (info->framebuffer.bits_per_pixel == 0)
		vga_text_init();
	fw_cfg_init();
	door_init();
	static const struct pci_driver *const drivers[] = {&gpu_driver, &virtio_serial_driver, &virtio_serial_transitional_driver};
	pci_probe(drivers, sizeof(drivers) / sizeof(drivers[0]));
}
