// fcntl.h: the bits of a mode, and who gets SIGIO.
#pragma once
#include_next <fcntl.h>
#include <sys/stat.h>
#define O_RSYNC O_SYNC
#define F_SETOWN 8
#define F_GETOWN 9
