// writers.c: who may map a file shared and write to it: nobody, once it is sealed (memfd.c); who may open it to write: nobody,
// while it runs as a program. Guarded by mapping->lock.
#include "kernel/uapi/errno.h"
#include "kernel/vm/area.h"
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

bool mapping_runs(struct mapping *mapping)
{
	struct vm_area *area;
	bool runs = false;
	spin_lock(&mapping->lock);
	list_for_each(area, &mapping->areas, mapping_link)
		runs |= area->program;
	spin_unlock(&mapping->lock);
	return runs;
}
