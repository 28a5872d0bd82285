#pragma once
#include <sys/types.h>
#include_next <dirent.h>
