// registry.c: the lists of terminal ports and of firmware files. Boot only: they grow before anything reads them.
#include "kernel/dev/firmware.h"
#include "kernel/dev/terminal.h"
#include "kernel/lib/string.h"

static struct terminal_port *ports;
static struct firmware_file *files;

void terminal_port_register(struct terminal_port *port)
{
	port->next = ports;
	ports = port;
}

struct terminal_port *terminal_port_first(void)
{
	return ports;
}

void firmware_register(struct firmware_file *file)
{
	file->next = files;
	files = file;
}

struct firmware_file *firmware_first(void)
{
	return files;
}

const void *firmware_find(const char *name, size_t *size)
{
	for (struct firmware_file *file = files; file != NULL; file = file->next)
		if (strcmp(file->name, name) == 0) {
			*size = file->size;
			return file->bytes;
		}
	return NULL;
}
