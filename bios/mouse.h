// mouse.h: the PS/2 mouse: INT 15h C2 and its interrupt.
#pragma once
#include "bios/regs.h"

void mouse_service(struct bios_regs *r);
void irq12(struct bios_regs *r);
