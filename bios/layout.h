// layout.h: where everything lies below 1 MiB. For C, assembly and the linker script.
//
//   00000  vectors, BIOS data area (00400)       07C00  boot sector        EBDA_BASE  memory_low() zone
//   C0000  option ROMs, DFFFF                    E0000  our .data, .bss and stack: the one part that stays writable
//   E....  32-bit text and constants             F....  16-bit text        FE000  the classic fixed addresses
#pragma once
#define ROM_BASE 0xe0000    // the image is linked here; at reset its pristine copy ends at 4 GiB
#define ROM_SIZE 0x20000
#define ROM_PRISTINE 0xfff00000 // what to add to an address of ours for its place in the pristine copy
#define SEGMENT_CODE 0xf000 // of 16-bit code
#define SEGMENT_DATA 0xe000 // of variables and the ROM's own stack
#define TEXT16 0xd000       // offset in SEGMENT_CODE where the 16-bit part begins; bios.ld knows it too
#define STACK_BYTES 0x4000
#define STACK_GAP 0x800     // what 16-bit code called from C may use of it before a nested interrupt goes deeper

#define OPTION_ROM_BASE 0xc0000
#define OPTION_ROM_END 0xe0000
#define ANCHOR_BYTES 256
#define VIDEO_ENTRY 0xf065  // offsets in SEGMENT_CODE of INT 10h, and of what INT 15h C0 points to
#define CONFIGURATION_TABLE 0xe6f5
#define LOW_END 0xa0000
#define EBDA_BYTES 0x2000   // below 640 KiB: the EBDA (its first KiB is EBDA_HEAD) and what memory_low() gives out
#define EBDA_HEAD 0x400
#define BOOT_ADDRESS 0x7c00
#define BOOT_SIGNATURE 0xaa55
#define POST_SCRATCH 0x20000 // to 90000: RAM for what POST needs only for a moment
