// process.c: finding and starting programs.
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define LIST_ARGUMENTS 64

// Searches PATH for a name without a slash. EACCES found on the way wins over ENOENT, as POSIX wants.
int execvpe(const char *name, char *const arguments[], char *const environment[])
{
	if (strchr(name, '/') != NULL || *name == '\0')
		return execve(name, arguments, environment);
	const char *directory = getenv("PATH");
	if (directory == NULL)
		directory = "/bin:/usr/bin";
	int reported = ENOENT;
	for (;;) {
		char path[PATH_MAX];
		const char *end = strchrnul(directory, ':');
		int size = snprintf(path, sizeof(path), "%.*s%s%s", (int)(end - directory), directory,
				    end != directory ? "/" : "", name);
		if (size < (int)sizeof(path))
			execve(path, arguments, environment);
		if (errno == EACCES)
			reported = EACCES;
		else if (errno != ENOENT && errno != ENOTDIR)
			return -1;
		if (*end == '\0')
			break;
		directory = end + 1;
	}
	errno = reported;
	return -1;
}

int execvp(const char *name, char *const arguments[])
{
	return execvpe(name, arguments, environ);
}

// The arguments up to NULL; what follows it is left in *rest.
static int collect(char **arguments, const char *first, va_list *rest)
{
	int count = 0;
	for (const char *argument = first; argument != NULL; argument = va_arg(*rest, char *)) {
		if (count == LIST_ARGUMENTS - 1) {
			errno = E2BIG;
			return -1;
		}
		arguments[count++] = (char *)argument;
	}
	arguments[count] = NULL;
	return 0;
}

int execl(const char *path, const char *argument, ...)
{
	char *arguments[LIST_ARGUMENTS];
	va_list rest;
	va_start(rest, argument);
	int rc = collect(arguments, argument, &rest);
	va_end(rest);
	return rc == 0 ? execv(path, arguments) : rc;
}

int execlp(const char *name, const char *argument, ...)
{
	char *arguments[LIST_ARGUMENTS];
	va_list rest;
	va_start(rest, argument);
	int rc = collect(arguments, argument, &rest);
	va_end(rest);
	return rc == 0 ? execvp(name, arguments) : rc;
}

// The environment follows the NULL that ends the arguments.
int execle(const char *path, const char *argument, ...)
{
	char *arguments[LIST_ARGUMENTS], *const *environment;
	va_list rest;
	va_start(rest, argument);
	int rc = collect(arguments, argument, &rest);
	environment = va_arg(rest, char *const *);
	va_end(rest);
	return rc == 0 ? execve(path, arguments, environment) : rc;
}

// By the descriptor's name under /proc: one that is closed on exec can run no script.
int fexecve(int fd, char *const arguments[], char *const environment[])
{
	char path[32];
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	execve(path, arguments, environment);
	if (errno == ENOENT && fcntl(fd, F_GETFD) < 0)
		errno = EBADF;
	return -1;
}
