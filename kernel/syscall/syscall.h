// syscall.h: the dispatch table's doors.
#pragma once
void syscall_init(void);
