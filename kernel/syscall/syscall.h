// syscall.h: the dispatch table's doors.
#pragma once
#include <stdint.h>
void syscall_init(void);
const char *syscall_name(uint64_t number); // NULL: none
