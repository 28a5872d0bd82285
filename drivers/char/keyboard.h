// keyboard.h: the PS/2 keyboard, which types into the console's terminal.
#pragma once

void keyboard_init(void); // boot time
