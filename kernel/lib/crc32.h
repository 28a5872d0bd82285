// crc32.h: CRC-32 as in IEEE 802.3 (GPT, gzip, PNG). Pure.
#pragma once
#include <stddef.h>
#include <stdint.h>

// Continues `crc` (0 at the beginning) over the bytes.
uint32_t crc32(uint32_t crc, const void *bytes, size_t size);
