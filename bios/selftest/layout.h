// layout.h: where the self-test lies. For C, assembly and the linker script.
#pragma once
#define STACK 0x7c00
#define LOW 0x800 // its two parts, in this order on the disk; selftest.ld knows them too
#define LOW_SECTORS 48
#define PROGRAM 0x7e00
#define PROGRAM_SECTORS 64
#define PROGRAM_MAGIC 0x74736574
#define BUFFER_SEGMENT 0x2000 // 128 KiB for what is read and written
#define CALLER_STACK 100
#define VIDEO_STACK 1024 // the video BIOS is somebody else's, and takes more
#define CALLER_GUARD 64
#define RESULT_PORT 0xe9 // debug console: one line a case
#define EXIT_PORT 0xf4   // debug exit
#define PATTERN_SECTOR 113 // from this one on the image's 32-bit words count up: word k of the disk is k
#define TROUBLE_SECTOR 23000 // the host may make it unreadable, and says so in the boot sector
#define TROUBLE_OFFSET 440
#define SCRATCH_SECTORS 200 // at the end of the disk: written to
