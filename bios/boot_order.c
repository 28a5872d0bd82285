// boot_order.c: the pure part of the boot order: Open Firmware paths as QEMU writes them, one a line, such as
//   /pci@i0cf8/pci-bridge@4/scsi@3/disk@0,0        /pci@i0cf8/ide@1,1/drive@1/disk@0
//   /rom@genroms/linuxboot_dma.bin
#include "bios/boot.h"
#include "kernel/lib/string.h"
#include <stddef.h>

static const char *hex(const char *text, unsigned *number)
{
	const char *start = text;

	for (*number = 0;; text++) {
		if (*text >= '0' && *text <= '9')
			*number = *number << 4 | (*text - '0');
		else if (*text >= 'a' && *text <= 'f')
			*number = *number << 4 | (*text - 'a' + 10);
		else
			return text == start ? NULL : text;
	}
}

// Behind "/NAME@A" or "/NAME@A,B" (name NULL: any); NULL when the text is not that.
static const char *element(const char *text, const char *name, unsigned *a, unsigned *b)
{
	size_t length = name != NULL ? strlen(name) : 0;

	if (*text++ != '/' || (name != NULL && (strncmp(text, name, length) != 0 || text[length] != '@')))
		return NULL;
	while (*text != '@' && *text != '/' && *text != '\n' && *text != '\0')
		text++;
	text = *text == '@' ? hex(text + 1, a) : NULL;
	*b = 0;
	if (text != NULL && *text == ',')
		text = hex(text + 1, b);
	return text;
}

static int line_names(const char *line, const uint8_t *slots, unsigned depth, int drive, int unit)
{
	unsigned a, b;
	const char *rest = element(line, "pci-root", &a, &b);

	line = rest != NULL ? rest : line;
	if (strncmp(line, "/pci@i0cf8", 10) != 0)
		return 0;
	line += 10;
	for (unsigned i = 0; i < depth; i++) {
		line = element(line, NULL, &a, &b);
		if (line == NULL || slots[i] != (a << 3 | b))
			return 0;
	}
	if (drive < 0)
		return *line == '\n' || *line == '\0' || *line == '/';
	rest = element(line, "namespace", &a, &b);
	if (rest != NULL)
		return (int)a == unit;
	line = element(line, "drive", &a, &b);
	if (line == NULL || (int)a != drive)
		return 0;
	line = element(line, "disk", &a, &b);
	return line != NULL && (int)a == unit;
}

static const char *next_line(const char *line)
{
	line = strchr(line, '\n');
	return line == NULL || line[1] == '\0' ? NULL : line + 1;
}

int boot_order_find(const char *order, const uint8_t *slots, unsigned depth, int drive, int unit)
{
	int number = 0;

	for (const char *line = order; line != NULL && *line != '\0'; line = next_line(line), number++)
		if (line_names(line, slots, depth, drive, unit))
			return number;
	return -1;
}

int boot_order_path(const char *order, const char *path)
{
	size_t length = strlen(path);
	int number = 0;

	for (const char *line = order; line != NULL && *line != '\0'; line = next_line(line), number++)
		if (strncmp(line, path, length) == 0 && (line[length] == '\n' || line[length] == '\0'))
			return number;
	return -1;
}
