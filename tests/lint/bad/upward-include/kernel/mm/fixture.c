// Memory management leans on processes: refused as "upward".
#include "kernel/proc/fixture.h"
