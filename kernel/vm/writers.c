// writers.c: who may map a file shared and write to it: nobody, once it is sealed (memfd.c). Guarded by mapping->lock.
#include "kernel/uapi/errno.h"
#include "kernel/vm/mapping.h"

int mapping_writer_begin(struct mapping *mapping)
{
	spin_lock(&mapping->lock);
	int rc = mapping->writers < 0 ? -EPERM : 0;
	mapping->writers += rc == 0;
	spin_unlock(&mapping->lock);
	return rc;
}

void mapping_writer_end(struct mapping *mapping)
{
	spin_lock(&mapping->lock);
	mapping->writers--;
	spin_unlock(&mapping->lock);
}
