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
int tcsetattr(int descriptor, int when, const struct termios *attributes), tcflush(int descriptor, int queue);
int tcdrain(int descriptor);
void cfmakeraw(struct termios *attributes);
#define B0 0
#define B9600 015
#define B19200 016
#define CBAUD 0010017
#define TCOOFF 0
#define TCOON 1
#define TCIOFF 2
#define TCION 3
speed_t cfgetispeed(const struct termios *attributes), cfgetospeed(const struct termios *attributes);
int cfsetispeed(struct termios *attributes, speed_t speed), cfsetospeed(struct termios *attributes, speed_t speed);
int tcflow(int descriptor, int action), tcsendbreak(int descriptor, int duration);
pid_t tcgetsid(int descriptor);
