#pragma once
#include <fcntl.h>
int flock(int descriptor, int operation);
