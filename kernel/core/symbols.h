// symbols.h: the kernel's own function names, embedded by the second link, for back-traces.
#pragma once
#include <stddef.h>
#include <stdint.h>

// The function that holds `address`: its name and the distance from its start; NULL: none of ours.
const char *symbol_find(uint64_t address, uint64_t *offset);
// Writes "name+0x12" or a bare number.
void symbol_format(char *buffer, size_t size, uint64_t address);
