// int13.h: beside the handler, which regs.h declares.
#pragma once
#include "bios/disk.h"

// Tells programs of the hard disks: 40:75, and the tables behind INT 41h and 46h. When disks[] is in its
// final order.
void int13_publish(void);
