// gpu.h: the GPU's driver, for drivers.c.
#pragma once
#include "drivers/bus/pci.h"

extern const struct pci_driver gpu_driver;
