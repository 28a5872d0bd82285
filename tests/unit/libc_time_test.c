// libc_time_test.c: the calendar, time zones, strftime and strptime beside the host's, over thousands of years.
#include <criterion/criterion.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/times.h>
#include <time.h>

#define time our_time
#define clock our_clock
#define gmtime our_gmtime
#define gmtime_r our_gmtime_r
#define localtime our_localtime
#define localtime_r our_localtime_r
#define mktime our_mktime
#define timegm our_timegm
#define strftime our_strftime
#define strptime our_strptime
#define asctime our_asctime
#define asctime_r our_asctime_r
#define ctime our_ctime
#define ctime_r our_ctime_r
#define difftime our_difftime
#define tzset our_tzset
#define tzname our_tzname
#define timezone our_timezone
#define daylight our_daylight
#define strlcpy our_strlcpy
struct tm *our_gmtime_r(const time_t *restrict when, struct tm *restrict fields);
struct tm *our_localtime_r(const time_t *restrict when, struct tm *restrict fields);
time_t our_timegm(struct tm *fields), our_mktime(struct tm *fields);
size_t our_strftime(char *restrict to, size_t size, const char *restrict template, const struct tm *restrict fields);
char *our_strptime(const char *restrict text, const char *restrict template, struct tm *restrict fields);
char *our_asctime_r(const struct tm *restrict fields, char *restrict to), *our_asctime(const struct tm *fields);
void our_tzset(void);

static size_t our_strlcpy(char *to, const char *from, size_t size)
{
	return (size_t)snprintf(to, size, "%s", from);
}
#include "tests/unit/seeds.h"
#include "userland/libc/time.c"
#include "userland/libc/zone.c"
#undef gmtime_r
#undef localtime_r
#undef timegm
#undef mktime
#undef strftime
#undef strptime
#undef tzset

#include "tests/unit/cases.h"

Test(libc_time, calendar_as_the_host)
{
	static const char *const formats[] = {"%Y-%m-%d %H:%M:%S", "%a %A %b %B %e %j %y %p %I", "%F %T %D %R %c %n%t%%",
		"%C %G %g %V %U %W %u %w %k %l %P %h %r %x %X %z"};
	char ours[200], theirs[200];
	for (int i = 0; i < (int)seeds(8000); i++) {
		time_t when = (time_t)((int64_t)(((uint64_t)draw(1u << 31) << 7) + draw(128)) - ((int64_t)1 << 37));
		struct tm got, wanted;
		our_gmtime_r(&when, &got);
		gmtime_r(&when, &wanted);
		const char *format = formats[i % 4];
		CHECK(got.tm_year == wanted.tm_year && got.tm_yday == wanted.tm_yday && got.tm_wday == wanted.tm_wday &&
		      got.tm_mon == wanted.tm_mon && got.tm_mday == wanted.tm_mday, "%ld", when);
		if (wanted.tm_year + 1900 < 1000)
			continue; // years of three digits are padded as each library likes
		our_strftime(ours, sizeof(ours), format, &got);
		strftime(theirs, sizeof(theirs), format, &wanted);
		CHECK(strcmp(ours, theirs) == 0, "%ld", when);
		CHECK(our_timegm(&got) == when, "line %d", __LINE__);
	}
}

static int access_zone(const char *name)
{
	char path[128];
	snprintf(path, sizeof(path), "/usr/share/zoneinfo/%s", name);
	FILE *file = fopen(path, "r");
	if (file != NULL)
		fclose(file);
	return file == NULL;
}

static void expect_zone(const char *name, time_t when)
{
	struct tm got, wanted, back;
	setenv("TZ", name, 1);
	tzset();
	our_localtime_r(&when, &got);
	localtime_r(&when, &wanted);
	CHECK(got.tm_hour == wanted.tm_hour && got.tm_min == wanted.tm_min && got.tm_yday == wanted.tm_yday && got.tm_isdst == wanted.tm_isdst &&
	      got.tm_gmtoff == wanted.tm_gmtoff && strcmp(got.tm_zone, wanted.tm_zone) == 0, "%s at %ld: %d:%d %s, not %d:%d %s", name, when,
	      got.tm_hour, got.tm_min, got.tm_zone, wanted.tm_hour, wanted.tm_min, wanted.tm_zone);
	back = got;
	CHECK(our_mktime(&back) == when, "%s: mktime of %ld", name, when);
}

