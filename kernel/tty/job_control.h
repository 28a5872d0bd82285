// job_control.h: connects terminals with processes.
#pragma once

void job_control_init(void); // before tty_init()
