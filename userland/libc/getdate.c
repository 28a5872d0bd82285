// getdate.c: a date in one of the templates of the file that DATEMSK names, the first that fits; what it does not say is filled in from
// now (POSIX, getdate).
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

enum { NO_VARIABLE = 1, NO_OPEN, NO_STATUS, NO_FILE, NO_READ, NO_MEMORY, NO_MATCH, NO_DATE };
int getdate_err;

// Fills the fields that are still INT_MIN.
static void fill(struct tm *date, const struct tm *now)
{
	int *time[] = {&date->tm_hour, &date->tm_min, &date->tm_sec};
	const int current[] = {now->tm_hour, now->tm_min, now->tm_sec};
	int timed = date->tm_hour != INT_MIN || date->tm_min != INT_MIN || date->tm_sec != INT_MIN;
	for (int i = 0; i < 3; i++)
		*time[i] = *time[i] != INT_MIN ? *time[i] : timed ? 0 : current[i];
	if (date->tm_year == INT_MIN && date->tm_mon == INT_MIN && date->tm_mday == INT_MIN) { // a day of the week, or a time today or tomorrow
		int days = date->tm_wday != INT_MIN ? (date->tm_wday - now->tm_wday + 7) % 7 : date->tm_hour < now->tm_hour;
		date->tm_year = now->tm_year;
		date->tm_mon = now->tm_mon;
		date->tm_mday = now->tm_mday + days;
		return;
	}
	if (date->tm_year == INT_MIN) // a month alone that is over is next year's
		date->tm_year = now->tm_year + (date->tm_mday == INT_MIN && date->tm_mon < now->tm_mon);
	if (date->tm_mday == INT_MIN)
		date->tm_mday = date->tm_mon != INT_MIN ? 1 : now->tm_mday;
	if (date->tm_mon == INT_MIN)
		date->tm_mon = now->tm_mon;
}

static int match(FILE *templates, const char *text, struct tm *date)
{
	char *line = NULL;
	size_t size = 0;
	int rc = NO_MATCH;
	while (rc == NO_MATCH && getline(&line, &size, templates) > 0) {
		line[strcspn(line, "\n")] = '\0';
		*date = (struct tm){INT_MIN, INT_MIN, INT_MIN, INT_MIN, INT_MIN, INT_MIN, INT_MIN, .tm_isdst = -1};
		const char *end = *line != '\0' ? strptime(text, line, date) : NULL;
		if (end != NULL && end[strspn(end, " \t\n")] == '\0')
			rc = 0;
	}
	if (rc == NO_MATCH && ferror(templates))
		rc = NO_READ;
	free(line);
	return rc;
}

struct tm *getdate(const char *text)
{
	static struct tm date;
	struct stat status;
	struct tm now, asked;
	time_t seconds = time(NULL);
	const char *path = getenv("DATEMSK");
	FILE *templates = path != NULL && *path != '\0' ? fopen(path, "r") : NULL;
	if (templates == NULL) {
		getdate_err = path == NULL || *path == '\0' ? NO_VARIABLE : NO_OPEN;
		return NULL;
	}
	getdate_err = fstat(fileno(templates), &status) < 0 ? NO_STATUS : !S_ISREG(status.st_mode) ? NO_FILE : match(templates, text, &date);
	fclose(templates);
	if (getdate_err != 0)
		return NULL;
	localtime_r(&seconds, &now);
	int open = date.tm_year == INT_MIN && date.tm_mon == INT_MIN && date.tm_mday == INT_MIN; // then a day after the month's last is the next month's
	fill(&date, &now);
	asked = date;
	mktime(&date);
	if (open || (asked.tm_mday == date.tm_mday && asked.tm_mon == date.tm_mon))
		return &date;
	getdate_err = NO_DATE;
	return NULL;
}
