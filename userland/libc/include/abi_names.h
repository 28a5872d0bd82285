// abi_names.h: the kernel's ABI structures under the names that POSIX gives them. Every header of ours that needs one
// includes this first, so a structure is written once, in kernel/uapi, and programs see `struct stat`.
#pragma once
#define abi_stat stat
#define abi_dirent64 dirent
#define abi_timespec timespec
#define abi_timeval timeval
#define abi_flock flock
#define abi_pollfd pollfd
#define abi_rlimit rlimit
#define abi_rusage rusage
#define abi_utsname utsname
#define abi_sysinfo sysinfo
#define abi_termios termios
#define abi_winsize winsize
#define abi_tms tms
#define abi_ucontext ucontext
#define abi_sigval sigval
#define abi_sigevent sigevent
#define abi_itimerspec itimerspec
