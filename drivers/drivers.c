// drivers.c: starts every driver. A device that is missing is no error.
#include "drivers/drivers.h"
#include <stddef.h>
#include "drivers/bus/pci.h"
#include "drivers/char/consoles.h"
#include "drivers/char/uart16550.h"
#include "drivers/char/virtio_serial.h"
#include "drivers/gpu/gpu.h"
#include "drivers/host/debug_exit.h"
#include "drivers/host/door.h"
#include "drivers/host/fw_cfg.h"

// Not in every kernel (BUILD=spine): then they are no place.
#pragma weak framebuffer_init
#pragma weak keyboard_init
#pragma weak vga_text_init

void drivers_early_console(void)
{
	uart16550_early();
}

void drivers_init(const struct boot_info *info)
{
	debug_exit_init();
	pci_init();
	uart16550_init();
	if (keyboard_init != NULL)
		keyboard_init();
	if (info->framebuffer.bits_per_pixel != 0 && framebuffer_init != NULL)
		framebuffer_init(&info->framebuffer);
	else if (vga_text_init != NULL)
		vga_text_init();
	fw_cfg_init();
	door_init();
	static const struct pci_driver *const drivers[] = {&gpu_driver, &virtio_serial_driver, &virtio_serial_transitional_driver};
	pci_probe(drivers, sizeof(drivers) / sizeof(drivers[0]));
}
