// consoles.h: what a person sits at beside the serial line. Not in every kernel: drivers.c. Boot time.
#pragma once
#include "boot/common/boot_info.h"

// The screen of pixels, as UEFI leaves it (its Graphics Output Protocol) or VBE sets it: 32 bits a pixel, blue in the lowest
// byte; a framebuffer of another kind is named in the log and left alone.
void framebuffer_init(const struct boot_framebuffer *given);
void vga_text_init(void); // the 80x25 text screen at 0xb8000, when the loader left it in text mode
void keyboard_init(void); // PS/2; it types into the console's terminal
