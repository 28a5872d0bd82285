// limits.h: every limit of the kernel by name. Each is reached by a test, with the errno that stands beside it.
#pragma once
#define PAGE_SIZE 4096ul
#define PAGE_SHIFT 12
#define CPUS_MAX 16             // more are left stopped, with a line in the log
#define KERNEL_STACK_SIZE 16384ul
#define PATH_MAX 4096           // bytes of a path with its NUL; ENAMETOOLONG
#define NAME_MAX 255            // bytes of one name; ENAMETOOLONG
#define SYMLINKS_MAX 40         // followed in one look-up; ELOOP
#define ARGUMENTS_SIZE_MAX 0x200000ul // bytes of argv and envp of one exec; E2BIG
#define ARGUMENT_SIZE_MAX 0x20000ul   // bytes of one string of them; E2BIG
#define INTERPRETERS_MAX 4      // #! scripts that name scripts; ELOOP
#define DESCRIPTORS_MAX 1024    // of one process, the hard RLIMIT_NOFILE; EMFILE
#define PIPE_SIZE 65536u        // bytes a pipe holds
#define PIPE_SIZE_MAX 0x100000u // and may be made to hold (F_SETPIPE_SZ); EPERM
#define PIPE_ATOMIC 4096u       // a write of so many bytes is not interleaved (PIPE_BUF)
#define PROCESSES_MAX 4096      // threads in the system; EAGAIN
#define PID_MAX 32768
#define TIMERS_MAX 4096         // of timer_create(2), of one process, or RLIMIT_SIGPENDING; EAGAIN
#define XATTR_NAME_MAX 255      // bytes of an extended attribute's name; ERANGE
#define XATTR_SIZE_MAX 65536u   // and of its value; E2BIG
#define XATTR_LIST_MAX 65536u   // of all names of a file together; ERANGE
#define INOTIFY_INSTANCES_MAX 128 // inotify files of a user; EMFILE
#define INOTIFY_WATCHES_MAX 8192  // and their watches; ENOSPC
#define INOTIFY_EVENTS_MAX 16384  // that wait to be read in one; IN_Q_OVERFLOW
#define RIGHTS_MAX 253          // descriptors in one message; EINVAL
#define BACKLOG_MAX 4096u       // connections that wait for accept(2); more are cut to it
#define DATAGRAMS_MAX 10        // that wait at one AF_UNIX socket for others than its peer; EAGAIN
#define FILE_LOCKS_MAX 16384    // records in the system; ENOLCK
#define PRINTK_LINE_MAX 512
#define LOG_SIZE 0x20000u       // bytes of the log ring
#define GROUPS_MAX 32
