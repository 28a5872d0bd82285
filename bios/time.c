// time.c: see time.h. The timer has 24 bits; what it counted since the last call is added up.
#include "bios/time.h"
#include "bios/port.h"

#define TIMER_MASK 0xffffff
// Microseconds are ticks / 3.579545: a multiplication by 2^24 / 3.579545.
#define US_FACTOR 4686969
#define US_SHIFT 24

static uint16_t timer_port;
static uint32_t last;
static uint64_t ticks;

void time_init(uint16_t port)
{
	timer_port = port;
	last = in32(port) & TIMER_MASK;
}

uint64_t time_us(void)
{
	uint32_t now = in32(timer_port) & TIMER_MASK;

	ticks += (now - last) & TIMER_MASK;
	last = now;
	return ticks * US_FACTOR >> US_SHIFT;
}

void delay_us(uint32_t us)
{
	uint64_t deadline = time_us() + us;

	while (!expired(deadline))
		__asm__ volatile("pause");
}
