#pragma once
#include "kernel/uapi/errno.h"
extern _Thread_local int errno;
