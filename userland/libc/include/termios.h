#pragma once
#include <sys/types.h>
#include <abi_names.h>
#include "kernel/uapi/termios.h"
#define NCCS NCCS_KERNEL
#define TCSANOW 0
#define TCSADRAIN 1
#define TCSAFLUSH 2
typedef unsigned tcflag_t, speed_t;
typedef unsigned char cc_t;
int tcgetattr(int descriptor, struct termios *attributes);
int tcsetattr(int descriptor, int when, const struct termios *attributes);
int tcflush(int descriptor, int queue);
int tcdrain(int descriptor);
void cfmakeraw(struct termios *attributes);
