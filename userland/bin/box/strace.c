// strace.c: shows a program's system calls, by ptrace(2).
//
// A tracee is seized, so that its group stops stay stops (PTRACE_LISTEN). At the entry of a call its strings are read, since an
// exec or the call itself may change them; the line is printed when the call returns, with the buffers that it filled. Names and types of
// arguments are those of kernel/syscall/syscalls.tbl. A call that never returns is printed when its task ends.
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include "kernel/uapi/ptrace.h"
#include "userland/bin/box/box.h"
#include "userland/lib/signals/signals.h"

#define CALLS_MAX 512
#define TEXT_MAX 4096      // bytes of one line
#define SHOWN_DEFAULT 32   // bytes of a string
#define WAIT_ALL 0x40000000 // __WALL
#define FOLLOW (1u << PTRACE_EVENT_FORK | 1u << PTRACE_EVENT_VFORK | 1u << PTRACE_EVENT_CLONE)
#define ERESTARTSYS 512

static const struct {
	const char *name, *arguments;
} calls[CALLS_MAX] = {
#define SYSCALL(number, name, arguments) [number] = {#name, arguments},
#define ERROR(number, name)
#include "kernel/uapi/syscall_names.h"
};

static const char *const errors[] = {
#define SYSCALL(number, name, arguments)
#define ERROR(number, name) [number] = #name,
#include "kernel/uapi/syscall_names.h"
};

struct traced {
	struct traced *next;
	int pid;
	bool shown;  // false: its exec has not come yet
	bool inside; // a call
	uint64_t number, arguments[6];
	struct timespec entered;
	char text[TEXT_MAX]; // the call as far as its entry tells
};

static struct traced *all;
static FILE *output;
static bool follow, counting, chosen[CALLS_MAX], many;
static size_t shown_bytes = SHOWN_DEFAULT;
static struct {
	uint64_t calls, errors, nanoseconds;
} totals[CALLS_MAX];

static long trace(long request, int pid, uintptr_t address, uintptr_t data)
{
	return syscall(SYS_ptrace, request, (long)pid, address, data);
}

static struct traced *find(int pid)
{
	for (struct traced *each = all; each != NULL; each = each->next)
		if (each->pid == pid)
			return each;
	return NULL;
}

static struct traced *add(int pid, bool shown)
{
	struct traced *new = calloc(1, sizeof(*new));
	if (new == NULL)
		return NULL;
	new->pid = pid;
	new->shown = shown;
	new->next = all;
	many |= all != NULL;
	all = new;
	return new;
}

static void drop(int pid)
{
	for (struct traced **at = &all; *at != NULL; at = &(*at)->next)
		if ((*at)->pid == pid) {
			struct traced *gone = *at;
			*at = gone->next;
			free(gone);
			return;
		}
}

// ---- text ----

static void append(char *text, const char *template, ...) __attribute__((format(printf, 2, 3)));
static void append(char *text, const char *template, ...)
{
	va_list arguments;
	size_t used = strlen(text);
	va_start(arguments, template);
	vsnprintf(text + used, TEXT_MAX - used, template, arguments);
	va_end(arguments);
}

static size_t peek(int pid, uint64_t address, char *to, size_t size)
{
	size_t done = 0;
	while (done < size) { // by pages: the next one may not be there
		size_t piece = 4096 - (address + done) % 4096 < size - done ? 4096 - (address + done) % 4096 : size - done;
		struct iovec ours = {to + done, piece}, theirs = {(void *)(uintptr_t)(address + done), piece};
		ssize_t got = syscall(SYS_process_vm_readv, (long)pid, &ours, 1l, &theirs, 1l, 0l);
		if (got <= 0)
			break;
		done += (size_t)got;
	}
	return done;
}

static void append_bytes(char *text, const char *bytes, size_t count, bool more)
{
	static const char escaped[] = "\a\b\t\n\v\f\r\"\\", letters[] = "abtnvfr\"\\";
	append(text, "\"");
	for (size_t i = 0; i < count; i++) {
		const char *place = bytes[i] != '\0' ? strchr(escaped, bytes[i]) : NULL;
		bool digit = i + 1 < count && bytes[i + 1] >= '0' && bytes[i + 1] <= '9';
		if (place != NULL)
			append(text, "\\%c", letters[place - escaped]);
		else if (bytes[i] >= ' ' && bytes[i] < 127)
			append(text, "%c", bytes[i]);
		else
			append(text, digit ? "\\%03o" : "\\%o", (unsigned char)bytes[i]);
	}
	append(text, more ? "\"..." : "\"");
}

