// signal.h: what a signal may say of its cause, and the types of threads.
#pragma once
#include_next <signal.h>
#include <pthread_types.h>
typedef struct abi_sigcontext mcontext_t;
#define ILL_ILLOPC 1
#define ILL_ILLADR 3
#define ILL_ILLTRP 4
#define ILL_PRVOPC 5
#define ILL_PRVREG 6
#define ILL_COPROC 7
#define ILL_BADSTK 8
#define FPE_INTOVF 2
#define FPE_FLTOVF 4
#define FPE_FLTUND 5
#define FPE_FLTRES 6
#define FPE_FLTSUB 8
#define BUS_OBJERR 3
#define POLL_IN 1
#define POLL_OUT 2
#define POLL_MSG 3
#define POLL_ERR 4
#define POLL_PRI 5
#define POLL_HUP 6
#ifndef SI_TIMER
#define SI_TIMER (-2)
#endif
#define SI_MESGQ (-3)
#define SI_ASYNCIO (-4)
