// debug_exit.c: the last panic hook writes PANIC to port 0xf4, and QEMU ends with status PANIC << 1 | 1 = 171, which tests/door.c
// calls a panic. Elsewhere the port is nobody's: it is written only where fw_cfg answers as QEMU's.
#include "drivers/host/debug_exit.h"
#include <stddef.h>
#include "kernel/arch/x86_64/cpu/port.h"
#include "kernel/core/panic.h"

#define PORT 0xf4
#define PANIC 0x55

static void leave_qemu(void)
{
	static const char signature[] = "QEMU";

	outw(0x510, 0);
	for (size_t i = 0; i < sizeof(signature) - 1; i++)
		if (inb(0x511) != signature[i])
			return;
	outb(PORT, PANIC);
}

void debug_exit_init(void)
{
	static struct panic_hook hook = {.run = leave_qemu};
	panic_hook_register(&hook);
}
