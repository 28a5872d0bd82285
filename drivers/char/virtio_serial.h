// virtio_serial.h: for drivers.c.
#pragma once
#include "drivers/bus/pci.h"

extern const struct pci_driver virtio_serial_driver, virtio_serial_transitional_driver;
