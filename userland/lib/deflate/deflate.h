// deflate.h: compressed data as RFC 1951 defines it, in the gzip wrapper of RFC 1952. Both directions work on whole buffers,
// which suits a tool and a test; no state is shared, so any number of threads may call.
#pragma once
#include <stddef.h>
#include <stdint.h>

struct deflate_buffer { // grows by realloc; the caller frees `bytes`
	uint8_t *bytes;
	size_t size, room;
};

// Appends the decoded stream to *to. *used: bytes of `from` that it took. `most`: bytes it may decode to at most (against
// bombs). 0, -EINVAL (damaged), -EFBIG or -ENOMEM.
int inflate(const uint8_t *from, size_t size, size_t *used, struct deflate_buffer *to, size_t most);

// Appends the coded form of `from`. level 1 (fast) to 9 (small). 0 or -ENOMEM.
int deflate(const uint8_t *from, size_t size, int level, struct deflate_buffer *to);

// One member of a gzip file. `name` (or NULL) and `when` (seconds since 1970, 0: none) go into its header.
int gzip_encode(const uint8_t *from, size_t size, int level, const char *name, uint32_t when, struct deflate_buffer *to);

// All members, one after another. -EINVAL also for a wrong check sum or length; trailing zeros are allowed.
int gzip_decode(const uint8_t *from, size_t size, struct deflate_buffer *to, size_t most);
