// tcp.h: c_redis's TCP; a server without it has its serial port only.
#pragma once

int tcp_listen(int port) __attribute__((weak)); // on 127.0.0.1: a listener, or -1 with errno
int tcp_accept(int listener) __attribute__((weak));
