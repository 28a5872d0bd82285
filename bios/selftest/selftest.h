// selftest.h: cases. call() begins one and ends the one before it; the checks after it say what must hold of
// the answer.
//
// Always checked: registers that the case does not name as its outputs, all 32 bits of them; DS, ES, SS and
// SP; the interrupt and direction flags; the pattern below the caller's stack.
#pragma once
#include <stdbool.h>
#include <stdint.h>
#include "bios/selftest/layout.h"

struct registers {
	uint32_t eax, ebx, ecx, edx, esi, edi, ebp;
	uint16_t ds, es, flags, ss;
	uint32_t esp;
};
_Static_assert(sizeof(struct registers) == 40, "boot.S knows them");
enum { A = 1, B = 2, C = 4, D = 8, SI = 16, DI = 32, BP = 64, ES = 128, HIGH = 256 }; // outputs: 16 bits of them, or (HIGH) all

extern struct registers in, out;
extern uint8_t boot_drive, trouble;
extern volatile uint32_t ticks_1c, ivt[256];
extern volatile uint8_t bda[256];
#define bda16(at) (*(volatile uint16_t *)(bda + (at)))
#define bda32(at) (*(volatile uint32_t *)(bda + (at)))
#define ticks() bda32(0x6c) // 18.2 a second
void hook_1c(void);
void big_real_mode(void);

#define R(...) ((struct registers){__VA_ARGS__})
void call(const char *name, uint8_t vector, unsigned outputs, struct registers with);
// The same without a case of its own: to prepare one.
void quiet(uint8_t vector, struct registers with);
// A case without a call.
void begin(const char *name);
void equal(const char *what, uint32_t value, uint32_t wanted);
void holds(const char *what, bool condition);
void carry(bool wanted);
void ax(uint16_t wanted);
void ah(uint8_t wanted); // also the flag: carry when wanted is not 0
// Says why a case's conditions are not there; it counts as skipped, and the host knows which may be.
void skip(const char *name);

uint8_t peek8(uint16_t segment, uint32_t offset);
uint32_t peek32(uint16_t segment, uint32_t offset);
void poke32(uint16_t segment, uint32_t offset, uint32_t value);
void fill(uint16_t segment, uint32_t value); // all 64 KiB
uint8_t in8(uint16_t port);
void out8(uint16_t port, uint8_t value);
void say(const char *template, ...) __attribute__((format(printf, 1, 2)));
uint8_t cmos(uint8_t at);

void test_disk(void);
void test_trouble(void);
bool test_emulation(void); // false: this was not booted from a CD
void test_cd(void);
void test_video(void);
void test_machine(void);
void test_memory(void);
void test_keyboard(void);
void test_clock(void);
void test_pci(void);
