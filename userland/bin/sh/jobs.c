// jobs.c: children. A job is what one pipeline started: its processes share a process group when the shell has a
// terminal to hand around ("monitor"), so ^C and ^Z reach all of them and not the shell.
//
// The table changes only by what waitpid tells, in record(); there is no SIGCHLD handler.
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>
#include "kernel/lib/list.h"
#include "userland/bin/sh/sh.h"

struct process {
	pid_t pid;
	int status;
	bool done;
};

struct job {
	struct list list;
	int number; // 0 until it is in the background or stopped
	pid_t group;
	int count;
	struct process *processes;
	bool stopped, background, told;
	char *text;
};

pid_t last_background;
static struct list jobs = LIST_INIT(jobs);
static bool monitor;
static pid_t shell_group;
static struct termios shell_modes;

// An interactive shell waits until it is in the foreground, then leads its own group and ignores the terminal's stops.
void jobs_start(void)
{
	static const int ignored[] = {SIGQUIT, SIGTSTP, SIGTTIN, SIGTTOU, SIGTERM};
	if (!interactive || !isatty(STDERR_FILENO))
		return;
	while (tcgetpgrp(STDERR_FILENO) != getpgrp() && tcgetpgrp(STDERR_FILENO) > 0)
		kill(0, SIGTTIN);
	for (size_t i = 0; i < sizeof(ignored) / sizeof(*ignored); i++)
		signal(ignored[i], SIG_IGN);
	setpgid(0, 0);
	shell_group = getpgrp();
	monitor = tcsetpgrp(STDERR_FILENO, shell_group) == 0;
	tcgetattr(STDERR_FILENO, &shell_modes);
}

struct job *job_create(const char *text)
{
	struct job *job = keep(calloc(1, sizeof(*job)));
	job->text = keep(strdup(text));
	list_push_back(&jobs, &job->list);
	return job;
}

static void job_free(struct job *job)
{
	list_remove(&job->list);
	free(job->processes);
	free(job->text);
	free(job);
}

static void become_child(struct job *job, bool foreground)
{
	if (monitor && job != NULL) {
		setpgid(0, job->group);
		if (foreground)
			tcsetpgrp(STDERR_FILENO, getpgrp());
	}
	if (interactive)
		for (int number = 1; number < 32; number++)
			if (number != SIGKILL && number != SIGSTOP)
				signal(number, SIG_DFL);
	if (!monitor && !foreground) {
		signal(SIGINT, SIG_IGN);
		signal(SIGQUIT, SIG_IGN);
		int null = open("/dev/null", O_RDONLY);
		if (null > 0) {
			dup2(null, STDIN_FILENO);
			close(null);
		}
	}
	in_child = true;
	monitor = interactive = false;
	traps_clear();
	list_init(&jobs);
}

// Starts a process of `job` (NULL: of none, as for a command substitution).
pid_t job_fork(struct job *job, bool foreground)
{
	pid_t pid = fork();
	if (pid < 0)
		shell_error(2, "Cannot fork: %s", strerror(errno));
	if (pid == 0) {
		become_child(job, foreground);
		return 0;
	}
	if (job == NULL)
		return pid;
	if (monitor)
		setpgid(pid, job->group != 0 ? job->group : pid);
	if (job->group == 0)
		job->group = pid;
	job->processes = keep(realloc(job->processes, (job->count + 1) * sizeof(struct process)));
	job->processes[job->count++] = (struct process){.pid = pid};
	return pid;
}

static void record(pid_t pid, int status)
{
	struct job *job;
	list_for_each(job, &jobs, list)
		for (int i = 0; i < job->count; i++)
			if (job->processes[i].pid == pid) {
				job->processes[i].status = status;
				job->processes[i].done = !WIFSTOPPED(status);
				job->stopped = WIFSTOPPED(status);
				return;
			}
}

static bool is_done(const struct job *job)
{
	for (int i = 0; i < job->count; i++)
		if (!job->processes[i].done)
			return false;
	return true;
}

