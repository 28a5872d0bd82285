// regs.h: the caller's registers of a software interrupt, and calls into 16-bit code.
#pragma once
#include <stdint.h>

#define FLAG_CARRY 0x0001u
#define FLAG_ZERO 0x0040u
#define FLAG_INTERRUPT 0x0200u

#define BIOS_REGISTER(letter)                                                                                     \
	union {                                                                                                   \
		uint32_t e##letter##x;                                                                            \
		uint16_t letter##x;                                                                               \
		struct {                                                                                          \
			uint8_t letter##l, letter##h;                                                             \
		};                                                                                                \
	}
#define BIOS_INDEX(name)                                                                                          \
	union {                                                                                                   \
		uint32_t e##name;                                                                                 \
		uint16_t name;                                                                                    \
	}

// entry.S builds and takes apart this frame: the order is that of pushal.
struct bios_regs {
	BIOS_INDEX(di);
	BIOS_INDEX(si);
	BIOS_INDEX(bp);
	uint32_t unused; // pushal's stack pointer
	BIOS_REGISTER(b);
	BIOS_REGISTER(d);
	BIOS_REGISTER(c);
	BIOS_REGISTER(a);
	uint16_t es, ds, fs, gs;
	uint16_t flags; // the caller's, as INT pushed them; what a handler leaves here is what the caller gets
	uint16_t vector;
	uint16_t ss;
	uint8_t a20, padding; // port 92 as the caller had it, and will have it
	uint32_t esp;
};
_Static_assert(sizeof(struct bios_regs) == 52, "entry.S knows this frame");

// What segment:offset means, as a pointer of ours.
static inline void *real_pointer(uint16_t segment, uint16_t offset)
{
	return (void *)(uintptr_t)(((uint32_t)segment << 4) + offset);
}

static inline void set_carry(struct bios_regs *r, int carry)
{
	r->flags = (r->flags & ~FLAG_CARRY) | (carry ? FLAG_CARRY : 0);
}

// From 16-bit code to C: every software and hardware interrupt that is ours ends here, with interrupts off,
// on the ROM's stack.
void bios_interrupt(uint32_t vector, struct bios_regs *r);

// The handlers, by vector. Each works on the caller's registers in *r, interrupts off, and may call 16-bit
// code in turn.
void int10(struct bios_regs *r);
void int11(struct bios_regs *r);
void int12(struct bios_regs *r);
void int13(struct bios_regs *r);
void int14(struct bios_regs *r);
void int15(struct bios_regs *r);
void int16(struct bios_regs *r);
void int17(struct bios_regs *r);
void int18(struct bios_regs *r);
void int19(struct bios_regs *r);
void int1a(struct bios_regs *r);
void irq8(struct bios_regs *r); // the clock

// From C to 16-bit code at cs:ip with the registers in *r (flags too; set FLAG_INTERRUPT to let interrupts
// in). The code may end with a far return or an interrupt return; *r then holds its registers and flags.
// Interrupts are off again.
void call16(struct bios_regs *r, uint16_t cs, uint16_t ip);
// The same on a stack below 0000:7C00: option ROMs in POST may believe that their stack's segment is 0
// (SeaVGABIOS with ramfb does). Not from inside of such code.
void call16_low(struct bios_regs *r, uint16_t cs, uint16_t ip);
// The same through the interrupt vector table.
void call16_int(struct bios_regs *r, uint8_t vector);
// Goes to a boot sector or another program for good: stack at 0000:7C00, the ROM's own stack is empty again.
_Noreturn void start16(struct bios_regs *r, uint16_t cs, uint16_t ip);
// Lets those interrupts in that wait.
void let_interrupts_in(void);
// Lets interrupts in until one came.
void wait_interrupt(void);
