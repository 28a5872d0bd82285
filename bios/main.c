// main.c: power-on self test, stage by stage, on 32-bit C after entry.S opened the shadow RAM.
#include "bios/disk.h"
#include "bios/fw_cfg.h"
#include "bios/log.h"
#include "bios/memory.h"
#include "bios/pci.h"
#include "bios/port.h"
#include "bios/screen.h"
#include "bios/time.h"

void post(void);

void post(void)
{
	int rc = fw_cfg_init();

	log_init();
	if (rc != 0)
		fail("no fw_cfg device: this ROM is for QEMU's pc and q35");
	out8(POST_PORT, POST_MEMORY);
	memory_init();
	out8(POST_PORT, POST_PCI);
	pci_scan();
	fail("no boot device");
}
