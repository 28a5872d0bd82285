// errno.h: numbers that no part of the system gives, but that programs may name.
#pragma once
#include_next <errno.h>
#define ENOMSG 42
#define EIDRM 43
#define ENOSTR 60
#define ENOSR 63
#define ENOLINK 67
#define EMULTIHOP 72
#define ENETRESET 102