static void append_string(char *text, int pid, uint64_t address) // that ends by a NUL
{
	char bytes[TEXT_MAX] = "";
	size_t got = address != 0 ? peek(pid, address, bytes, shown_bytes + 1) : 0, length = strnlen(bytes, got);
	if (address == 0)
		append(text, "NULL");
	else if (got == 0)
		append(text, "0x%" PRIx64, address);
	else
		append_bytes(text, bytes, length < shown_bytes ? length : shown_bytes, length > shown_bytes);
}

static void append_buffer(char *text, int pid, uint64_t address, uint64_t size)
{
	char bytes[TEXT_MAX];
	size_t wanted = size < shown_bytes ? size : shown_bytes, got = peek(pid, address, bytes, wanted);
	if (got < wanted)
		append(text, "0x%" PRIx64, address);
	else
		append_bytes(text, bytes, wanted, size > wanted);
}

static void append_vector(char *text, int pid, uint64_t address) // argv
{
	uint64_t pointer;
	append(text, "[");
	for (int i = 0; i < 32 && peek(pid, address + 8u * (unsigned)i, (char *)&pointer, 8) == 8 && pointer != 0; i++) {
		append(text, i != 0 ? ", " : "");
		append_string(text, pid, pointer);
	}
	append(text, "]");
}

// ---- calls ----

// Where the bytes of a call's buffer come from: its caller (write ...) or the call.
static bool gives_bytes(const char *name)
{
	return strncmp(name, "write", 5) == 0 || strncmp(name, "pwrite", 6) == 0 || strncmp(name, "send", 4) == 0;
}

static void append_argument(struct traced *traced, const char *type, size_t length, const char *name, uint64_t value, uint64_t following)
{
	const char *call = calls[traced->number].name;
	bool is_buffer = strncmp(name, "buffer", 6) == 0;
	if (strncmp(type, "path", length) == 0)
		append_string(traced->text, traced->pid, value);
	else if (traced->number == SYS_execve && strncmp(name, "argv", 4) == 0)
		append_vector(traced->text, traced->pid, value);
	else if (strncmp(type, "addr", length) == 0 && is_buffer && gives_bytes(call) && value != 0)
		append_buffer(traced->text, traced->pid, value, following);
	else if (strncmp(type, "addr", length) == 0 && is_buffer && value != 0)
		append(traced->text, "\1%" PRIu64 "\1", value); // its bytes come with the result
	else if (strncmp(type, "addr", length) == 0 || strncmp(type, "u64", length) == 0)
		append(traced->text, value != 0 ? "0x%" PRIx64 : strncmp(type, "addr", length) == 0 ? "NULL" : "0", value);
	else if (strncmp(name, "signal", 6) == 0)
		append(traced->text, "SIG%s", signal_name((int)value));
	else if (strncmp(type, "mode", length) == 0)
		append(traced->text, "%#o", (unsigned)value);
	else if (strncmp(type, "size", length) == 0)
		append(traced->text, "%" PRIu64, value);
	else if (strncmp(type, "off", length) == 0)
		append(traced->text, "%" PRId64, (int64_t)value);
	else if (strncmp(type, "fd", length) == 0 && (int)value == AT_FDCWD)
		append(traced->text, "AT_FDCWD");
	else if (strncmp(name, "flags", 5) == 0 || strncmp(type, "uint", length) == 0)
		append(traced->text, (unsigned)value < 10 ? "%u" : "%#x", (unsigned)value);
	else
		append(traced->text, "%d", (int)value);
}

