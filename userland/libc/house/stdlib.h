// stdlib.h: what system() says of the command's end.
#pragma once
#include_next <stdlib.h>
#include <wait_status.h>
#define WNOHANG 1
#define WUNTRACED 2
