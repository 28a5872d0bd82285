#pragma once
#include "kernel/uapi/errno.h"
extern int errno;
