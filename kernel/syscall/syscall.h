// syscall.h: the dispatch table's doors.
#pragma once
void syscall_init(void);
void syscall_show(void); // /proc/groundup/syscalls: the support page
