#pragma once
#include <stdarg.h>
enum { LOG_EMERG, LOG_ALERT, LOG_CRIT, LOG_ERR, LOG_WARNING, LOG_NOTICE, LOG_INFO, LOG_DEBUG };
enum { LOG_KERN = 0, LOG_USER = 8, LOG_MAIL = 16, LOG_DAEMON = 24, LOG_AUTH = 32, LOG_SYSLOG = 40, LOG_LPR = 48, LOG_NEWS = 56, LOG_UUCP = 64,
       LOG_CRON = 72, LOG_AUTHPRIV = 80, LOG_LOCAL0 = 128, LOG_LOCAL1 = 136, LOG_LOCAL2 = 144, LOG_LOCAL3 = 152, LOG_LOCAL4 = 160, LOG_LOCAL5 = 168,
       LOG_LOCAL6 = 176, LOG_LOCAL7 = 184 };
enum { LOG_PID = 1, LOG_CONS = 2, LOG_ODELAY = 4, LOG_NDELAY = 8, LOG_NOWAIT = 16, LOG_PERROR = 32 };
#define LOG_MASK(priority) (1 << (priority))
#define LOG_UPTO(priority) ((1 << ((priority) + 1)) - 1)
void openlog(const char *name, int options, int facility);
void closelog(void);
int setlogmask(int mask);
void syslog(int priority, const char *template, ...) __attribute__((format(printf, 2, 3)));
void vsyslog(int priority, const char *template, va_list args) __attribute__((format(printf, 2, 0)));
