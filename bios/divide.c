// divide.c: the 64-bit divisions that gcc and clang leave to a library in 32-bit code. Schoolbook: one bit
// a step, and 32-bit operands go to the processor.
#include <stdint.h>

uint64_t __udivmoddi4(uint64_t number, uint64_t by, uint64_t *rest);
uint64_t __udivdi3(uint64_t number, uint64_t by);
uint64_t __umoddi3(uint64_t number, uint64_t by);

uint64_t __udivmoddi4(uint64_t number, uint64_t by, uint64_t *rest)
{
	uint64_t result = 0, left = 0;

	if (number >> 32 == 0 && by >> 32 == 0) {
		result = (uint32_t)number / (uint32_t)by;
		left = (uint32_t)number % (uint32_t)by;
	} else {
		for (int bit = 63; bit >= 0; bit--) {
			uint64_t carry = left >> 63;
			left = left << 1 | (number >> bit & 1);
			if (carry != 0 || left >= by) {
				left -= by;
				result |= 1ull << bit;
			}
		}
	}
	if (rest != 0)
		*rest = left;
	return result;
}

uint64_t __udivdi3(uint64_t number, uint64_t by)
{
	return __udivmoddi4(number, by, 0);
}

uint64_t __umoddi3(uint64_t number, uint64_t by)
{
	uint64_t rest;

	__udivmoddi4(number, by, &rest);
	return rest;
}