static void enter(struct traced *traced)
{
	bool known = traced->number < CALLS_MAX && calls[traced->number].name != NULL;
	traced->text[0] = '\0';
	if (!known) {
		append(traced->text, "syscall_%#" PRIx64 "(", traced->number);
		return;
	}
	append(traced->text, "%s(", calls[traced->number].name);
	const char *at = calls[traced->number].arguments;
	for (int i = 0; i < 6 && *at != '\0'; i++) { // TYPE:name TYPE:name ...
		size_t type = strcspn(at, ":"), whole = strcspn(at, " ");
		append(traced->text, i != 0 ? ", " : "");
		append_argument(traced, at, type, at + type + 1, traced->arguments[i], i < 5 ? traced->arguments[i + 1] : 0);
		at += whole + (at[whole] == ' ');
	}
}

static bool wanted(const struct traced *traced)
{
	return traced->shown && (traced->number >= CALLS_MAX || chosen[traced->number]);
}

static void begin_line(int pid)
{
	if (many)
		fprintf(output, "[pid %5d] ", pid);
}

// The line so far, with what the call wrote into a buffer.
static void print_call(struct traced *traced, int64_t result)
{
	char line[TEXT_MAX] = "";
	char *mark = strchr(traced->text, '\1');
	if (mark != NULL) {
		char *end;
		*mark = '\0';
		uint64_t address = strtoull(mark + 1, &end, 10);
		append(line, "%s", traced->text);
		if (result > 0)
			append_buffer(line, traced->pid, address, (uint64_t)result);
		else
			append(line, "0x%" PRIx64, address);
		append(line, "%s", *end == '\1' ? end + 1 : end);
	} else
		append(line, "%s", traced->text);
	begin_line(traced->pid);
	int width = fprintf(output, "%s)", line);
	fprintf(output, "%*s = ", width < 39 ? 39 - width : 0, "");
}

static void leave(struct traced *traced, int64_t result)
{
	struct timespec now;
	bool error = result < 0 && result >= -4095;
	clock_gettime(CLOCK_MONOTONIC, &now);
	traced->inside = false;
	if (counting && traced->number < CALLS_MAX) {
		totals[traced->number].calls++;
		totals[traced->number].errors += error;
		totals[traced->number].nanoseconds += (uint64_t)((now.tv_sec - traced->entered.tv_sec) * 1000000000l + now.tv_nsec - traced->entered.tv_nsec);
		return;
	}
	print_call(traced, result);
	uint64_t number = traced->number;
	if (result == -ERESTARTSYS)
		fprintf(output, "? ERESTARTSYS (a signal came)\n");
	else if (error && (uint64_t)-result < sizeof(errors) / sizeof(*errors) && errors[-result] != NULL)
		fprintf(output, "-1 %s (%s)\n", errors[-result], strerror((int)-result));
	else if (number == SYS_mmap || number == SYS_brk || number == SYS_mremap)
		fprintf(output, "0x%" PRIx64 "\n", (uint64_t)result);
	else
		fprintf(output, "%" PRId64 "\n", result);
}

static void at_call(struct traced *traced)
{
	struct abi_syscall_info info = {0};
	if (trace(PTRACE_GET_SYSCALL_INFO, traced->pid, sizeof(info), (uintptr_t)&info) <= 0)
		return;
	if (info.op == PTRACE_SYSCALL_INFO_EXIT && traced->inside && wanted(traced))
		leave(traced, info.value);
	traced->inside = info.op == PTRACE_SYSCALL_INFO_ENTRY;
	if (!traced->inside)
		return;
	traced->number = info.number;
	traced->shown |= info.number == SYS_execve;
	memcpy(traced->arguments, info.arguments, sizeof(traced->arguments));
	clock_gettime(CLOCK_MONOTONIC, &traced->entered);
	if (wanted(traced) && !counting)
		enter(traced);
}

// ---- stops and ends ----

static void at_signal(struct traced *traced, int signal)
{
	siginfo_t info = {0};
	if (counting || !traced->shown)
		return;
	begin_line(traced->pid);
	if (trace(PTRACE_GETSIGINFO, traced->pid, 0, (uintptr_t)&info) != 0)
		fprintf(output, "--- SIG%s ---\n", signal_name(signal));
	else if (signal == SIGCHLD && info.si_code > 0)
		fprintf(output, "--- SIGCHLD {si_code=%d, si_pid=%d, si_uid=%u, si_status=%d} ---\n", info.si_code, (int)info.si_pid, (unsigned)info.si_uid, info.si_status);
	else if (info.si_code <= 0)
		fprintf(output, "--- SIG%s {si_code=%d, si_pid=%d, si_uid=%u} ---\n", signal_name(signal), info.si_code, (int)info.si_pid, (unsigned)info.si_uid);
	else
		fprintf(output, "--- SIG%s {si_code=%d, si_addr=0x%" PRIx64 "} ---\n", signal_name(signal), info.si_code, (uint64_t)(uintptr_t)info.si_addr);
}

