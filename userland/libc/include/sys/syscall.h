#pragma once
#include "kernel/uapi/syscall_numbers.h"
