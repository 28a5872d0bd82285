// trace.h: for the kernel's start.
#pragma once
void trace_init(void); // makes /dev/trace
