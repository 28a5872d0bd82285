// drivers.h: what the disk drivers share. All of them are polled, and every wait has an end.
#pragma once
#include "bios/disk.h"
#include "bios/log.h"
#include "bios/memory.h"
#include "bios/pci.h"
#include "bios/port.h"
#include "bios/time.h"

void ata_probe(struct pci_device *pci);
void ahci_probe(struct pci_device *pci);
void nvme_probe(struct pci_device *pci);
void virtio_blk_probe(struct pci_device *pci);

// A CD whose driver has packet(): asks for the medium's size, sets transfer() and the rest. 0, also when it
// is empty.
int scsi_attach(struct disk *disk);

// Waits until `condition`, or until `us` microseconds are over: false. The last look comes after the last
// glance at the clock.
#define wait_until(condition, us)                                                                                 \
	({                                                                                                        \
		uint64_t deadline_ = 0;                                                                           \
		bool done_, late_ = false;                                                                        \
		while (!(done_ = (condition)) && !late_) {                                                        \
			__asm__ volatile("pause" : : : "memory");                                                                   \
			if (deadline_ == 0)                                                                       \
				deadline_ = time_us() + (us);                                                     \
			late_ = expired(deadline_);                                                               \
		}                                                                                                 \
		done_;                                                                                            \
	})
#define compiler_barrier() __asm__ volatile("" : : : "memory")
