// fw_cfg_parse.c: the pure part of fw_cfg: one directory entry.
#include "bios/fw_cfg.h"
#include "kernel/lib/string.h"
#include "kernel/uapi/errno.h"

int fw_cfg_parse(struct fw_cfg_file *file, const uint8_t raw[64])
{
	file->size = (uint32_t)raw[0] << 24 | raw[1] << 16 | raw[2] << 8 | raw[3];
	file->key = raw[4] << 8 | raw[5];
	memcpy(file->name, raw + 8, FW_CFG_NAME);
	if (file->key < FW_CFG_FILES || file->name[0] == '\0' || file->name[FW_CFG_NAME - 1] != '\0')
		return -EINVAL;
	return 0;
}
