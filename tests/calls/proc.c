// proc.c: what stands in /proc: the parts of each text that do not depend on the machine.
#include "tests/calls/begin.h"
#include <dirent.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/wait.h>

static char text[65536];

static const char *slurp(const char *path)
{
	int fd = open(path, O_RDONLY);
	ssize_t size = 0, part;
	while (fd >= 0 && (part = read(fd, text + size, sizeof(text) - 1 - size)) > 0)
		size += part;
	text[size] = '\0';
	if (fd >= 0)
		close(fd);
	return text;
}

static const char *line(const char *path, const char *start) // the line that starts so, without its end
{
	static char found[512];
	for (const char *at = slurp(path); at != NULL && *at != '\0'; at = strchr(at, '\n') != NULL ? strchr(at, '\n') + 1 : NULL)
		if (strncmp(at, start, strlen(start)) == 0) {
			snprintf(found, sizeof(found), "%.*s", (int)strcspn(at, "\n"), at);
			return found;
		}
	return "none";
}

static int count(const char *path, const char *start) // lines that start so
{
	int found = 0;
	for (const char *at = slurp(path); at != NULL && *at != '\0'; at = strchr(at, '\n') != NULL ? strchr(at, '\n') + 1 : NULL)
		found += strncmp(at, start, strlen(start)) == 0;
	return found;
}

static int names(const char *path)
{
	int found = 0;
	DIR *directory = opendir(path);
	for (struct dirent *entry; directory != NULL && (entry = readdir(directory)) != NULL;)
		found += entry->d_name[0] != '.';
	if (directory != NULL)
		closedir(directory);
	return found;
}

static int same_numbers(const char *path) // d_ino of each name is what stat says
{
	int all = 1;
	DIR *directory = opendir(path);
	for (struct dirent *entry; directory != NULL && (entry = readdir(directory)) != NULL;) {
		struct stat status;
		if (entry->d_name[0] != '.' && fstatat(dirfd(directory), entry->d_name, &status, AT_SYMLINK_NOFOLLOW) == 0)
			all &= status.st_ino == entry->d_ino;
	}
	if (directory != NULL)
		closedir(directory);
	return all;
}

static void descriptors(void)
{
	int fd = open("file", O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0644), ends[2];
	SHOW(write(fd, "hello", 5));
	SHOW(lseek(fd, 3, SEEK_SET));
	char path[64];
	snprintf(path, sizeof(path), "/proc/self/fdinfo/%d", fd);
	printf("%s %s\n", line(path, "pos:"), line(path, "flags:") + 7);
	printf("%s", line(path, "pos:"));
	printf(" %s\n", line(path, "flags:"));
	SHOW(pipe2(ends, O_NONBLOCK));
	snprintf(path, sizeof(path), "/proc/self/fdinfo/%d", ends[1]);
	printf("%s\n", line(path, "flags:"));
	close(ends[0]);
	close(ends[1]);
	SHOW(open(path, O_RDONLY));
	TRUTH(names("/proc/self/fdinfo") == names("/proc/self/fd"));
	close(fd);
	SHOW(open("/proc/self/fdinfo/60", O_RDONLY));
	SHOW(open("/proc/self/fdinfo/x", O_RDONLY));
}

static pthread_barrier_t met, leave;

static void *thread(void *argument)
{
	char path[64];
	syscall(SYS_prctl, 15, "worker", 0, 0, 0);
	pthread_barrier_wait(&met);
	snprintf(path, sizeof(path), "/proc/self/task/%ld/comm", syscall(SYS_gettid));
	if (argument != NULL) {
		printf("comm of a thread: %s", slurp(path));
		printf("comm of the process: %s", slurp("/proc/self/comm"));
	}
	pthread_barrier_wait(&leave);
	pthread_barrier_wait(&leave);
	return NULL;
}

static void threads(void)
{
	pthread_t one, two;
	TRUTH(names("/proc/self/task") == 1);
	pthread_barrier_init(&met, NULL, 3);
	pthread_barrier_init(&leave, NULL, 3);
	pthread_create(&one, NULL, thread, NULL);
	pthread_create(&two, NULL, thread, "speaks");
	pthread_barrier_wait(&met);
	pthread_barrier_wait(&leave); // it has spoken
	TRUTH(names("/proc/self/task") == 3);
	TRUTH(atoi(line("/proc/self/status", "Threads:") + 8) == 3);
	pthread_barrier_wait(&leave);
	pthread_join(one, NULL);
	pthread_join(two, NULL);
	SHOW(open("/proc/self/task/1", O_RDONLY)); // another process's thread
	SHOW(open("/proc/self/task/0", O_RDONLY));
}

