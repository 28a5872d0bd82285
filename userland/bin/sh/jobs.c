// jobs.c: children. A job is what one pipeline started: its processes share a process group when the shell has a
// terminal to hand around ("monitor"), so ^C and ^Z reach all of them and not the shell.
//
// The table changes only by what waitpid tells, in record(); there is no SIGCHLD handler.
#include <errno.h>
#include <fcntl.h>
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
static bool monitor, terminal; // jobs have groups of their own; there is a terminal to hand around
static pid_t shell_group;
static struct termios shell_modes;

// Job control on: an interactive shell waits until it is in the foreground, then leads its own group and ignores the
// terminal's stops. A script only gives each job a group of its own. Off: the group that the terminal had gets it back.
void jobs_monitor(bool on)
{
	static const int ignored[] = {SIGQUIT, SIGTSTP, SIGTTIN, SIGTTOU, SIGTERM};
	static pid_t before;
	option[OPTION_MONITOR] = monitor = on;
	terminal = interactive && isatty(STDERR_FILENO);
	if (!terminal || on == (shell_group != 0))
		return;
	if (!on) {
		tcsetpgrp(STDERR_FILENO, before);
		setpgid(0, before);
		shell_group = 0;
		for (size_t i = 1; i < 4; i++)
			signal(ignored[i], SIG_DFL);
		return;
	}
	while (tcgetpgrp(STDERR_FILENO) != getpgrp() && tcgetpgrp(STDERR_FILENO) > 0)
		kill(0, SIGTTIN);
	for (size_t i = 0; i < sizeof(ignored) / sizeof(*ignored); i++)
		signal(ignored[i], SIG_IGN);
	before = getpgrp();
	setpgid(0, 0);
	shell_group = getpgrp();
	terminal = tcsetpgrp(STDERR_FILENO, shell_group) == 0;
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
		if (foreground && terminal)
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
	monitor = terminal = interactive = false;
	shell_group = 0;
	option[OPTION_MONITOR] = false;
	rescue = NULL;
	loop_depth = 0;
	if (traps_clear != NULL)
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

static int exit_status(int status)
{
	return WIFSTOPPED(status) ? 128 + WSTOPSIG(status) : WIFSIGNALED(status) ? 128 + WTERMSIG(status)
										 : WEXITSTATUS(status);
}

// The last process's status; with pipefail, that of the last one that failed.
static int job_status(const struct job *job)
{
	int status = 0;
	for (int i = job->count - 1; i >= 0 && status == 0; i--) {
		status = exit_status(job->processes[i].status);
		if (!option[OPTION_PIPEFAIL])
			break;
	}
	return status;
}

bool jobs_stopped(void)
{
	struct job *job;
	list_for_each(job, &jobs, list)
		if (job->stopped)
			return true;
	return false;
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

static void print_job(const struct job *job, FILE *to, bool group)
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
	fprintf(to, "[%d] %c ", job->number, job == current_job() ? '+' : '-');
	if (group)
		fprintf(to, "%d ", job->group);
	fprintf(to, "%-24s%s\n", state, job->text);
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
	if (terminal && monitor) {
		tcsetpgrp(STDERR_FILENO, shell_group);
		if (job->stopped || WIFSIGNALED(job->processes[job->count - 1].status))
			tcsetattr(STDERR_FILENO, TCSADRAIN, &shell_modes);
	}
	int status = job_status(job), last = job->processes[job->count - 1].status;
	if (job->stopped) {
		number_job(job);
		job->background = true;
		fputs("\n", stderr);
		print_job(job, stderr, false);
		return status;
	}
	if (WIFSIGNALED(last) && WTERMSIG(last) != SIGINT && WTERMSIG(last) != SIGPIPE && !in_child)
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
			print_job(job, stderr, false);
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

pid_t job_target(const char *name, bool *stopped)
{
	struct job *job = find_job(name);
	*stopped = job != NULL && job->stopped;
	return job == NULL ? 0 : monitor || job->count != 1 ? -job->group : job->processes[0].pid;
}

static int run_jobs(int count, char **arguments)
{
	struct job *job, *next;
	char form = 's';
	int i = 1, status = 0;
	for (; i < count && arguments[i][0] == '-'; i++)
		form = strchr(arguments[i], 'p') != NULL ? 'p' : strchr(arguments[i], 'l') != NULL ? 'l' : form;
	for (int named = i; named < count; named++)
		if (find_job(arguments[named]) == NULL) {
			shell_warn("jobs: No such job: %s", arguments[named]);
			status = 2;
		}
	while (wait_change(WNOHANG) > 0)
		;
	list_for_each_safe(job, next, &jobs, list) {
		bool wanted = i == count && job->number != 0;
		for (int named = i; named < count; named++)
			wanted |= find_job(arguments[named]) == job;
		if (!wanted)
			continue;
		if (form == 'p')
			printf("%d\n", job->group);
		else
			print_job(job, stdout, form == 'l');
		if (is_done(job) && form != 'p')
			job_free(job);
	}
	return status;
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
	if (foreground && terminal)
		tcsetpgrp(STDERR_FILENO, job->group);
	kill(-job->group, SIGCONT);
	return foreground ? wait_foreground(job) : 0;
}

// A job's status; a trapped signal ends the wait with 128 and its number's status of POSIX's choice: above 128.
static int wait_for(struct job *job)
{
	while (!is_done(job))
		if (wait_change(0) < 0)
			return is_done(job) ? job_status(job) : 128 + (trap_pending ? trap_pending : SIGINT);
	int status = job_status(job);
	job_free(job);
	return status;
}

static int run_wait(int count, char **arguments)
{
	struct job *job, *next;
	int status = 0, first = count > 1 && strcmp(arguments[1], "--") == 0 ? 2 : 1;
	for (int i = first; i < count; i++) {
		char *end;
		strtol(arguments[i], &end, 10);
		if (*arguments[i] != '%' && (*end != '\0' || end == arguments[i]))
			shell_error(2, "wait: Illegal number: %s", arguments[i]);
		job = find_job(arguments[i]);
		status = job != NULL ? wait_for(job) : 127;
	}
	if (first == count)
		list_for_each_safe(job, next, &jobs, list)
			if (job->background && !job->stopped && ((status = wait_for(job)), trap_pending || interrupted))
				return 128 + (trap_pending ? trap_pending : SIGINT);
	return first == count ? 0 : status;
}

BUILTIN("bg", run_fg, false)
BUILTIN("fg", run_fg, false)
BUILTIN("jobs", run_jobs, false)
BUILTIN("wait", run_wait, false)
