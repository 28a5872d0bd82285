// zone.h: the time zone that TZ names, for time.c.
#pragma once
#include <stdbool.h>
#include <time.h>

struct zone_moment {
	long offset; // seconds east of Greenwich
	bool summer;
	const char *name;
};

// What holds at `when`. Reads TZ again when it has changed.
struct zone_moment zone_at(time_t when);
