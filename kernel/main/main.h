// main.h: what the start knows and others ask for.
#pragma once

// The value of NAME=VALUE on the kernel's command line, "" for a bare NAME, NULL when it is not there. Boot only: the text
// is overwritten by the next call.
const char *boot_argument(const char *name);
extern char boot_stack[];
