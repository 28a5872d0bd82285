// fw_cfg.h: files that QEMU was given on its command line (-fw_cfg name=opt/...).
#pragma once

void fw_cfg_init(void); // boot time; registers them as firmware files (kernel/dev/firmware.h)
