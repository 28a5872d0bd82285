// locks.c: two programs deadlock. Ann holds file a and wants b, Bob holds b and wants a. Whoever asks second would close
// the circle, so the kernel refuses that request with EDEADLK instead of letting both wait for ever.
//
// The parent directs: it lets each child take its first lock, then Ann ask for b (she sleeps), shows /proc/locks, then
// lets Bob ask for a. Bob gives b back when he is refused, and Ann goes on.
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define WAIT_MS 5000 // for Ann to be seen waiting

struct actor {
	const char *name, *first, *second;
	int cue, reply; // pipes: the parent writes cues, the child answers
	pid_t pid;
};

static int lock_file(const char *path)
{
	int fd = open(path, O_RDWR | O_CREAT, 0644);
	struct flock whole = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
	if (fd < 0)
		return -1;
	return fcntl(fd, F_SETLKW, &whole) < 0 ? -1 : fd;
}

static void say(const struct actor *actor, const char *text, const char *path)
{
	printf("%s (pid %d) %s %s\n", actor->name, getpid(), text, path);
	fflush(stdout);
}

static void act(const struct actor *actor)
{
	char cue;
	int first = lock_file(actor->first);
	say(actor, first >= 0 ? "holds" : "cannot lock", actor->first);
	if (write(actor->reply, "1", 1) != 1 || read(actor->cue, &cue, 1) != 1)
		_exit(1);
	say(actor, "asks for", actor->second);
	int rc = lock_file(actor->second), error = errno;
	if (rc < 0 && error == EDEADLK) {
		say(actor, "is refused: EDEADLK,", strerror(error));
		say(actor, "gives back", actor->first);
		close(first); // to give way is what makes progress
	} else {
		say(actor, rc < 0 ? strerror(error) : "has got", actor->second);
	}
	_exit(rc >= 0 ? 0 : error == EDEADLK ? EDEADLK : 1);
}

static void start(struct actor *actor)
{
	int cue[2], reply[2];
	char answer;
	if (pipe(cue) < 0 || pipe(reply) < 0 || (actor->pid = fork()) < 0) {
		perror("locks");
		exit(1);
	}
	if (actor->pid == 0) {
		close(cue[1]); // or the parent's end would never see an end of file
		close(reply[0]);
		actor->cue = cue[0];
		actor->reply = reply[1];
		act(actor);
	}
	close(cue[0]);
	close(reply[1]);
	actor->cue = cue[1];
	actor->reply = reply[0];
	if (read(actor->reply, &answer, 1) != 1)
		exit(1);
}

static void cue(const struct actor *actor)
{
	if (write(actor->cue, "1", 1) != 1)
		exit(1);
}

// Whether /proc/locks shows `pid` waiting ("1: -> POSIX ADVISORY WRITE pid ...").
static int is_waiting(pid_t pid)
{
	char line[256], *waiting;
	int found = 0;
	FILE *file = fopen("/proc/locks", "r");
	while (file != NULL && fgets(line, sizeof(line), file) != NULL)
		if ((waiting = strstr(line, "-> ")) != NULL)
			found |= atoi(waiting + strcspn(waiting, "0123456789")) == pid;
	if (file != NULL)
		fclose(file);
	return found;
}

static int show(const char *title, const char *path)
{
	char line[512];
	FILE *file = fopen(path, "r");
	if (file == NULL)
		return -1;
	puts(title);
	while (fgets(line, sizeof(line), file) != NULL)
		printf("  %s", line);
	fclose(file);
	fflush(stdout);
	return 0;
}

int main(int count, char **arguments)
{
	struct actor ann = {.name = "Ann", .first = "/tmp/a", .second = "/tmp/b"};
	struct actor bob = {.name = "Bob", .first = "/tmp/b", .second = "/tmp/a"};
	int status_ann, status_bob;
	if (count > 1) {
		int help = strcmp(arguments[1], "--help") == 0;
		fputs("usage: locks\nTwo processes deadlock over two files; shows what the kernel sees and whom it refuses.\n",
		      help ? stdout : stderr);
		return help ? 0 : 2;
	}
	start(&ann);
	start(&bob);
	cue(&ann);
	for (int waited = 0; !is_waiting(ann.pid) && waited < WAIT_MS; waited += 10)
		nanosleep(&(struct timespec){0, 10000000}, NULL);
	show("/proc/locks, one waiter and no circle yet (\"->\" waits for the lock above it):", "/proc/locks");
	cue(&bob);
	waitpid(bob.pid, &status_bob, 0);
	waitpid(ann.pid, &status_ann, 0);
	if (show("What the kernel saw, and the rule in its source:", "/proc/groundup/deadlock") < 0)
		puts("This kernel keeps no record of the circle it refused.");
	unlink("/tmp/a");
	unlink("/tmp/b");
	return WEXITSTATUS(status_bob) == EDEADLK && status_ann == 0 && fflush(stdout) == 0 && !ferror(stdout) ? 0 : 1;
}
