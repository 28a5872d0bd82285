// sys/stat.h: message queues, semaphores and shared memory are no types of file here.
#pragma once
#include_next <sys/stat.h>
#define S_TYPEISMQ(status) ((void)(status), 0)
#define S_TYPEISSEM(status) ((void)(status), 0)
#define S_TYPEISSHM(status) ((void)(status), 0)