static void limits(void)
{
	setrlimit(RLIMIT_NOFILE, &(struct rlimit){77, 99});
	setrlimit(RLIMIT_CPU, &(struct rlimit){1000, RLIM_INFINITY});
	printf("%s|\n", line("/proc/self/limits", "Limit"));
	printf("%s|\n", line("/proc/self/limits", "Max open files"));
	printf("%s|\n", line("/proc/self/limits", "Max cpu time"));
	TRUTH(count("/proc/self/limits", "") == 17);
	long size, resident, rest[5];
	TRUTH(sscanf(slurp("/proc/self/statm"), "%ld %ld %ld %ld %ld %ld %ld", &size, &resident, rest, rest + 1, rest + 2, rest + 3, rest + 4) == 7);
	TRUTH(size > resident && resident > 0);
}

static void mounts(void)
{
	TRUTH(count("/proc/mounts", "") == count("/proc/self/mounts", ""));
	TRUTH(count("/proc/mounts", "") == count("/proc/self/mountinfo", ""));
	unsigned id, parent, major, minor;
	const char *mine = strstr(slurp("/proc/self/mountinfo"), " / /proc ");
	while (mine > text && mine[-1] != '\n')
		mine--;
	TRUTH(sscanf(mine, "%u %u %u:%u", &id, &parent, &major, &minor) == 4);
	TRUTH(strstr(mine, " - proc ") != NULL);
}

static void machine(void)
{
	double load[3], up[2];
	long running, all, last, user, nice_time, system_time, idle;
	char first[64], second[64];
	TRUTH(sscanf(slurp("/proc/loadavg"), "%lf %lf %lf %ld/%ld %ld", load, load + 1, load + 2, &running, &all, &last) == 6);
	TRUTH(running >= 1 && all >= running && last >= getpid());
	TRUTH(sscanf(slurp("/proc/uptime"), "%lf %lf", up, up + 1) == 2);
	TRUTH(sscanf(line("/proc/stat", "cpu "), "cpu %ld %ld %ld %ld", &user, &nice_time, &system_time, &idle) == 4);
	TRUTH(count("/proc/stat", "cpu") == 1 + sysconf(_SC_NPROCESSORS_ONLN));
	TRUTH(count("/proc/stat", "btime ") == 1 && count("/proc/stat", "ctxt ") == 1 && count("/proc/stat", "processes ") == 1);
	TRUTH(count("/proc/stat", "procs_running ") == 1 && count("/proc/stat", "intr ") == 1);
	printf("%s", slurp("/proc/sys/kernel/ostype"));
	TRUTH(atoi(slurp("/proc/sys/kernel/pid_max")) >= 32768);
	TRUTH(atoi(slurp("/proc/sys/kernel/ngroups_max")) > 0 && atoi(slurp("/proc/sys/fs/nr_open")) > 0);
	printf("randomize %s", slurp("/proc/sys/kernel/randomize_va_space"));
	snprintf(first, sizeof(first), "%s", slurp("/proc/sys/kernel/random/uuid"));
	snprintf(second, sizeof(second), "%s", slurp("/proc/sys/kernel/random/uuid"));
	TRUTH(strcmp(first, second) != 0 && strlen(first) == 37 && first[14] == '4' && strchr("89ab", first[19]) != NULL);
	snprintf(first, sizeof(first), "%s", slurp("/proc/sys/kernel/random/boot_id"));
	TRUTH(strcmp(first, slurp("/proc/sys/kernel/random/boot_id")) == 0);
	SHOW(open("/proc/sys/kernel/none", O_RDONLY));
	SHOW(mkdir("/proc/x", 0755));
	TRUTH(same_numbers("/proc/self/fd") && same_numbers("/proc/self/task"));
}

static void children(void)
{
	pid_t child = fork();
	if (child == 0) {
		pause();
		_exit(0);
	}
	char path[64];
	snprintf(path, sizeof(path), "/proc/%d/limits", child);
	int fd = open(path, O_RDONLY);
	kill(child, SIGKILL);
	waitpid(child, NULL, 0);
	SHOW(read(fd, text, 10)); // it has gone
	SHOW(open(path, O_RDONLY));
}

static const char *program; // not /proc/self/exe: that is gone once the first thread has ended

static void *runs_another(void *argument)
{
	execl(program, program, "again", (char *)argument, (char *)NULL);
	return NULL;
}

// exec in a thread that is not the first: the process keeps its number, and the thread has it now.
static void another_program(void)
{
	pid_t child = fork();
	if (child == 0) {
		pthread_t one;
		char number[16];
		snprintf(number, sizeof(number), "%d", getpid());
		pthread_create(&one, NULL, runs_another, number);
		pthread_exit(NULL);
	}
	int status;
	TRUTH(waitpid(child, &status, 0) == child && status == 0);
}

