// framebuffer.h: the console on a screen of pixels, as UEFI leaves it (its Graphics Output Protocol) or VBE sets it.
#pragma once
#include "boot/common/boot_info.h"

// Boot time. 32 bits a pixel, blue in the lowest byte; a framebuffer of another kind is named in the log and left alone.
void framebuffer_init(const struct boot_framebuffer *given);
