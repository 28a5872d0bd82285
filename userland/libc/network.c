// network.c: IPv4 addresses as text.
#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>

int inet_pton(int family, const char *restrict text, void *restrict to)
{
	unsigned part[4];
	int end = 0;
	if (family != AF_INET) {
		errno = EAFNOSUPPORT;
		return -1;
	}
	if (sscanf(text, "%3u.%3u.%3u.%3u%n", &part[0], &part[1], &part[2], &part[3], &end) != 4 || text[end] != '\0')
		return 0;
	for (int i = 0; i < 4; i++) {
		if (part[i] > 255)
			return 0;
		((unsigned char *)to)[i] = (unsigned char)part[i];
	}
	return 1;
}

const char *inet_ntop(int family, const void *restrict from, char *restrict to, socklen_t size)
{
	const unsigned char *part = from;
	if (family == AF_INET && snprintf(to, size, "%d.%d.%d.%d", part[0], part[1], part[2], part[3]) < (int)size)
		return to;
	errno = family == AF_INET ? ENOSPC : EAFNOSUPPORT;
	return NULL;
}
