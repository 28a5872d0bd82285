// kernel.c: asks or tells the kernel: dmesg mount umount poweroff reboot halt.
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/klog.h>
#include <sys/mount.h>
#include <sys/reboot.h>
#include <unistd.h>
#include "userland/bin/box/box.h"
#include "userland/lib/signals/signals.h"

static int run_dmesg(struct call *call)
{
	int room = klogctl(10, NULL, 0), size;
	char *text = room < 0 ? NULL : malloc(room + 1);
	if (text == NULL || (size = klogctl(3, text, room)) < 0)
		return fail(call, "cannot read the kernel's messages");
	text[size] = '\0';
	for (char *line = text, *end; *line != '\0'; line = end) {
		end = strchrnul(line, '\n');
		end += *end == '\n';
		char *close = *line == '<' ? memchr(line, '>', end - line) : NULL; // "<6>": the level
		line = close != NULL ? close + 1 : line;
		fwrite(line, 1, end - line, stdout);
	}
	free(text);
	return 0;
}

static int print_file(struct call *call, const char *path)
{
	char line[512];
	FILE *file = fopen(path, "r");
	if (file == NULL)
		return fail(call, path);
	while (fgets(line, sizeof(line), file) != NULL)
		fputs(line, stdout);
	fclose(file);
	return 0;
}

static int run_mount(struct call *call) // and umount
{
	if (call->tool->name[0] == 'u')
		return umount(call->operands[0]) < 0 ? fail(call, call->operands[0]) : 0;
	if (call->count == 0)
		return print_file(call, "/proc/mounts");
	if (call->count < 2 || !call->option['t'])
		return wrong_use(call, "type, source and directory are needed");
	return mount(call->operands[0], call->operands[1], call->value['t'], 0, NULL) < 0
		   ? fail(call, call->operands[1])
		   : 0;
}

// Process 1 ends the machine in order: SIGTERM switches off, SIGINT restarts, SIGUSR1 halts (userland/bin/init.c).
static int run_poweroff(struct call *call) // and reboot, halt
{
	char kind = call->tool->name[0];
	int number = kind == 'p' ? SIGTERM : kind == 'r' ? SIGINT : SIGUSR1;
	int command = kind == 'p' ? RB_POWER_OFF : kind == 'r' ? RB_AUTOBOOT : RB_HALT_SYSTEM;
	if (!call->option['f'])
		return kill(1, number) < 0 ? fail(call, "process 1") : 0;
	sync();
	return reboot(command) < 0 ? fail(call, NULL) : 0;
}

TOOL("dmesg", "", "", "Prints the kernel's messages.", 0, 0, run_dmesg)
TOOL("mount", "t:", "[-t TYPE SOURCE DIRECTORY]", "Mounts a file system, or prints those mounted.", 0, 2, run_mount)
TOOL("umount", "", "DIRECTORY", "Unmounts.", 1, 1, run_mount)
TOOL("halt", "f", "", "Stops the machine. -f: at once.", 0, 0, run_poweroff)
TOOL("poweroff", "f", "", "Switches the machine off. -f: at once.", 0, 0, run_poweroff)
TOOL("reboot", "f", "", "Starts the machine again. -f: at once.", 0, 0, run_poweroff)
