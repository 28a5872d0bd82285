#pragma once
#include_next <sys/wait.h>
#define WSTOPPED WUNTRACED // of waitid