static int job_status(const struct job *job)
{
	int status = job->count > 0 ? job->processes[job->count - 1].status : 0;
	return WIFSTOPPED(status) ? 128 + WSTOPSIG(status) : WIFSIGNALED(status) ? 128 + WTERMSIG(status)
										 : WEXITSTATUS(status);
}

static void number_job(struct job *job)
{
	struct job *other;
	int highest = 0;
	list_for_each(other, &jobs, list)
		highest = other->number > highest ? other->number : highest;
	job->number = job->number != 0 ? job->number : highest + 1;
}

static struct job *current_job(void)
{
	struct job *job, *found = NULL;
	list_for_each(job, &jobs, list)
		if (job->number != 0 && (found == NULL || job->stopped >= found->stopped))
			found = job;
	return found;
}

static void print_job(const struct job *job, FILE *to)
{
	char state[48] = "Running";
	int status = job->count > 0 ? job->processes[job->count - 1].status : 0;
	if (job->stopped)
		strcpy(state, "Stopped");
	else if (is_done(job) && WIFSIGNALED(status))
		snprintf(state, sizeof(state), "%s", strsignal(WTERMSIG(status)));
	else if (is_done(job) && WEXITSTATUS(status) != 0)
		snprintf(state, sizeof(state), "Done(%d)", WEXITSTATUS(status));
	else if (is_done(job))
		strcpy(state, "Done");
	fprintf(to, "[%d] %c %-24s%s\n", job->number, job == current_job() ? '+' : '-', state, job->text);
}

// Waits for one change of any child. -1: none is left, or a signal came that has a trap.
static int wait_change(int options)
{
	int status;
	pid_t pid = waitpid(-1, &status, options | (monitor ? WUNTRACED : 0));
	if (pid > 0)
		record(pid, status);
	return pid < 0 && errno == EINTR && !trap_pending && !interrupted ? 0 : (int)pid;
}

static int wait_foreground(struct job *job)
{
	while (!is_done(job) && !job->stopped && (wait_change(0) > 0 || errno == EINTR))
		;
	if (monitor) {
		tcsetpgrp(STDERR_FILENO, shell_group);
		if (job->stopped || WIFSIGNALED(job->processes[job->count - 1].status))
			tcsetattr(STDERR_FILENO, TCSADRAIN, &shell_modes);
	}
	int status = job_status(job), last = job->processes[job->count - 1].status;
	if (job->stopped) {
		number_job(job);
		job->background = true;
		fputs("\n", stderr);
		print_job(job, stderr);
		return status;
	}
	if (WIFSIGNALED(last) && WTERMSIG(last) != SIGINT && WTERMSIG(last) != SIGPIPE)
		fprintf(stderr, "%s%s\n", strsignal(WTERMSIG(last)), WCOREDUMP(last) ? " (core dumped)" : "");
	else if (WIFSIGNALED(last) && monitor)
		fputs("\n", stderr);
	if (WIFSIGNALED(last) && WTERMSIG(last) == SIGINT && interactive)
		interrupted = loop_depth > 0; // ^C ends the loop around it too
	job_free(job);
	return status;
}

int job_wait(struct job *job)
{
	return wait_foreground(job);
}

void job_background(struct job *job)
{
	job->background = true;
	number_job(job);
	last_background = job->processes[job->count - 1].pid;
	if (interactive)
		fprintf(stderr, "[%d] %d\n", job->number, job->group);
}

// Before a prompt: says which background jobs ended or stopped since.
void jobs_notify(void)
{
	struct job *job, *next;
	while (wait_change(WNOHANG) > 0)
		;
	list_for_each_safe(job, next, &jobs, list) {
		if (!job->background || !is_done(job))
			continue;
		if (interactive)
			print_job(job, stderr);
		job_free(job);
	}
}

