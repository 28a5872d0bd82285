// directory.h: what a DIR is: entries read from the descriptor and not yet taken lie in buffer[next, size).
#pragma once

struct directory_stream {
	int fd;
	long next, size, place; // place: of the next entry, for telldir
	char buffer[4096] __attribute__((aligned(8)));
};
