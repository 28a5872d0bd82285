// direct.h: QEMU's -kernel without an option ROM: Linux bzImages (Documentation/x86/boot.rst) and ELF files
// with a PVH note (Xen's x86/HVM direct boot ABI).
#pragma once
#include <stdbool.h>

// Is there such a kernel? Then disks and other option ROMs are left alone.
bool direct_wanted(void);
// Starts it. The memory map must be final.
_Noreturn void direct_boot(void);
