// keyboard.h: the keyboard's controller and its ring of keys.
#pragma once
#include "bios/chipset.h"
#include "bios/regs.h"
#include <stdbool.h>

void keyboard_init(void);
// Puts a key (scan code << 8 | character) into the ring. Returns 0 when it is full.
int keyboard_put(uint16_t key);
void irq1(struct bios_regs *r);
void keyboard_poll_serial(struct bios_regs *r);
// Not 0: the timer's tick looks for keys on the serial line (entry.S).
extern uint8_t entry_serial_keys;
