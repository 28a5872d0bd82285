// pipe.h: pipes and FIFOs.
#pragma once
#include "kernel/fs/fs.h"

extern const struct file_operations fifo_operations; // of S_IFIFO inodes: open() waits for the other end
