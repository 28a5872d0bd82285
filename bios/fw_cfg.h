// fw_cfg.h: QEMU's configuration device (docs/specs/fw_cfg in QEMU's sources), by DMA where it has it, else
// by port.
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	FW_CFG_SIGNATURE = 0x00,
	FW_CFG_ID = 0x01,
	FW_CFG_CPUS = 0x05,
	FW_CFG_KERNEL_ADDRESS = 0x07,
	FW_CFG_KERNEL_SIZE = 0x08,
	FW_CFG_INITRD_ADDRESS = 0x0a,
	FW_CFG_INITRD_SIZE = 0x0b,
	FW_CFG_BOOT_DEVICE = 0x0c,
	FW_CFG_MENU = 0x0e,
	FW_CFG_MAX_CPUS = 0x0f,
	FW_CFG_KERNEL_ENTRY = 0x10,
	FW_CFG_KERNEL_DATA = 0x11,
	FW_CFG_INITRD_DATA = 0x12,
	FW_CFG_CMDLINE_ADDRESS = 0x13,
	FW_CFG_CMDLINE_SIZE = 0x14,
	FW_CFG_CMDLINE_DATA = 0x15,
	FW_CFG_SETUP_ADDRESS = 0x16,
	FW_CFG_SETUP_SIZE = 0x17,
	FW_CFG_SETUP_DATA = 0x18,
	FW_CFG_DIRECTORY = 0x19,
	FW_CFG_FILES = 0x20
};
#define FW_CFG_NAME 56 // bytes of a file name with its NUL
#define FW_CFG_FILES_MAX 128

struct fw_cfg_file {
	uint32_t size;
	uint16_t key;
	char name[FW_CFG_NAME];
};

// Is the device there? Reads its directory, once.
int fw_cfg_init(void);
// A file's key, its size in *size (NULL: not wanted); -ENOENT when there is none.
int fw_cfg_find(const char *name, uint32_t *size);
// The directory, entry by entry; NULL behind the last one.
const struct fw_cfg_file *fw_cfg_entry(unsigned index);
// `bytes` bytes of an item from `offset` on. Behind an item's end there are zeros. -EIO: the device refuses.
int fw_cfg_read(uint16_t key, uint32_t offset, void *buffer, uint32_t bytes);
// The other way, for files that take writes; needs DMA (-ENOSYS).
int fw_cfg_write(uint16_t key, uint32_t offset, const void *buffer, uint32_t bytes);
// A little-endian number that is an item of its own.
uint32_t fw_cfg_number(uint16_t key);

// Pure: reads one 64-byte entry of the directory as QEMU sends it (big-endian); -EINVAL for an unusable one.
int fw_cfg_parse(struct fw_cfg_file *file, const uint8_t raw[64]);
