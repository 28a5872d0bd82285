// uart16550.h: the PC's serial ports.
#pragma once

void uart16550_early(void); // COM1 by polling, as a console of the log
void uart16550_init(void);  // finds the ports; receives by interrupt from now on
