#pragma once
#include <netinet/in.h>
int inet_pton(int family, const char *restrict text, void *restrict to);
const char *inet_ntop(int family, const void *restrict from, char *restrict to, socklen_t size);
char *inet_ntoa(struct in_addr address);
in_addr_t inet_addr(const char *text);
