// none.c: until the disks are there.
#include "bios/disk.h"
#include "bios/regs.h"
__attribute__((weak)) int disks_probe(void)
{
	return 0;
}
__attribute__((weak)) void int13(struct bios_regs *r)
{
	set_carry(r, 1);
}