static void ended(struct traced *traced, int status)
{
	if (counting || !traced->shown)
		return;
	if (traced->inside && wanted(traced)) {
		print_call(traced, 0);
		fprintf(output, "?\n");
	}
	begin_line(traced->pid);
	if (WIFEXITED(status))
		fprintf(output, "+++ exited with %d +++\n", WEXITSTATUS(status));
	else
		fprintf(output, "+++ killed by SIG%s +++\n", signal_name(WTERMSIG(status)));
}

static bool stops(int signal)
{
	return signal == SIGSTOP || signal == SIGTSTP || signal == SIGTTIN || signal == SIGTTOU;
}

static void stopped(struct traced *traced, int status)
{
	int signal = WSTOPSIG(status), event = status >> 16, deliver = 0;
	if (event == PTRACE_EVENT_STOP && stops(signal)) {
		if (!counting && traced->shown) {
			begin_line(traced->pid);
			fprintf(output, "--- stopped by SIG%s ---\n", signal_name(signal));
		}
		trace(PTRACE_LISTEN, traced->pid, 0, 0);
		return;
	}
	if (signal == (SIGTRAP | 0x80))
		at_call(traced);
	else if (event == 0) {
		deliver = signal;
		at_signal(traced, signal);
	}
	trace(PTRACE_SYSCALL, traced->pid, 0, (uintptr_t)deliver);
}

// Until nobody is left. The status of `first`; negative: the signal that killed it.
static int watch(int first)
{
	int status, pid, result = 0;
	while (all != NULL && ((pid = (int)syscall(SYS_wait4, -1l, &status, (long)WAIT_ALL, NULL)) > 0 || errno == EINTR)) {
		struct traced *traced = pid > 0 ? find(pid) : NULL;
		if (pid > 0 && traced == NULL && WIFSTOPPED(status))
			traced = add(pid, true); // a child that its parent has not told of yet
		if (traced == NULL)
			continue;
		if (WIFSTOPPED(status)) {
			stopped(traced, status);
			continue;
		}
		ended(traced, status);
		if (pid == first)
			result = WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
		drop(pid);
	}
	return result;
}

// ---- the start ----

static int by_time(const void *a, const void *b)
{
	uint64_t x = totals[*(const int *)a].nanoseconds, y = totals[*(const int *)b].nanoseconds;
	return (x < y) - (x > y);
}

static void print_totals(void)
{
	int order[CALLS_MAX], used = 0;
	uint64_t sum_calls = 0, sum_errors = 0, sum = 0;
	for (int i = 0; i < CALLS_MAX; i++)
		if (totals[i].calls != 0) {
			order[used++] = i;
			sum_calls += totals[i].calls;
			sum_errors += totals[i].errors;
			sum += totals[i].nanoseconds;
		}
	qsort(order, (size_t)used, sizeof(*order), by_time);
	fprintf(output, "%% time     seconds  usecs/call     calls    errors syscall\n------ ----------- ----------- --------- --------- ----------------\n");
	for (int i = 0; i < used; i++) {
		uint64_t ns = totals[order[i]].nanoseconds, count = totals[order[i]].calls;
		fprintf(output, "%6.2f %11.6f %11" PRIu64 " %9" PRIu64 " %9" PRIu64 " %s\n", sum != 0 ? (double)ns * 100 / (double)sum : 0,
			(double)ns / 1e9, ns / count / 1000, count, totals[order[i]].errors, calls[order[i]].name != NULL ? calls[order[i]].name : "?");
	}
	fprintf(output, "------ ----------- ----------- --------- --------- ----------------\n");
	fprintf(output, "100.00 %11.6f %11" PRIu64 " %9" PRIu64 " %9" PRIu64 " total\n", (double)sum / 1e9, sum_calls != 0 ? sum / sum_calls / 1000 : 0,
		sum_calls, sum_errors);
}

