// vga_text.h: the 80x25 text screen at 0xb8000.
#pragma once

void vga_text_init(void); // boot time, when the loader left the screen in text mode
