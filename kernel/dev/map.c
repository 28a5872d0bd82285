// map.c: see map.h.
#include "kernel/dev/map.h"
#include "kernel/arch/x86_64/machine/paging.h"

void *map_device(uint64_t physical, size_t size)
{
	return vmap_physical(physical, size, false);
}

void *map_device_cached(uint64_t physical, size_t size)
{
	return vmap_physical(physical, size, true);
}

void *map_memory(size_t size)
{
	return vmap_memory(size);
}