static int number_of(const char *name, size_t length)
{
	for (int i = 0; i < CALLS_MAX; i++)
		if (calls[i].name != NULL && strlen(calls[i].name) == length && memcmp(calls[i].name, name, length) == 0)
			return i;
	return -1;
}

// "trace=open,close", "trace=!read", "trace=all"
static int choose(struct call *call, const char *text)
{
	text = text != NULL ? text + (strncmp(text, "trace=", 6) == 0 ? 6 : 0) : "all";
	bool not = *text == '!' && text++ != NULL, everything = strcmp(text, "all") == 0;
	memset(chosen, not || everything, sizeof(chosen));
	for (size_t length; !everything && *text != '\0'; text += length + (text[length] == ',')) {
		length = strcspn(text, ",");
		int number = number_of(text, length);
		if (number < 0)
			return complain(call, "no system call is named '%.*s'", (int)length, text);
		chosen[number] = !not;
	}
	return 0;
}

static unsigned options(bool own)
{
	return PTRACE_O_TRACESYSGOOD | (own ? PTRACE_O_EXITKILL : 0) | (follow ? FOLLOW : 0);
}

// A child that stops before its exec, so that it can be seized.
static int start(struct call *call)
{
	int status, pid = fork();
	if (pid == 0) {
		raise(SIGSTOP);
		execvp(call->operands[0], call->operands);
		fprintf(stderr, "strace: %s: %s\n", call->operands[0], strerror(errno));
		_exit(errno == ENOENT ? 127 : 126);
	}
	if (pid < 0 || waitpid(pid, &status, WUNTRACED) != pid || trace(PTRACE_SEIZE, pid, 0, options(true)) != 0)
		return fail(call, call->operands[0]), -1;
	kill(pid, SIGCONT);
	return add(pid, false) != NULL ? pid : -1;
}

static int attach(struct call *call, const char *text)
{
	long pid;
	if (take_number(call, text, &pid) != 0)
		return -1;
	if (trace(PTRACE_SEIZE, (int)pid, 0, options(false)) != 0 || trace(PTRACE_INTERRUPT, (int)pid, 0, 0) != 0)
		return fail(call, text), -1;
	return add((int)pid, true) != NULL ? (int)pid : -1;
}

static int run_strace(struct call *call)
{
	long bytes = SHOWN_DEFAULT;
	follow = call->option['f'];
	counting = call->option['c'];
	if ((call->value['p'] == NULL) == (call->count == 0))
		return wrong_use(call, "a command or -p PID is needed");
	if (choose(call, call->value['e']) != 0 || (call->value['s'] != NULL && take_number(call, call->value['s'], &bytes) != 0))
		return 1;
	shown_bytes = bytes < 0 ? 0 : bytes > TEXT_MAX / 8 ? TEXT_MAX / 8 : (size_t)bytes;
	output = call->value['o'] != NULL ? fopen(call->value['o'], "w") : stderr;
	if (output == NULL)
		return fail(call, call->value['o']);
	if (output != stderr)
		fcntl(fileno(output), F_SETFD, FD_CLOEXEC); // the command's first file is its own
	setvbuf(output, NULL, _IOLBF, BUFSIZ);
	if (call->value['p'] == NULL)
		signal(SIGINT, SIG_IGN); // the command's; -p lets go of its tracee by ending
	int pid = call->value['p'] != NULL ? attach(call, call->value['p']) : start(call);
	if (pid < 0)
		return 1;
	int status = watch(pid);
	if (counting)
		print_totals();
	fflush(output);
	if (status < 0) { // as whoever waits for it would have seen
		signal(-status, SIG_DFL);
		raise(-status);
	}
	return status;
}

TOOL("strace", "+fco:e:p:s: follow-forks=f summary-only=c output=o trace=e attach=p string-limit=s", "[COMMAND [ARGUMENT...]]",
     "show a program's system calls and signals (-f: its children's; -c: counts; -e trace=[!]NAME,...; -p PID)", 0, -1, run_strace)
