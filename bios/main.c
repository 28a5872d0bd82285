// main.c: power-on self test, stage by stage, in 32-bit C after entry.S opened the shadow RAM; it ends with
// INT 19h.
#include "bios/bda.h"
#include "bios/boot.h"
#include "bios/chipset.h"
#include "bios/direct.h"
#include "bios/fw_cfg.h"
#include "bios/keyboard.h"
#include "bios/log.h"
#include "bios/memory.h"
#include "bios/pci.h"
#include "bios/platform.h"
#include "bios/port.h"
#include "bios/regs.h"
#include "bios/rom.h"
#include "bios/screen.h"
#include "bios/smp.h"
#include "bios/tables.h"
#include "bios/time.h"

void post(void);

static void stage(uint8_t code)
{
	out8(POST_PORT, code);
	log_debug("POST %02x at %u us", code, (unsigned)time_us());
}

// Without a screen, or where fw_cfg asks for it, the first serial line is screen and keyboard.
static void start_screen(void)
{
	struct bios_regs text_mode = {.eax = 0x0003};

	roms_video();
	if (screen_has_video())
		call16_low(&text_mode, ivt[0x10] >> 16, ivt[0x10]);
	if (fw_cfg_find("opt/groundup/rom-serial", NULL) >= 0 && screen_has_video())
		screen_mirror();
	entry_serial_keys = !screen_has_video();
	screen_line("Groundup BIOS: %u MiB of RAM, %u PCI functions",
		    (unsigned)((memory_below_4g >> 20) + (memory_above_4g >> 20)), pci_device_count);
}

static void show_disks(void)
{
	for (unsigned i = 0; i < disk_count; i++)
		screen_line("  %s, %u MiB", disks[i]->name, disk_mib(disks[i]));
}

void post(void)
{
	struct bios_regs none = {.flags = FLAG_INTERRUPT};
	int rc;

	if (chipset_was_set_up())
		chipset_reset();
	rc = fw_cfg_init();
	log_init();
	if (rc != 0)
		fail("no fw_cfg device: this ROM is for QEMU's pc and q35");
	out8(POST_PORT, POST_MEMORY);
	memory_init();
	pci_scan();
	chipset_init();
	smp_start();
	stage(POST_PCI);
	pci_assign();
	stage(POST_PLATFORM);
	platform_init();
	stage(POST_SMP);
	smp_wait();
	stage(POST_TABLES);
	acpi_publish();
	smbios_publish();
	mptable_publish();
	stage(POST_VGA);
	start_screen();
	if (direct_wanted()) {
		memory_finish();
		chipset_lock_shadow(roms_end());
		stage(POST_BOOT);
		direct_boot();
	}
	stage(POST_DISKS);
	disks_probe();
	show_disks();
	stage(POST_OPTION_ROMS);
	roms_run();
	boot_prepare();
	boot_menu();
	memory_finish();
	chipset_lock_shadow(roms_end());
	stage(POST_BOOT);
	call16_int(&none, 0x19);
	fail("INT 19h returned");
}
