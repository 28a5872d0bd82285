#pragma once
#define major(device) ((unsigned)(((device) >> 8 & 0xfff) | ((device) >> 32 & ~0xfffu)))
#define minor(device) ((unsigned)(((device) & 0xff) | ((device) >> 12 & ~0xffu)))
#define makedev(high, low) ((dev_t)((((high) & 0xffful) << 8) | ((low) & 0xfful) | (((low) & ~0xfful) << 12)))