Test(libc_time, zones_as_the_host)
{
	static const char *const zones[] = {"UTC0", "XST5XDT,M3.2.0,M11.1.0", "CET-1CEST,M3.5.0,M10.5.0/3", "<+0330>-3:30", "AEST-10AEDT,M10.1.0,M4.1.0/3",
		"XXX3YYY,J60/1,J300", "AAA-2BBB,59,300/4:30:15", "IST-1GMT0,M10.5.0,M3.5.0/1", "Europe/Berlin", "America/New_York", "Asia/Kolkata",
		"Australia/Lord_Howe", "Pacific/Apia", "UTC", ""};
	for (int i = 0; i < (int)seeds(10000); i++) {
		const char *zone = zones[draw(sizeof(zones) / sizeof(*zones))];
		if (strchr(zone, '/') != NULL && strchr(zone, ',') == NULL && access_zone(zone) != 0)
			continue;
		expect_zone(zone, (time_t)draw(1u << 31) * 2 - (strchr(zone, 0x2f) != NULL && strchr(zone, 0x2c) == NULL ? 500000000 : 0)); // glibc has no rules before 1970
	}
}

Test(libc_time, texts_that_name_no_zone)
{
	static const char *const texts[] = {"X", "AB5", "EST5EDT,", "EST5EDT,M13.1.0,M1.1.0", "EST5EDT,M1.1.0", "<EST5", "../../etc/passwd", ":nosuch",
		"EST5EDT,J1,J2x", "/etc/passwd"};
	for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++) {
		struct tm got;
		time_t when = 1700000000;
		setenv("TZ", texts[i], 1);
		our_localtime_r(&when, &got);
		CHECK(got.tm_gmtoff == 0, "%s has the offset %ld", texts[i], got.tm_gmtoff);
	}
	char text[24];
	for (int i = 0; i < (int)seeds(8000); i++) { // and no damage does harm
		size_t size = draw(22);
		for (size_t j = 0; j < size; j++)
			text[j] = "ESTCD5,MJ.1203/<>+-:"[draw(20)];
		text[size] = '\0';
		setenv("TZ", text, 1);
		struct tm got;
		time_t when = 1700000000;
		our_localtime_r(&when, &got);
	}
}

Test(libc_time, strptime_as_the_host)
{
	static const char *const cases[][2] = {{"2024-02-29 12:34:56", "%Y-%m-%d %H:%M:%S"}, {"Thu Feb 29 2024", "%a %b %d %Y"}, {"12:30 PM", "%I:%M %p"},
		{"31/12/99", "%d/%m/%y"}, {"2024 366", "%Y %j"}, {"x2024", "%Y"}, {"2024-13-01", "%F"}, {"February", "%B"}, {"12", "%H:%M"}, {" 7 ", "%d "},
		{"Mon Jan  1 00:00:00 2024", "%c"}, {"1:02:03 am", "%r"}};
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct tm got = {0}, wanted = {0};
		char *end = our_strptime(cases[i][0], cases[i][1], &got), *wanted_end = strptime(cases[i][0], cases[i][1], &wanted);
		CHECK(end == wanted_end, "'%s' by '%s'", cases[i][0], cases[i][1]);
		CHECK(end == NULL || (got.tm_year == wanted.tm_year && got.tm_mon == wanted.tm_mon && got.tm_mday == wanted.tm_mday &&
		      got.tm_hour == wanted.tm_hour && got.tm_min == wanted.tm_min && got.tm_sec == wanted.tm_sec), "'%s' by '%s'", cases[i][0], cases[i][1]);
	}
}
