// event.c: a pipe, a timer and a signal on libevent, by each of its back ends. libs: -levent -lpthread
#include <event2/event.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static int ends[2], left;

static void readable(evutil_socket_t fd, short what, void *base)
{
	char byte;
	printf("read %zd: %c\n", read(fd, &byte, 1), byte);
	raise(SIGUSR1);
}

static void timeout(evutil_socket_t fd, short what, void *base)
{
	printf("time\n");
	write(ends[1], "x", 1);
}

static void signalled(evutil_socket_t number, short what, void *base)
{
	printf("signal\n");
	event_base_loopbreak(base);
}

int main(void)
{
	const char **methods = event_get_supported_methods();
	for (int i = 0; methods[i] != NULL; i++) {
		struct event_config *config = event_config_new();
		for (int j = 0; methods[j] != NULL; j++)
			if (j != i)
				event_config_avoid_method(config, methods[j]);
		struct event_base *base = event_base_new_with_config(config);
		if (base == NULL)
			return 1;
		printf("%s\n", event_base_get_method(base));
		pipe(ends);
		struct timeval soon = {0, 10000};
		event_add(event_new(base, ends[0], EV_READ, readable, base), NULL);
		event_add(evtimer_new(base, timeout, base), &soon);
		event_add(evsignal_new(base, SIGUSR1, signalled, base), NULL);
		event_base_dispatch(base);
		event_base_free(base);
		close(ends[0]), close(ends[1]);
	}
	return 0;
}
