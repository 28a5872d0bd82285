// wait_status.h: what <sys/wait.h> and <stdlib.h> share.
#pragma once
#define WEXITSTATUS(status) ((status) >> 8 & 0xff)
#define WTERMSIG(status) ((status) & 0x7f)
#define WSTOPSIG(status) WEXITSTATUS(status)
#define WIFEXITED(status) (WTERMSIG(status) == 0)
#define WIFSTOPPED(status) (((status) & 0xff) == 0x7f)
#define WIFCONTINUED(status) ((status) == 0xffff)
#define WIFSIGNALED(status) (!WIFEXITED(status) && !WIFSTOPPED(status) && !WIFCONTINUED(status))
#define WCOREDUMP(status) ((status) & 0x80)
