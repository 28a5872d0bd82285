// power.h: ways to leave the machine, filled in by main from what ACPI says; and the kernel's name.
#pragma once

void power_off(void);   // returns only when the machine offers no way
void power_reset(void);
struct power_operations {
	void (*off)(void);
	void (*reset)(void);
};
extern struct power_operations power_operations;
extern const char kernel_version_text[]; // "#1 SMP PREEMPT Groundup 0.1 ..."
