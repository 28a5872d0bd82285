// host.h: all that the core asks of the machine it runs on, so that it links into a device process, a program or a test.
#pragma once
#include <stddef.h>
#include <stdint.h>

struct emu_host {
	void *(*allocate)(size_t size); // zeroed; NULL: no memory
	void (*release)(void *pointer);
	uint64_t (*clock_ns)(void);
};
