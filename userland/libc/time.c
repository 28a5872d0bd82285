// time.c: the calendar (proleptic Gregorian, UTC: there are no time zones here) and strftime.
#include <stdio.h>
#include <string.h>
#include <sys/times.h>
#include <time.h>

#define DAY 86400l

time_t time(time_t *now)
{
	struct timespec value = {0, 0};
	clock_gettime(CLOCK_REALTIME, &value);
	if (now != NULL)
		*now = value.tv_sec;
	return value.tv_sec;
}

clock_t clock(void)
{
	struct timespec used = {0, 0};
	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &used);
	return used.tv_sec * CLOCKS_PER_SEC + used.tv_nsec / 1000;
}

// Days before 1 January of `year`, counted from 1 January of year 1.
static long days_before_year(long year)
{
	year--;
	long centuries = (year >= 0 ? year : year - 99) / 100;
	long leaps = (year >= 0 ? year : year - 3) / 4 - centuries + (centuries >= 0 ? centuries : centuries - 3) / 4;
	return year * 365 + leaps;
}

static int is_leap(long year)
{
	return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

static int days_before_month(int month, long year)
{
	static const short days[12] = {0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334};
	return days[month] + (month > 1 && is_leap(year));
}

struct tm *gmtime_r(const time_t *restrict when, struct tm *restrict fields)
{
	long days = *when / DAY, rest = *when % DAY;
	if (rest < 0) {
		rest += DAY;
		days--;
	}
	*fields = (struct tm){
	    .tm_sec = (int)(rest % 60), .tm_min = (int)(rest / 60 % 60), .tm_hour = (int)(rest / 3600)};
	fields->tm_wday = (int)(((days + 4) % 7 + 7) % 7); // 1 January 1970 was a Thursday
	days += days_before_year(1970);
	long year = days * 400 / 146097 + 1;
	while (days_before_year(year + 1) <= days)
		year++;
	while (days_before_year(year) > days)
		year--;
	fields->tm_year = (int)(year - 1900);
	fields->tm_yday = (int)(days - days_before_year(year));
	while (fields->tm_mon < 11 && days_before_month(fields->tm_mon + 1, year) <= fields->tm_yday)
		fields->tm_mon++;
	fields->tm_mday = fields->tm_yday - days_before_month(fields->tm_mon, year) + 1;
	return fields;
}

struct tm *gmtime(const time_t *when)
{
	static struct tm fields;
	return gmtime_r(when, &fields);
}

struct tm *localtime_r(const time_t *restrict when, struct tm *restrict fields)
{
	return gmtime_r(when, fields);
}

struct tm *localtime(const time_t *when)
{
	return gmtime(when);
}

// Fields may be out of range; they are put right.
time_t timegm(struct tm *fields)
{
	long months = fields->tm_mon, years = fields->tm_year + 1900l + (months >= 0 ? months : months - 11) / 12;
	int month = (int)((months % 12 + 12) % 12);
	long days = days_before_year(years) - days_before_year(1970) + days_before_month(month, years) +
		    fields->tm_mday - 1;
	time_t when = days * DAY + fields->tm_hour * 3600l + fields->tm_min * 60l + fields->tm_sec;
	gmtime_r(&when, fields);
	return when;
}

time_t mktime(struct tm *fields)
{
	return timegm(fields);
}

static const char *const day_names[] = {"Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"};
static const char *const month_names[] = {"January", "February", "March", "April", "May", "June", "July",
					  "August", "September", "October", "November", "December"};

static int expand(char *to, size_t size, char conversion, const struct tm *fields)
{
	struct tm copy;
	int hour12 = (fields->tm_hour + 11) % 12 + 1;
	switch (conversion) {
	case 'Y': return snprintf(to, size, "%d", fields->tm_year + 1900);
	case 'y': return snprintf(to, size, "%02d", (fields->tm_year % 100 + 100) % 100);
	case 'm': return snprintf(to, size, "%02d", fields->tm_mon + 1);
	case 'd': return snprintf(to, size, "%02d", fields->tm_mday);
	case 'e': return snprintf(to, size, "%2d", fields->tm_mday);
	case 'H': return snprintf(to, size, "%02d", fields->tm_hour);
	case 'I': return snprintf(to, size, "%02d", hour12);
	case 'M': return snprintf(to, size, "%02d", fields->tm_min);
	case 'S': return snprintf(to, size, "%02d", fields->tm_sec);
	case 'j': return snprintf(to, size, "%03d", fields->tm_yday + 1);
	case 'p': return snprintf(to, size, "%s", fields->tm_hour < 12 ? "AM" : "PM");
	case 'a': return snprintf(to, size, "%.3s", day_names[fields->tm_wday]);
	case 'A': return snprintf(to, size, "%s", day_names[fields->tm_wday]);
	case 'b': return snprintf(to, size, "%.3s", month_names[fields->tm_mon]);
	case 'B': return snprintf(to, size, "%s", month_names[fields->tm_mon]);
	case 'F': return (int)strftime(to, size, "%Y-%m-%d", fields);
	case 'T': return (int)strftime(to, size, "%H:%M:%S", fields);
	case 'R': return (int)strftime(to, size, "%H:%M", fields);
	case 'D': return (int)strftime(to, size, "%m/%d/%y", fields);
	case 'c': return (int)strftime(to, size, "%a %b %e %H:%M:%S %Y", fields);
	case 's': copy = *fields; return snprintf(to, size, "%ld", timegm(&copy));
	case 'Z': return snprintf(to, size, "UTC");
	case 'z': return snprintf(to, size, "+0000");
	case 'n': return snprintf(to, size, "\n");
	case 't': return snprintf(to, size, "\t");
	default: return snprintf(to, size, "%c", conversion);
	}
}

// Returns the length, or 0 when `size` is too small.
size_t strftime(char *restrict to, size_t size, const char *restrict template, const struct tm *restrict fields)
{
	size_t length = 0;
	for (; *template != '\0'; template++) {
		int added = 1;
		if (length + 1 >= size)
			return 0;
		if (*template == '%' && template[1] != '\0')
			added = expand(to + length, size - length, *++template, fields);
		else
			to[length] = *template;
		if (length + added >= size)
			return 0;
		length += added;
	}
	to[length] = '\0';
	return length;
}
