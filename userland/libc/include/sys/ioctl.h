#pragma once
#include <abi_names.h>
#include "kernel/uapi/termios.h"
#define FIONBIO 0x5421
int ioctl(int descriptor, unsigned long request, ...);
