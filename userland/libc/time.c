// time.c: the calendar (proleptic Gregorian), strftime and strptime. zone.c knows what the clocks show where.
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/times.h>
#include <time.h>
#include "userland/libc/zone.h"

#define DAY 86400l

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
	    .tm_sec = (int)(rest % 60), .tm_min = (int)(rest / 60 % 60), .tm_hour = (int)(rest / 3600), .tm_zone = "UTC"};
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
	struct zone_moment moment = zone_at(*when);
	time_t local = *when + moment.offset;
	gmtime_r(&local, fields);
	fields->tm_isdst = moment.summer;
	fields->tm_gmtoff = moment.offset;
	fields->tm_zone = moment.name;
	return fields;
}

struct tm *localtime(const time_t *when)
{
	static struct tm fields;
	return localtime_r(when, &fields);
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

// Where the clocks are set back a moment is there twice: tm_isdst says which is meant; negative: the first.
time_t mktime(struct tm *fields)
{
	int summer = fields->tm_isdst;
	time_t local = timegm(fields), when = local - zone_at(local - zone_at(local).offset).offset;
	struct zone_moment found = zone_at(when), before = zone_at(when - 7200);
	if (summer < 0 && before.offset > found.offset && zone_at(local - before.offset).offset == before.offset)
		when = local - before.offset;
	for (long away = 86400; summer >= 0 && found.summer != (summer > 0) && away < 300 * 86400l; away += 86400 * 30)
		for (int side = -1; side <= 1; side += 2) { // the offset that the asked-for kind has nearby
			struct zone_moment other = zone_at(when + side * away);
			if (other.summer == (summer > 0) && found.summer != other.summer) {
				when = local - other.offset;
				found = other;
			}
		}
	localtime_r(&when, fields);
	return when;
}

double difftime(time_t later, time_t earlier)
{
	return (double)(later - earlier);
}

static const char *const day_names[] = {"Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"};
static const char *const month_names[] = {"January", "February", "March", "April", "May", "June", "July",
					  "August", "September", "October", "November", "December"};

// ISO 8601: the week that holds the year's first Thursday is week 1. Returns the week; *year: the year it belongs to.
static int iso_week(const struct tm *fields, int *year)
{
	int weekday = (fields->tm_wday + 6) % 7, thursday = fields->tm_yday - weekday + 3;
	*year = fields->tm_year + 1900;
	if (thursday < 0) {
		--*year;
		thursday += 365 + is_leap(*year);
	} else if (thursday >= 365 + is_leap(*year)) {
		thursday -= 365 + is_leap(*year);
		++*year;
	}
	return thursday / 7 + 1;
}

static int put_offset(char *to, size_t size, long offset, const char *between)
{
	long minutes = (offset < 0 ? -offset : offset) / 60;
	return snprintf(to, size, "%c%02ld%s%02ld", offset < 0 ? '-' : '+', minutes / 60, between, minutes % 60);
}

static int expand(char *to, size_t size, char conversion, const struct tm *fields)
{
	struct tm copy;
	int year, week, hour12 = (fields->tm_hour + 11) % 12 + 1;
	switch (conversion) {
	case 'Y': return snprintf(to, size, "%d", fields->tm_year + 1900);
	case 'y': return snprintf(to, size, "%02d", (fields->tm_year % 100 + 100) % 100);
	case 'm': return snprintf(to, size, "%02d", fields->tm_mon + 1);
	case 'd': return snprintf(to, size, "%02d", fields->tm_mday);
	case 'e': return snprintf(to, size, "%2d", fields->tm_mday);
	case 'H': return snprintf(to, size, "%02d", fields->tm_hour);
	case 'I': return snprintf(to, size, "%02d", hour12);
	case 'M': return snprintf(to, size, "%02d", fields->tm_min);
	case 'C': return snprintf(to, size, "%02d", (fields->tm_year + 1900) / 100);
	case 'G':
	case 'g':
	case 'V':
		week = iso_week(fields, &year);
		return snprintf(to, size, conversion == 'G' ? "%d" : "%02d", conversion == 'V' ? week : conversion == 'G' ? year : year % 100);
	case 'U': return snprintf(to, size, "%02d", (fields->tm_yday + 7 - fields->tm_wday) / 7);
	case 'W': return snprintf(to, size, "%02d", (fields->tm_yday + 7 - (fields->tm_wday + 6) % 7) / 7);
	case 'u': return snprintf(to, size, "%d", fields->tm_wday == 0 ? 7 : fields->tm_wday);
	case 'w': return snprintf(to, size, "%d", fields->tm_wday);
	case 'k': return snprintf(to, size, "%2d", fields->tm_hour);
	case 'l': return snprintf(to, size, "%2d", hour12);
	case 'P': return snprintf(to, size, "%s", fields->tm_hour < 12 ? "am" : "pm");
	case 'h': return snprintf(to, size, "%.3s", month_names[fields->tm_mon]);
	case 'r': return (int)strftime(to, size, "%I:%M:%S %p", fields);
	case 'x': return (int)strftime(to, size, "%m/%d/%y", fields);
	case 'X': return (int)strftime(to, size, "%H:%M:%S", fields);
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
	case 's': copy = *fields; return snprintf(to, size, "%ld", mktime(&copy));
	case 'Z': return snprintf(to, size, "%s", fields->tm_zone != NULL ? fields->tm_zone : "");
	case 'z': return put_offset(to, size, fields->tm_gmtoff, "");
	case ':': return put_offset(to, size, fields->tm_gmtoff, ":");
	case 'n': return snprintf(to, size, "\n");
	case 't': return snprintf(to, size, "\t");
	default: return snprintf(to, size, "%c", conversion);
	}
}

// GNU's flags: "%-d" without padding, "%_d" with blanks. Returns the new length.
static int change_padding(char *to, int length, char flag)
{
	for (int i = 0; i + 1 < length && (to[i] == '0' || to[i] == ' ') && flag != '0'; i++) {
		if (flag == '_') {
			to[i] = ' ';
			continue;
		}
		memmove(to, to + 1, --length);
		i--;
	}
	return length;
}

// Returns the length, or 0 when `size` is too small.
size_t strftime(char *restrict to, size_t size, const char *restrict template, const struct tm *restrict fields)
{
	size_t length = 0;
	for (; *template != '\0'; template++) {
		int added = 1;
		if (length + 1 >= size)
			return 0;
		if (*template == '%' && template[1] != '\0') {
			char flag = template[1] == '-' || template[1] == '_' || template[1] == '0' ? *++template : '\0';
			template += (template[1] == 'E' || template[1] == 'O') && template[2] != '\0'; // forms that the C locale lacks
			template += template[1] == ':' && template[2] == 'z';
			added = expand(to + length, size - length, *template == ':' ? ':' : *++template, fields);
			template += *template == ':';
			if (flag != '\0' && length + added < size)
				added = change_padding(to + length, added, flag);
		}
		else
			to[length] = *template;
		if (length + added >= size)
			return 0;
		length += added;
	}
	to[length] = '\0';
	return length;
}

char *asctime_r(const struct tm *restrict fields, char *restrict to)
{
	snprintf(to, 26, "%.3s %.3s%3d %02d:%02d:%02d %d\n", fields->tm_wday >= 0 && fields->tm_wday < 7 ? day_names[fields->tm_wday] : "???",
		 fields->tm_mon >= 0 && fields->tm_mon < 12 ? month_names[fields->tm_mon] : "???", fields->tm_mday, fields->tm_hour, fields->tm_min,
		 fields->tm_sec, fields->tm_year + 1900);
	return to;
}

char *asctime(const struct tm *fields)
{
	static char text[64];
	return asctime_r(fields, text);
}

char *ctime_r(const time_t *restrict when, char *restrict to)
{
	struct tm fields;
	return asctime_r(localtime_r(when, &fields), to);
}

char *ctime(const time_t *when)
{
	return asctime(localtime(when));
}

static const char *take_number(const char *text, int digits, int low, int high, int *value)
{
	int number = 0, taken = 0;
	while (isspace((unsigned char)*text))
		text++;
	for (; taken < digits && isdigit((unsigned char)*text); taken++)
		number = number * 10 + *text++ - '0';
	*value = number;
	return taken > 0 && number >= low && number <= high ? text : NULL;
}

static const char *take_name(const char *text, const char *const *names, int count, int *value)
{
	for (*value = 0; *value < count; ++*value) {
		size_t whole = strlen(names[*value]);
		if (strncasecmp(text, names[*value], whole) == 0)
			return text + whole;
		if (strncasecmp(text, names[*value], 3) == 0)
			return text + 3;
	}
	return NULL;
}

static const char *take_offset(const char *text, long *offset)
{
	int hours, minutes = 0;
	bool negative = *text == '-';
	if (*text == 'Z') {
		*offset = 0;
		return text + 1;
	}
	if ((*text != '+' && *text != '-') || (text = take_number(text + 1, 2, 0, 24, &hours)) == NULL)
		return NULL;
	text += *text == ':';
	if (isdigit((unsigned char)*text))
		text = take_number(text, 2, 0, 59, &minutes);
	*offset = (negative ? -1 : 1) * (hours * 3600l + minutes * 60l);
	return text;
}

// Reads `text` by the conversions of strftime. Returns what follows, or NULL when it does not fit.
char *strptime(const char *restrict text, const char *restrict template, struct tm *restrict fields)
{
	int value, century = -1;
	int year_day = 0;
	bool afternoon = false, half = false, dated = false;
	for (; *template != '\0' && text != NULL; template++) {
		if (isspace((unsigned char)*template)) {
			while (isspace((unsigned char)*text))
				text++;
			continue;
		}
		if (*template != '%' || template[1] == '\0') {
			text = *text == *template ? text + 1 : NULL;
			continue;
		}
		template += (template[1] == 'E' || template[1] == 'O') && template[2] != '\0';
		const char *within = NULL;
		switch (*++template) {
		case 'Y': text = take_number(text, 4, 0, 9999, &value); fields->tm_year = value - 1900; dated = true; break;
		case 'C': text = take_number(text, 2, 0, 99, &century); break;
		case 'y': text = take_number(text, 2, 0, 99, &value); fields->tm_year = value < 69 ? value + 100 : value; dated = true; break;
		case 'm': text = take_number(text, 2, 1, 12, &value); fields->tm_mon = value - 1; dated = true; break;
		case 'd':
		case 'e': text = take_number(text, 2, 1, 31, &fields->tm_mday); dated = true; break;
		case 'H':
		case 'k': text = take_number(text, 2, 0, 23, &fields->tm_hour); break;
		case 'I':
		case 'l': text = take_number(text, 2, 1, 12, &value); fields->tm_hour = value % 12; half = true; break;
		case 'M': text = take_number(text, 2, 0, 59, &fields->tm_min); break;
		case 'S': text = take_number(text, 2, 0, 60, &fields->tm_sec); break;
		case 'j': text = take_number(text, 3, 1, 366, &value); year_day = value; break;
		case 'u': text = take_number(text, 1, 1, 7, &value); fields->tm_wday = value % 7; break;
		case 'w': text = take_number(text, 1, 0, 6, &fields->tm_wday); break;
		case 'U':
		case 'W': text = take_number(text, 2, 0, 53, &value); break;
		case 'a':
		case 'A': text = take_name(text, day_names, 7, &fields->tm_wday); break;
		case 'b':
		case 'B':
		case 'h': text = take_name(text, month_names, 12, &fields->tm_mon); dated = true; break;
		case 'p': afternoon = strncasecmp(text, "PM", 2) == 0; text = afternoon || strncasecmp(text, "AM", 2) == 0 ? text + 2 : NULL; break;
		case 'n':
		case 't':
			while (isspace((unsigned char)*text))
				text++;
			break;
		case 's': {
			char *end;
			time_t when = strtol(text, &end, 10);
			text = end != text ? end : NULL;
			localtime_r(&when, fields);
			break;
		}
		case 'z': text = take_offset(text, &fields->tm_gmtoff); break;
		case 'Z':
			while (isalpha((unsigned char)*text))
				text++;
			break;
		case '%': text = *text == '%' ? text + 1 : NULL; break;
		case 'F': within = "%Y-%m-%d"; break;
		case 'T':
		case 'X': within = "%H:%M:%S"; break;
		case 'R': within = "%H:%M"; break;
		case 'D':
		case 'x': within = "%m/%d/%y"; break;
		case 'r': within = "%I:%M:%S %p"; break;
		case 'c': within = "%a %b %e %H:%M:%S %Y"; break;
		default: return NULL;
		}
		if (within != NULL)
			text = strptime(text, within, fields);
	}
	if (text == NULL)
		return NULL;
	if (half && afternoon)
		fields->tm_hour += 12;
	if (century >= 0)
		fields->tm_year = century * 100 - 1900 + (fields->tm_year % 100 + 100) % 100;
	if (year_day > 0)
		fields->tm_yday = year_day - 1;
	if (year_day > 0 && fields->tm_mday == 0) { // the month and its day follow from the day of the year
		struct tm copy = {.tm_year = fields->tm_year, .tm_mday = year_day};
		timegm(&copy);
		fields->tm_mon = copy.tm_mon;
		fields->tm_mday = copy.tm_mday;
		fields->tm_wday = copy.tm_wday;
	}
	if (dated && fields->tm_mday > 0) { // the day of the week and of the year follow
		struct tm copy = *fields;
		timegm(&copy);
		fields->tm_wday = copy.tm_wday;
		fields->tm_yday = copy.tm_yday;
	}
	return (char *)text;
}
