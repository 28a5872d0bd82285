// syslog.c: messages for the log daemon at /dev/log (RFC 3164's form); without one, for the kernel's log.
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <syslog.h>
#include <time.h>
#include <unistd.h>
#include "userland/libc/thread.h"

#define MESSAGE_MAX 1024

static int log_fd = -1, log_options, log_facility = LOG_USER, log_mask = 0xff, lock;
static bool is_kernel;
static const char *log_name = "";

static void open_log(void)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX, .sun_path = "/dev/log"};
	if (log_fd >= 0)
		return;
	log_fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (log_fd >= 0 && connect(log_fd, (struct sockaddr *)&address, sizeof(address)) == 0) {
		is_kernel = false;
		return;
	}
	if (log_fd >= 0)
		close(log_fd);
	log_fd = open("/dev/kmsg", O_WRONLY | O_CLOEXEC);
	is_kernel = true;
}

void openlog(const char *name, int options, int facility)
{
	libc_lock(&lock);
	log_name = name != NULL ? name : "";
	log_options = options;
	log_facility = facility != 0 ? facility : log_facility;
	if (options & LOG_NDELAY)
		open_log();
	libc_unlock(&lock);
}

void closelog(void)
{
	libc_lock(&lock);
	if (log_fd >= 0)
		close(log_fd);
	log_fd = -1;
	libc_unlock(&lock);
}

int setlogmask(int mask)
{
	int before = log_mask;
	if (mask != 0)
		log_mask = mask;
	return before;
}

// Replaces "%m" by what errno says. False: it does not fit.
static bool put_errno(const char *template, int error, char *to, size_t size)
{
	size_t used = 0;
	for (; *template != '\0' && used + 2 < size; template++) {
		if (template[0] == '%' && template[1] == 'm') {
			int added = snprintf(to + used, size - used, "%s", strerror(error));
			used += (size_t)added < size - used ? (size_t)added : size - used - 1;
			template++;
			continue;
		}
		if (template[0] == '%' && template[1] != '\0')
			to[used++] = *template++;
		to[used++] = *template;
	}
	to[used] = '\0';
	return *template == '\0';
}

void vsyslog(int priority, const char *template, va_list args)
{
	char message[MESSAGE_MAX], filled[MESSAGE_MAX], when[32];
	int error = errno;
	time_t now = time(NULL);
	struct tm fields;
	if (!(log_mask & LOG_MASK(priority & 7)))
		return;
	priority |= priority & ~7 ? 0 : log_facility;
	put_errno(template, error, filled, sizeof(filled));
	strftime(when, sizeof(when), "%b %e %H:%M:%S ", localtime_r(&now, &fields));
	libc_lock(&lock);
	open_log();
	int head = snprintf(message, sizeof(message), is_kernel ? "<%d>%.0s" : "<%d>%s", priority, when), start = head;
	head += snprintf(message + head, sizeof(message) - head, log_options & LOG_PID ? "%.200s[%d]: " : *log_name != '\0' ? "%.200s: " : "%.200s", log_name, getpid());
	int size = head + vsnprintf(message + head, sizeof(message) - head, filled, args);
	size = size < MESSAGE_MAX ? size : MESSAGE_MAX - 1;
	ssize_t written = log_fd >= 0 ? write(log_fd, message, size) : -1;
	if ((log_options & LOG_PERROR) || (written < 0 && (log_options & LOG_CONS)))
		dprintf(STDERR_FILENO, "%s\n", message + start);
	libc_unlock(&lock);
	errno = error;
}

void syslog(int priority, const char *template, ...)
{
	va_list args;
	va_start(args, template);
	vsyslog(priority, template, args);
	va_end(args);
}
