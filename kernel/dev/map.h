// map.h: device registers and device memory for drivers.
#pragma once
#include <stddef.h>
#include <stdint.h>

void *map_device(uint64_t physical, size_t size);        // uncached, for ever; NULL: no memory
void *map_memory(size_t size);                            // fresh memory of any size, for ever; NULL: no memory
void *map_device_cached(uint64_t physical, size_t size); // memory behind a device: BARs that are RAM, firmware tables
