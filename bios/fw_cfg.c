// fw_cfg.c: see fw_cfg.h.
#include "bios/fw_cfg.h"
#include "bios/port.h"
#include "kernel/lib/string.h"
#include "kernel/uapi/errno.h"

#define SELECT_PORT 0x510
#define DATA_PORT 0x511
#define DMA_PORT 0x514 // high half; writing the low one at 518 starts
#define ID_DMA 2
enum { DMA_ERROR = 1, DMA_READ = 2, DMA_SKIP = 4, DMA_SELECT = 8, DMA_WRITE = 16 };

static struct fw_cfg_file files[FW_CFG_FILES_MAX];
static unsigned file_count;
static bool has_dma;

// One DMA command. QEMU has done all of it when the write to the port returns.
static int dma(uint32_t control, void *address, uint32_t bytes)
{
	volatile struct {
		uint32_t control, length;
		uint64_t address;
	} command = {__builtin_bswap32(control), __builtin_bswap32(bytes), __builtin_bswap64((uintptr_t)address)};

	out32(DMA_PORT + 4, __builtin_bswap32((uintptr_t)&command));
	while ((command.control & ~__builtin_bswap32(DMA_ERROR)) != 0)
		__asm__ volatile("pause");
	return command.control != 0 ? -EIO : 0;
}

static int read_ports(uint16_t key, uint32_t offset, uint8_t *to, uint32_t bytes)
{
	out16(SELECT_PORT, key);
	for (; offset > 0; offset--)
		in8(DATA_PORT);
	for (; bytes > 0; bytes--)
		*to++ = in8(DATA_PORT);
	return 0;
}

int fw_cfg_read(uint16_t key, uint32_t offset, void *buffer, uint32_t bytes)
{
	int rc;

	if (!has_dma)
		return read_ports(key, offset, buffer, bytes);
	if (offset == 0)
		return dma((uint32_t)key << 16 | DMA_SELECT | DMA_READ, buffer, bytes);
	rc = dma((uint32_t)key << 16 | DMA_SELECT | DMA_SKIP, NULL, offset);
	return rc != 0 ? rc : dma(DMA_READ, buffer, bytes);
}

int fw_cfg_write(uint16_t key, uint32_t offset, const void *buffer, uint32_t bytes)
{
	int rc;

	if (!has_dma)
		return -ENOSYS;
	rc = dma((uint32_t)key << 16 | DMA_SELECT | DMA_SKIP, NULL, offset);
	return rc != 0 ? rc : dma(DMA_WRITE, (void *)(uintptr_t)buffer, bytes);
}

uint32_t fw_cfg_number(uint16_t key)
{
	uint32_t number = 0;

	fw_cfg_read(key, 0, &number, sizeof(number));
	return number;
}

int fw_cfg_init(void)
{
	uint8_t raw[64];
	uint32_t count, id = 0;

	read_ports(FW_CFG_SIGNATURE, 0, raw, 4);
	if (memcmp(raw, "QEMU", 4) != 0)
		return -ENODEV;
	read_ports(FW_CFG_ID, 0, (uint8_t *)&id, sizeof(id));
	has_dma = (id & ID_DMA) != 0;
	count = __builtin_bswap32(fw_cfg_number(FW_CFG_DIRECTORY));
	for (uint32_t i = 0; i < count && file_count < FW_CFG_FILES_MAX; i++) {
		int rc = has_dma ? dma(DMA_READ, raw, sizeof(raw)) : 0;
		for (unsigned byte = 0; !has_dma && byte < sizeof(raw); byte++)
			raw[byte] = in8(DATA_PORT);
		if (rc == 0 && fw_cfg_parse(&files[file_count], raw) == 0)
			file_count++;
	}
	return 0;
}

int fw_cfg_find(const char *name, uint32_t *size)
{
	for (unsigned i = 0; i < file_count; i++) {
		if (strcmp(files[i].name, name) != 0)
			continue;
		if (size != NULL)
			*size = files[i].size;
		return files[i].key;
	}
	return -ENOENT;
}

const struct fw_cfg_file *fw_cfg_entry(unsigned index)
{
	return index < file_count ? &files[index] : NULL;
}
