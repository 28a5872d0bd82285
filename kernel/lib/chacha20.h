// chacha20.h: the ChaCha20 block function (RFC 8439, 2.3).
#pragma once
#include <stdint.h>

// state: 16 words: constants, key (8), counter (1), nonce (3). out: 64 bytes of key stream as words.
void chacha20_block(const uint32_t state[16], uint32_t out[16]);
extern const uint32_t chacha20_constants[4];
