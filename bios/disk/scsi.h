// scsi.h: what INT 13h may ask of a CD drive beside reading. All return 0 or -errno (-ENODATA: no medium).
#pragma once
#include "bios/disk.h"

// Asks for the medium anew: disk->sectors is its size, or 0.
int scsi_medium(struct disk *disk);
int scsi_lock(struct disk *disk, bool lock);
int scsi_eject(struct disk *disk);
