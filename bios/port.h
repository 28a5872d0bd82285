// port.h: I/O ports.
#pragma once
#include <stdint.h>

static inline uint8_t in8(uint16_t port)
{
	uint8_t value;
	__asm__ volatile("inb %1, %0" : "=a"(value) : "Nd"(port) : "memory");
	return value;
}

static inline uint16_t in16(uint16_t port)
{
	uint16_t value;
	__asm__ volatile("inw %1, %0" : "=a"(value) : "Nd"(port) : "memory");
	return value;
}

static inline uint32_t in32(uint16_t port)
{
	uint32_t value;
	__asm__ volatile("inl %1, %0" : "=a"(value) : "Nd"(port) : "memory");
	return value;
}

static inline void out8(uint16_t port, uint8_t value)
{
	__asm__ volatile("outb %0, %1" : : "a"(value), "Nd"(port) : "memory");
}

static inline void out16(uint16_t port, uint16_t value)
{
	__asm__ volatile("outw %0, %1" : : "a"(value), "Nd"(port) : "memory");
}

static inline void out32(uint16_t port, uint32_t value)
{
	__asm__ volatile("outl %0, %1" : : "a"(value), "Nd"(port) : "memory");
}

// `count` 16-bit words from a port to memory, and the other way (ATA PIO).
static inline void in16_string(uint16_t port, void *to, uint32_t count)
{
	__asm__ volatile("rep insw" : "+D"(to), "+c"(count) : "d"(port) : "memory");
}

static inline void out16_string(uint16_t port, const void *from, uint32_t count)
{
	__asm__ volatile("rep outsw" : "+S"(from), "+c"(count) : "d"(port) : "memory");
}

// The clock's non-volatile bytes.
static inline uint8_t cmos_read(uint8_t index)
{
	out8(0x70, index | 0x80); // with bit 7, NMIs wait
	return in8(0x71);
}

static inline void cmos_write(uint8_t index, uint8_t value)
{
	out8(0x70, index | 0x80);
	out8(0x71, value);
}
