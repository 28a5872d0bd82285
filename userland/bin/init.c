// init.c: process 1. Makes the machine usable, runs the one job that the host left in fw_cfg or else keeps a login shell
// on the console, collects every orphan, and ends the machine.
//
// A job's bytes must arrive at the host exactly, so they bypass the terminal: standard output and error are /dev/door1
// and /dev/door2, and its status goes to /dev/door0 as a decimal number and a newline (128 + signal when it was killed).
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/reboot.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

#define JOB_FILE "/sys/firmware/qemu_fw_cfg/by_name/opt/groundup/cmd/raw"
#define JOB_MAX 65536
#define GRACE_MS 500 // between asking processes to end and ending them

static volatile sig_atomic_t ending; // reboot(2)'s command, once somebody asked for it

static void note_end(int number)
{
	ending = number == SIGINT ? RB_AUTOBOOT : number == SIGUSR1 ? RB_HALT_SYSTEM : RB_POWER_OFF;
}

// Our kernel has these mounted; Linux, under which the same ELF runs as an oracle, does not.
static void mount_all(void)
{
	static const struct {
		const char *type, *target, *probe;
	} mounts[] = {{"proc", "/proc", "/proc/uptime"}, {"sysfs", "/sys", "/sys/firmware"},
		      {"devtmpfs", "/dev", "/dev/null"}, {"tmpfs", "/tmp", "/tmp/."}};
	for (size_t i = 0; i < sizeof(mounts) / sizeof(*mounts); i++) {
		struct stat stands;
		mkdir(mounts[i].target, 0755);
		if (stat(mounts[i].probe, &stands) != 0 && errno == ENOENT &&
		    mount(mounts[i].type, mounts[i].target, mounts[i].type, 0, NULL) < 0 && errno != EBUSY)
			fprintf(stderr, "init: cannot mount %s: %s\n", mounts[i].target, strerror(errno));
	}
}

static void use_console(const char *path, int flags, int descriptor)
{
	int fd = open(path, flags);
	if (fd < 0)
		return;
	dup2(fd, descriptor);
	if (fd != descriptor)
		close(fd);
}

// Again before each login: the end of a session hangs its terminal up, for us too.
static void open_console(void)
{
	for (int descriptor = 0; descriptor < 3; descriptor++)
		use_console("/dev/console", O_RDWR | O_NOCTTY, descriptor);
}

static void end_machine(int command) __attribute__((noreturn));
static void end_machine(int command)
{
	kill(-1, SIGTERM);
	kill(-1, SIGCONT);
	for (int waited = 0; waited < GRACE_MS && waitpid(-1, NULL, WNOHANG) >= 0; waited += 10)
		nanosleep(&(struct timespec){0, 10000000}, NULL);
	kill(-1, SIGKILL);
	while (waitpid(-1, NULL, WNOHANG) > 0)
		;
	sync();
	reboot(command);
	sleep(2); // the machine may need a moment to go dark
	for (fputs("init: the machine did not end\n", stderr);; pause())
		;
}

// Waits until `child` ends, collecting whatever else ends meanwhile. -1: the machine is to end.
static int wait_for(pid_t child)
{
	for (;;) {
		int status;
		pid_t pid = waitpid(-1, &status, 0);
		if (ending)
			return -1;
		if (pid == child)
			return status;
		if (pid < 0 && errno == ECHILD)
			return 0;
	}
}

static pid_t start(char *const arguments[], void (*prepare)(void))
{
	pid_t child = fork();
	if (child != 0)
		return child;
	for (int number = 1; number < 32; number++)
		signal(number, SIG_DFL);
	prepare();
	execv(arguments[0], arguments);
	fprintf(stderr, "init: %s: %s\n", arguments[0], strerror(errno));
	_exit(127);
}

static void prepare_job(void)
{
	setsid();
	use_console("/dev/null", O_RDONLY, 0);
	use_console("/dev/door1", O_WRONLY, 1);
	use_console("/dev/door2", O_WRONLY, 2);
}

static void run_job(char *job)
{
	char report[16];
	int status = wait_for(start((char *[]){"/bin/sh", "-c", job, NULL}, prepare_job));
	int code = status < 0 ? 128 + SIGTERM : WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
	int size = snprintf(report, sizeof(report), "%d\n", code), fd = open("/dev/door0", O_WRONLY);
	if (fd < 0 || write(fd, report, size) != size)
		fprintf(stderr, "init: job status %d\n", code);
	end_machine(status < 0 ? ending : RB_POWER_OFF);
}

static void prepare_nothing(void)
{
}

static void prepare_login(void)
{
	struct winsize size = {24, 80, 0, 0};
	setsid();
	ioctl(0, TIOCSCTTY, 0);
	tcsetpgrp(0, getpid());
	if (ioctl(0, TIOCGWINSZ, &size) == 0 && size.ws_col == 0) { // a serial line knows no size
		size.ws_row = 24;
		size.ws_col = 80;
		ioctl(0, TIOCSWINSZ, &size);
	}
}

// The job's text, or NULL when the host left none.
static char *read_job(void)
{
	static char text[JOB_MAX + 1];
	int fd = open(JOB_FILE, O_RDONLY);
	size_t size = 0;
	ssize_t part;
	if (fd < 0)
		return NULL;
	while (size < JOB_MAX && (part = read(fd, text + size, JOB_MAX - size)) > 0)
		size += part;
	close(fd);
	return text;
}

int main(int count, char **arguments)
{
	if (count > 1 && strcmp(arguments[1], "--help") == 0) {
		puts("usage: init\nProcess 1: runs the job in fw_cfg, or a login shell on the console. See "
		     "userland/bin/init.c.");
		return 0;
	}
	if (getpid() != 1) {
		fputs("init: only the kernel starts me, as process 1\n", stderr);
		return 1;
	}
	struct sigaction action = {.sa_handler = note_end};
	sigaction(SIGTERM, &action, NULL);
	sigaction(SIGINT, &action, NULL);
	sigaction(SIGUSR1, &action, NULL);
	mount_all();
	open_console();
	setenv("PATH", "/bin", 1);
	setenv("HOME", "/", 1);
	setenv("USER", "root", 1);
	setenv("TERM", "linux", 0);
	char *job = read_job();
	if (job != NULL)
		run_job(job);
	wait_for(start((char *[]){"/bin/welcome", NULL}, prepare_nothing));
	while (!ending) {
		time_t before = time(NULL);
		wait_for(start((char *[]){"/bin/sh", "-il", NULL}, prepare_login));
		open_console();
		if (!ending && time(NULL) == before)
			nanosleep(&(struct timespec){0, 200000000}, NULL); // a shell that cannot run must not spin
	}
	end_machine(ending);
}