static int again(const char *number)
{
	TRUTH(getpid() == atoi(number));
	TRUTH(syscall(SYS_gettid) == getpid());
	TRUTH(names("/proc/self/task") == 1);
	TRUTH(atoi(line("/proc/self/status", "Threads:") + 8) == 1);
	return 0;
}

// What has a fixed form or value there; the rest is a number.
static void status_fields(void)
{
	static const char *const fields[] = {"Name:", "Umask:", "State:", "Tgid:", "Pid:", "PPid:", "TracerPid:", "Uid:", "Gid:", "FDSize:", "Groups:",
		"VmPeak:", "VmSize:", "VmLck:", "VmHWM:", "VmRSS:", "VmData:", "VmStk:", "VmExe:", "Threads:", "SigQ:", "SigPnd:", "ShdPnd:", "SigBlk:",
		"SigIgn:", "SigCgt:", "CapInh:", "CapPrm:", "CapEff:", "NoNewPrivs:", "Cpus_allowed:", "voluntary_ctxt_switches:"};
	for (size_t i = 0; i < sizeof(fields) / sizeof(*fields); i++)
		printf("%s %s\n", fields[i], count("/proc/self/status", fields[i]) == 1 ? "yes" : "NO");
	umask(027);
	signal(SIGUSR1, SIG_IGN);
	signal(SIGUSR2, (void (*)(int))status_fields);
	printf("%s\n", line("/proc/self/status", "Umask:"));
	printf("%s\n", line("/proc/self/status", "SigIgn:"));
	printf("%s\n", line("/proc/self/status", "SigCgt:"));
	printf("%s\n", line("/proc/self/status", "NoNewPrivs:"));
	printf("%s\n", line("/proc/self/status", "State:"));
	char name[32];
	int pid, parent, group, session, terminal, foreground;
	char state;
	long rest[45] = {0}, *r = rest;
	TRUTH(sscanf(slurp("/proc/self/stat"), "%d (%31[^)]) %c %d %d %d %d %d", &pid, name, &state, &parent, &group, &session, &terminal, &foreground) == 8);
	TRUTH(pid == getpid() && parent == getppid() && group == getpgrp() && session == getsid(0) && state == 'R');
	char *at = strrchr(text, ')') + 4;
	while (r < rest + 45 && *at != '\0' && *at != '\n')
		*r++ = (long)strtoul(at, &at, 10);
	TRUTH(r == rest + 45 || r - rest >= 40);
	printf("tty %ld, foreground %ld, priority %ld, nice %ld, threads %ld, ignored %ld, caught %ld, exit signal %ld\n", rest[3], rest[4], rest[14], rest[15],
	       rest[16], rest[29], rest[30], rest[34]);
	TRUTH(rest[22] > 0 && rest[23] >= rest[22] && rest[24] > 0); // start and end of code, start of the stack
	TRUTH(rest[18] >= 0 && rest[19] > 0 && rest[20] > 0);		 // start time, size, resident
	TRUTH(rest[6] > 0);					 // minor faults
}

static void show_title(const char *what)
{
	int fd = open("/proc/self/cmdline", O_RDONLY);
	ssize_t size = read(fd, text, sizeof(text));
	close(fd);
	printf("%s: %zd bytes, %zu before the first end\n", what, size, strnlen(text, size));
}

// A title over the arguments: one string, into the environment where the last argument's end is gone.
static void title(char **argv, char **environment)
{
	char *first = argv[0], *end = argv[1] + strlen(argv[1]), *last = environment[0];
	memset(first, 't', 3);
	first[3] = '\0';
	*end = ' ';
	show_title("short, without the last end");
	memset(first, 't', end - first + 1);
	last[2] = '\0';
	TRUTH(last == end + 1);
	int fd = open("/proc/self/cmdline", O_RDONLY);
	TRUTH(read(fd, text, sizeof(text)) == last + 3 - first);
	TRUTH(text[last + 1 - first] == last[1] && text[last + 2 - first] == '\0');
	close(fd);
	memset(first, 't', last + 2 - first);
	*end = '\0';
	fd = open("/proc/self/cmdline", O_RDONLY);
	TRUTH(read(fd, text, sizeof(text)) == end + 1 - first);
	close(fd);
}

int main(int argc, char **argv)
{
	if (argc == 3)
		return again(argv[2]);
	program = argv[0];
	begin(argv[1]);
	descriptors();
	threads();
	limits();
	mounts();
	machine();
	children();
	another_program();
	status_fields();
	title(argv, environ);
	return 0;
}
