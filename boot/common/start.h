// start.h: the part of the way that all loaders share, from "kernel file, memory map and command line are known" to the
// kernel's first instruction, and how a loader speaks.
#pragma once
#include "boot/common/boot_info.h"
#include "boot/common/config.h"
#include "boot/common/kernel_image.h"
#include <stddef.h>

// Each loader offers this: text to its screen (the serial line is start.c's).
void boot_screen(const char *text);

// "groundup: " and the message, on screen and serial line.
void boot_say(const char *format, ...) __attribute__((format(printf, 1, 2)));

// boot_say(), then for ever a halt; under QEMU an exit with status 171.
_Noreturn void boot_fail(const char *format, ...) __attribute__((format(printf, 1, 2)));

// boot_fail() with the sentence for an error of boot_image_check() or boot_image_load().
_Noreturn void boot_fail_image(int rc);

// Clears *info and writes its header; names the first stage ("reset", at TSC 0: the time base of all others).
void boot_begin(struct boot_info *info, enum boot_path path);

// Adds a stage that begins now; the name has at most 8 characters.
void boot_stage(struct boot_info *info, const char *name);

// Appends words to the command line; too long is a failure.
void boot_command_line(struct boot_info *info, const char *words);

// Parses groundup.cfg (config.h) and appends its command line. The byte after the file's last is ours. A wrong line is a
// failure.
void boot_config(struct boot_config *config, struct boot_info *info, char *text, size_t size);

// Fails unless the file has the SHA-256 of these digits. None (NULL) is a failure too. Without verify.c (the spine): nothing.
void boot_verify(const char *name, const void *bytes, size_t size, const char *digits);

// Appends QEMU's fw_cfg file opt/groundup/cmdline, when there is one.
void boot_command_line_qemu(struct boot_info *info);

// Appends the initrd. Its address must be page-aligned.
void boot_initrd(struct boot_info *info, uint64_t base, uint64_t length);

// Adds firmware's memory range of an E820 type; a damaged or too long map is a failure.
void boot_memory_e820(struct boot_info *info, uint64_t base, uint64_t length, uint32_t type);

// Takes memory for `size` bytes between 1 MiB and 4 GiB and marks it; none is a failure.
uint64_t boot_take_memory(struct boot_info *info, uint64_t size, enum boot_memory_type type);

// Slides, loads and maps the checked image into memory at `physical` and enters it. Does not return.
_Noreturn void boot_start(struct boot_info *info, const struct boot_image *image, uint64_t physical);

// In enter.S: switches tables and stack, and jumps.
_Noreturn void boot_enter(uint64_t entry, struct boot_info *info, uint64_t cr3);
