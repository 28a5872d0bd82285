// The C library leans on the kernel's insides: refused as "may not lean on".
#include "kernel/mm/fixture.h"
