// sha256.h: SHA-256 (FIPS 180-4, section 6.2). Pure; the one for the whole project.
#pragma once
#include <stddef.h>
#include <stdint.h>

#define SHA256_SIZE 32
#define SHA256_BLOCK 64

struct sha256 {
	uint32_t state[8];
	uint64_t size; // bytes so far
	uint8_t block[SHA256_BLOCK];
};

// A message in pieces: begin, any number of add, end. What end leaves in *hash is of no further use.
void sha256_begin(struct sha256 *hash);
void sha256_add(struct sha256 *hash, const void *bytes, size_t size);
void sha256_end(struct sha256 *hash, uint8_t digest[SHA256_SIZE]);

// The digest of one piece.
void sha256(const void *bytes, size_t size, uint8_t digest[SHA256_SIZE]);
