// holes.h: pages that an object has not (copies.c).
#pragma once
#include "kernel/vm/mapping.h"

// Takes the pages from `first` to before `end` out, and away from who maps them; private copies stay. The object's owner lets nobody write meanwhile.
void mapping_punch(struct mapping *mapping, uint64_t first, uint64_t end);
uint64_t mapping_next(struct mapping *mapping, uint64_t first); // the index of the first page there is from there on; ~0: none
