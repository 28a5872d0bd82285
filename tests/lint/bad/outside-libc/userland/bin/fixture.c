// A header that our own C library does not have: refused as "an outside include".
#include <sys/epoll_of_another_world.h>