// "%1", "%+", "%%", "%name" or a process id.
static struct job *find_job(const char *name)
{
	struct job *job;
	if (name == NULL || strcmp(name, "%") == 0 || strcmp(name, "%%") == 0 || strcmp(name, "%+") == 0)
		return current_job();
	int number = atoi(name + (*name == '%'));
	list_for_each(job, &jobs, list) {
		if (*name == '%' ? job->number == number && number > 0 : job->group == number)
			return job;
		if (*name == '%' && number == 0 && strncmp(job->text, name + 1, strlen(name + 1)) == 0)
			return job;
		for (int i = 0; i < job->count; i++)
			if (*name != '%' && job->processes[i].pid == number)
				return job;
	}
	return NULL;
}

static int run_jobs(int count, char **arguments)
{
	struct job *job, *next;
	while (wait_change(WNOHANG) > 0)
		;
	list_for_each_safe(job, next, &jobs, list) {
		if (job->number == 0)
			continue;
		if (count > 1 && strcmp(arguments[1], "-p") == 0)
			printf("%d\n", job->group);
		else
			print_job(job, stdout);
		if (is_done(job))
			job_free(job);
	}
	return 0;
}

static int run_fg(int count, char **arguments) // and bg
{
	struct job *job = find_job(count > 1 ? arguments[1] : NULL);
	bool foreground = arguments[0][0] == 'f';
	if (job == NULL || !monitor) {
		shell_warn("%s: %s", arguments[0], monitor ? "no such job" : "no job control");
		return 2;
	}
	printf("%s\n", job->text);
	fflush(stdout);
	job->stopped = false;
	job->background = !foreground;
	if (foreground)
		tcsetpgrp(STDERR_FILENO, job->group);
	kill(-job->group, SIGCONT);
	return foreground ? wait_foreground(job) : 0;
}

// A job's status; a trapped signal ends the wait with 128 and its number's status of POSIX's choice: above 128.
static int wait_for(struct job *job)
{
	while (!is_done(job))
		if (wait_change(0) < 0)
			return is_done(job) ? job_status(job) : 128 + SIGINT;
	int status = job_status(job);
	job_free(job);
	return status;
}

static int run_wait(int count, char **arguments)
{
	struct job *job, *next;
	int status = 0;
	for (int i = 1; i < count; i++) {
		job = find_job(arguments[i]);
		status = job != NULL ? wait_for(job) : 127;
	}
	if (count == 1)
		list_for_each_safe(job, next, &jobs, list)
			if (job->background && !job->stopped)
				wait_for(job);
	return status;
}

static int run_kill(int count, char **arguments)
{
	int number = SIGTERM, i = 1, status = 0;
	if (count > 1 && strcmp(arguments[1], "-l") == 0) {
		for (i = 1; *signal_name(i) != '?'; i++)
			puts(signal_name(i));
		return 0;
	}
	if (i < count && arguments[i][0] == '-' && strcmp(arguments[i], "--") != 0) {
		const char *name = arguments[i][1] == 's' && arguments[i][2] == '\0' && i + 1 < count ? arguments[++i]
											      : arguments[i] + 1;
		number = signal_number(name);
		i++;
		if (number < 0) {
			shell_warn("kill: %s: no such signal", name);
			return 2;
		}
	}
	i += i < count && strcmp(arguments[i], "--") == 0;
	if (i == count) {
		shell_warn("usage: kill [-SIGNAL] PID|%%JOB...");
		return 2;
	}
	for (; i < count; i++) {
		char *end;
		struct job *job = arguments[i][0] == '%' ? find_job(arguments[i]) : NULL;
		pid_t pid = job != NULL ? -job->group : (pid_t)strtol(arguments[i], &end, 10);
		if ((job == NULL && (end == arguments[i] || *end != '\0')) || kill(pid, number) < 0) {
			shell_warn("kill: %s: %s", arguments[i],
				   pid != 0 ? strerror(errno) : "no such process or job");
			status = 1;
		}
	}
	return status;
}

BUILTIN("bg", run_fg, false)
BUILTIN("fg", run_fg, false)
BUILTIN("jobs", run_jobs, false)
BUILTIN("kill", run_kill, false)
BUILTIN("wait", run_wait, false)
