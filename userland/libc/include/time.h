#pragma once
#include <sys/types.h>
#include <abi_names.h>
#include "kernel/uapi/time.h"
#define CLOCKS_PER_SEC 1000000
struct tm {
	int tm_sec, tm_min, tm_hour, tm_mday, tm_mon, tm_year, tm_wday, tm_yday, tm_isdst;
	long tm_gmtoff;	     // seconds east of Greenwich
	const char *tm_zone;
};
int clock_gettime(clockid_t clock, struct timespec *now), clock_settime(clockid_t clock, const struct timespec *now);
int clock_getres(clockid_t clock, struct timespec *resolution);
int nanosleep(const struct timespec *wanted, struct timespec *rest);
int clock_nanosleep(clockid_t clock, int flags, const struct timespec *wanted, struct timespec *rest);
time_t time(time_t *now);
clock_t clock(void);
struct tm *gmtime_r(const time_t *restrict when, struct tm *restrict fields), *gmtime(const time_t *when);
struct tm *localtime_r(const time_t *restrict when, struct tm *restrict fields), *localtime(const time_t *when);
time_t mktime(struct tm *fields), timegm(struct tm *fields);
char *asctime(const struct tm *fields), *asctime_r(const struct tm *restrict fields, char *restrict to);
char *ctime(const time_t *when), *ctime_r(const time_t *restrict when, char *restrict to);
double difftime(time_t later, time_t earlier);
void tzset(void);
extern char *tzname[2];
extern long timezone;
extern int daylight;
char *strptime(const char *restrict text, const char *restrict template, struct tm *restrict fields);
size_t strftime(char *restrict to, size_t size, const char *restrict template, const struct tm *restrict fields);
#define TIME_UTC 1
struct sigevent;
int timer_create(clockid_t clock, struct sigevent *restrict event, timer_t *restrict timer), timer_delete(timer_t timer);
int timer_settime(timer_t timer, int flags, const struct itimerspec *restrict new, struct itimerspec *restrict old);
int timer_gettime(timer_t timer, struct itimerspec *now), timer_getoverrun(timer_t timer);
int timespec_get(struct timespec *now, int base), clock_getcpuclockid(pid_t pid, clockid_t *clock);
