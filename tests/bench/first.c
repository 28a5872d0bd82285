// first.c: the first program, of either system: says one byte at port 0xe9, which tests/bench/boot takes the time of, and ends the machine.
#include <fcntl.h>
#include <sys/io.h>
#include <sys/reboot.h>
#include <unistd.h>

int main(void)
{
	int door = open("/dev/door1", O_WRONLY); // Groundup's; Linux lets us at the port itself

	if (door >= 0) {
		(void)!write(door, "!", 1);
		reboot(RB_POWER_OFF);
	}
	ioperm(0xe9, 1, 1), ioperm(0xf4, 1, 1);
	outb('!', 0xe9);
	outb(0, 0xf4);
	for (;;)
		pause();
}
