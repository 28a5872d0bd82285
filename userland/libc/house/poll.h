#pragma once
#include_next <poll.h>
#define POLLRDBAND 0x80
#define POLLWRBAND 0x200
