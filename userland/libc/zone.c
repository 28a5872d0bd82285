// zone.c: time zones: TZ as POSIX writes it ("CET-1CEST,M3.5.0,M10.5.0/3"), or the name of a file of zoneinfo (RFC 8536), whose
// last line is such a text again. Without TZ: /etc/localtime, and without that UTC.
#include "userland/libc/zone.h"
#include <ctype.h>
#include <limits.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FILES "/usr/share/zoneinfo/"
#define FILE_MOST 200000
#define NAME_MOST 16

struct change { // when summer time starts or ends: Mm.w.d, Jn or n, at `seconds` of that day
	char kind;
	int month, week, day;
	long seconds;
};

static struct {
	char asked[PATH_MAX]; // TZ as it was when this was made
	bool made, has_summer;
	char name[2][NAME_MOST];
	long offset[2];
	struct change change[2];
	unsigned char *file; // transitions: times, types, infos, names
	int transitions, types;
	const unsigned char *times, *indices, *infos;
	const char *names;
} zone;
char *tzname[2] = {zone.name[0], zone.name[1]};
long timezone;
int daylight;

// -------- POSIX's text

static const char *take_zone_name(const char *at, char *name)
{
	bool quoted = *at == '<';
	size_t size = 0;
	for (at += quoted; quoted ? *at != '>' && *at != '\0' : isalpha((unsigned char)*at); at++)
		if (size + 1 < NAME_MOST)
			name[size++] = *at;
	name[size] = '\0';
	if (quoted && *at++ != '>')
		return NULL;
	return size >= 3 ? at : NULL;
}

// "[+-]hh[:mm[:ss]]" as seconds.
static const char *take_zone_time(const char *at, long *seconds)
{
	bool negative = *at == '-';
	at += negative || *at == '+';
	if (!isdigit((unsigned char)*at))
		return NULL;
	*seconds = 0;
	for (long unit = 3600; unit > 0; unit /= 60) {
		char *end;
		*seconds += strtol(at, &end, 10) * unit;
		at = end;
		if (unit == 1 || *at != ':' || !isdigit((unsigned char)at[1]))
			break;
		at++;
	}
	*seconds = negative ? -*seconds : *seconds;
	return at;
}

static const char *take_change(const char *at, struct change *change)
{
	int end = 0;
	change->kind = isdigit((unsigned char)*at) ? 'n' : *at++;
	if (change->kind == 'M' && sscanf(at, "%2d.%1d.%1d%n", &change->month, &change->week, &change->day, &end) == 3 && end > 0 &&
	    change->month >= 1 && change->month <= 12 && change->week >= 1 && change->week <= 5 && change->day <= 6)
		at += end;
	else if ((change->kind == 'J' || change->kind == 'n') && sscanf(at, "%3d%n", &change->day, &end) == 1 && change->day <= 365)
		at += end;
	else
		return NULL;
	change->seconds = 7200;
	return *at == '/' ? take_zone_time(at + 1, &change->seconds) : at;
}

// False: it is no such text.
static bool take_text(const char *at)
{
	zone.has_summer = false;
	if ((at = take_zone_name(at, zone.name[0])) == NULL || (at = take_zone_time(at, &zone.offset[0])) == NULL)
		return false;
	zone.offset[0] = -zone.offset[0];
	strcpy(zone.name[1], zone.name[0]);
	if (*at == '\0')
		return true;
	if ((at = take_zone_name(at, zone.name[1])) == NULL)
		return false;
	zone.has_summer = true;
	zone.offset[1] = zone.offset[0] + 3600;
	if (*at != '\0' && *at != ',') {
		if ((at = take_zone_time(at, &zone.offset[1])) == NULL)
			return false;
		zone.offset[1] = -zone.offset[1];
	}
	if (*at == '\0')
		at = ",M3.2.0,M11.1.0"; // what the United States have
	for (int i = 0; i < 2; i++)
		if (*at++ != ',' || (at = take_change(at, &zone.change[i])) == NULL)
			return false;
	return *at == '\0';
}

// -------- a file of zoneinfo

static int64_t big_endian(const unsigned char *at, int bytes)
{
	int64_t value = (signed char)at[0];
	for (int i = 1; i < bytes; i++)
		value = value * 256 + at[i];
	return value;
}

