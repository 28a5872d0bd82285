// debug_exit.h: QEMU's isa-debug-exit, so that a panic ends a run at once.
#pragma once

void debug_exit_init(void); // boot time, after the hooks that still print
