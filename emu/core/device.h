// device.h: the GPU behind its rings: contexts, memory, modules, packets. The device process and the linked-in back end both
// run this; they differ in where BAR2 lies and who wakes whom.
#pragma once
#include "emu/abi/gpu.h"
#include "emu/core/host.h"
#include "emu/core/simt.h"

struct device;

// Takes a zeroed BAR of `size` bytes into use and fills its identity page. NULL: no memory, or the BAR is too small.
struct device *device_create(const struct emu_host *host, void *bar, uint64_t size);
void device_destroy(struct device *device);

// Runs what the rings hold, at most one packet a channel. True: something was done. *rings: bit v set when MSI-X vector v is
// wanted (a completion was written and the host sleeps).
bool device_run(struct device *device, uint32_t *rings);
// Sets or clears the sleep flag of every channel. After setting it, run device_run() once more before sleeping.
void device_set_sleeping(struct device *device, bool sleeping);
void device_watch(struct device *device, void (*watch)(void *argument, const struct simt_step *step), void *argument);
