// layout.h: where the BIOS loader lies, on disk and in memory. For C and assembly.
#pragma once
#define STAGE2_SECTOR 40        // first sector of the BIOS-boot partition (boot/module.mk makes it there)
#define STAGE2_SECTORS 64       // of 512 bytes: 32 KiB, all of it below 64 KiB in memory
#define STAGE2_ADDRESS 0x7e00   // right behind stage 1
#define STAGE2_MAGIC 0x32677473 // "stg2", at STAGE2_ADDRESS + 4
#define REAL_STACK 0x7c00       // grows down from stage 1
#define BOUNCE_ADDRESS 0x70000  // 64 KiB that BIOS calls can reach
#define BOUNCE_SECTORS 127      // more a call, some BIOSes cannot