// Checks the second (64-bit) part of a file and notes where its tables are.
static bool take_file(unsigned char *file, size_t size)
{
	long count[6];
	size_t at = 0;
	for (int part = 0; part < 2; part++) {
		if (size - at < 44 || memcmp(file + at, "TZif", 4) != 0 || file[4] < '2')
			return false;
		for (int i = 0; i < 6; i++)
			count[i] = big_endian(file + at + 20 + 4 * i, 4);
		for (int i = 0; i < 6; i++)
			if (count[i] < 0 || count[i] > FILE_MOST)
				return false;
		int width = part == 0 ? 4 : 8; // isutc, isstd, leap, times, types, characters
		size_t length = count[3] * (width + 1) + count[4] * 6 + count[5] + count[2] * (width + 4) + count[1] + count[0];
		at += 44;
		if (length > size - at)
			return false;
		if (part == 1)
			break;
		at += length;
	}
	zone.file = file;
	zone.transitions = (int)count[3];
	zone.types = (int)count[4];
	zone.times = file + at;
	zone.indices = zone.times + 8 * count[3];
	zone.infos = zone.indices + count[3];
	zone.names = (const char *)zone.infos + 6 * count[4];
	for (long i = 0; i < count[3]; i++)
		if (zone.indices[i] >= count[4])
			return false;
	for (long i = 0; i < count[4]; i++)
		if (zone.infos[6 * i + 5] >= count[5])
			return false;
	if (count[4] < 1 || count[5] < 1 || zone.names[count[5] - 1] != '\0')
		return false;
	const char *footer = zone.names + count[5] + count[2] * 12 + count[1] + count[0], *end = (const char *)file + size;
	char text[128] = "";
	if (footer < end && *footer == '\n')
		for (footer++; footer < end && *footer != '\n' && strlen(text) + 1 < sizeof(text); footer++)
			text[strlen(text)] = *footer;
	return *text == '\0' || take_text(text);
}

static bool read_file(const char *name)
{
	char path[PATH_MAX];
	if (strstr(name, "..") != NULL)
		return false;
	snprintf(path, sizeof(path), "%s%s", *name == '/' ? "" : FILES, name);
	FILE *file = fopen(path, "re");
	unsigned char *bytes = file != NULL ? malloc(FILE_MOST) : NULL;
	size_t size = bytes != NULL ? fread(bytes, 1, FILE_MOST, file) : 0;
	if (file != NULL)
		fclose(file);
	if (bytes != NULL && take_file(bytes, size))
		return true;
	free(bytes);
	zone.file = NULL;
	return false;
}

// -------- which rule holds

static long days_from_civil(long year, int month, int day) // since 1 January 1970
{
	struct tm fields = {.tm_year = (int)(year - 1900), .tm_mon = month, .tm_mday = day};
	return timegm(&fields) / 86400;
}

// The moment of a change in `year`, as local seconds since 1970.
static time_t moment_of(const struct change *change, long year)
{
	bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
	long day;
	if (change->kind == 'M') {
		long first = days_from_civil(year, change->month - 1, 1), next = days_from_civil(year, change->month, 1);
		int weekday = (int)((first + 4) % 7 + 7) % 7;
		day = first + (change->day - weekday + 7) % 7 + 7 * (change->week - 1);
		day -= day >= next ? 7 : 0;
	} else {
		day = days_from_civil(year, 0, 1) + change->day - (change->kind == 'J') + (change->kind == 'J' && leap && change->day >= 60);
	}
	return day * 86400 + change->seconds;
}

static bool is_summer(time_t when)
{
	struct tm fields;
	time_t local = when + zone.offset[0];
	gmtime_r(&local, &fields);
	time_t start = moment_of(&zone.change[0], fields.tm_year + 1900l) - zone.offset[0],
	       end = moment_of(&zone.change[1], fields.tm_year + 1900l) - zone.offset[1];
	return start < end ? when >= start && when < end : when >= start || when < end;
}

static struct zone_moment moment_from_info(int type)
{
	const unsigned char *info = zone.infos + 6 * type;
	return (struct zone_moment){big_endian(info, 4), info[4] != 0, zone.names + info[5]};
}

struct zone_moment zone_at(time_t when)
{
	tzset();
	int low = 0, high = zone.file != NULL ? zone.transitions : 0;
	while (low < high) { // the first transition behind `when`
		int middle = (low + high) / 2;
		if (big_endian(zone.times + 8 * middle, 8) <= when)
			low = middle + 1;
		else
			high = middle;
	}
	if (zone.file != NULL && (low < zone.transitions || zone.name[0][0] == '\0')) {
		int first = 0; // before all transitions: the first type that is no summer time
		while (first + 1 < zone.types && zone.infos[6 * first + 4])
			first++;
		return moment_from_info(low > 0 ? zone.indices[low - 1] : first);
	}
	bool summer = zone.has_summer && is_summer(when);
	return (struct zone_moment){zone.offset[summer], summer, zone.name[summer]};
}

void tzset(void)
{
	const char *asked = getenv("TZ"), *name = asked != NULL ? asked + (*asked == ':') : "/etc/localtime";
	const char *key = asked != NULL ? asked : "\n";
	if (zone.made && strcmp(zone.asked, key) == 0)
		return;
	strlcpy(zone.asked, key, sizeof(zone.asked));
	zone.made = true;
	free(zone.file);
	zone.file = NULL;
	zone.name[0][0] = '\0';
	bool plain = asked != NULL && *asked != ':' && take_text(name);
	if (!plain) {
		zone.name[0][0] = '\0';
		zone.has_summer = false;
		if (*name == '\0' || !read_file(name)) {
			take_text("UTC0");
		}
	}
	timezone = -zone.offset[0];
	daylight = zone.has_summer;
}
