// debugged.c: what the gdb of jobs/gdb looks at.
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static int total, limit = 5;
static volatile int waiting = 1;

__attribute__((noinline)) int square(int n)
{
	return n * n;
}

int main(int argc, char **argv)
{
	if (argc > 1 && strcmp(argv[1], "crash") == 0)
		*(volatile int *)8 = square(argc);
	while (argc > 1 && waiting != 0)
		usleep(20000);
	for (int i = 1; i <= limit; i++)
		total += square(i);
	printf("total %d\n", total);
	return total & 127;
}
