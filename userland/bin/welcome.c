// welcome.c: the first screen. Every figure is what this boot measured; what the kernel does not say is left out.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

// The number behind `key` in a file of "key value" or "key: value" lines; -1 when there is none.
static long read_figure(const char *path, const char *key)
{
	char line[256];
	long value = -1;
	size_t size = strlen(key);
	FILE *file = fopen(path, "r");
	while (file != NULL && value < 0 && fgets(line, sizeof(line), file) != NULL)
		if (strncmp(line, key, size) == 0 && strchr(": \t", line[size]) != NULL)
			value = strtol(line + size + strspn(line + size, ": \t"), NULL, 10);
	if (file != NULL)
		fclose(file);
	return value;
}

static long count_processors(void)
{
	char line[256];
	long count = 0;
	FILE *file = fopen("/proc/cpuinfo", "r");
	while (file != NULL && fgets(line, sizeof(line), file) != NULL)
		count += strncmp(line, "processor", 9) == 0;
	if (file != NULL)
		fclose(file);
	return count;
}

// The kernel writes "stage NAME NANOSECONDS" since reset; its last line, "stage now ...", is the moment of reading.
static long read_boot_ms(void)
{
	long reset = read_figure("/proc/groundup/boot", "stage now");
	return reset < 0 ? -1 : (reset + 500000) / 1000000;
}

int main(int count, char **arguments)
{
	long boot_ms = read_boot_ms(), memory = read_figure("/proc/meminfo", "MemTotal");
	struct winsize window = {0};
	long lanes = read_figure("/dev/gpu0", "lanes"), lines = read_figure("/proc/groundup/version", "lines");
	if (count > 1) {
		puts("usage: welcome\nPrints the first screen: what this machine is, and what to try.");
		return strcmp(arguments[1], "--help") == 0 ? 0 : 2;
	}
	printf("Groundup 0.1");
	if (boot_ms >= 0)
		printf(getppid() == 1 ? "   reset to prompt %ld ms" : "   %ld ms since reset", boot_ms); // init asks before the prompt
	printf("   %ld CPU%s   %ld MiB", count_processors(), count_processors() == 1 ? "" : "s",
	       (memory / 1024 + 15) / 16 * 16);
	if (lanes > 0)
		printf("   GPU: %ld lanes a warp", lanes);
	else
		printf("   no GPU");
	if (lines > 0) // on a line of its own where the first one would break
		printf("%skernel %ld,%03ld lines", ioctl(1, TIOCGWINSZ, &window) == 0 && window.ws_col < 100 ? "\n  " : "   ", lines / 1000, lines % 1000);
	printf("\n"
	       "  token \"Once upon a time\"   follow one word from a GPU lane to this terminal\n"
	       "  locks                      two programs deadlock; the kernel sees the circle\n"
	       "  mandel | ps | dmesg        look around; ls /bin shows all, each has --help\n"
	       "  tour                       the reading path (leave: Ctrl-A X, gdb: make debug)\n");
	return 0;
}
