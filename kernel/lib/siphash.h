// siphash.h: SipHash-2-4 (Aumasson and Bernstein 2012): a hash that strangers cannot steer without the key.
#pragma once
#include <stddef.h>
#include <stdint.h>

uint64_t siphash(const void *bytes, size_t size, const uint64_t key[2]);
