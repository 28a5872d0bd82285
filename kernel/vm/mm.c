// mm.c: areas of an address space: making, cutting, copying them; switching between spaces. See area.h.
//
// Lazy switching: a kernel thread runs on whatever tables are loaded; the CPU leaves mm->cpus, so nobody sends it flushes,
// and remembers the space's flush count. Back in the same space it reloads CR3 only if that count has moved. The order is:
// flusher: count up, then read the mask; returning CPU: enter the mask, then read the count.
#include "kernel/arch/x86_64/cpu/atomic.h"
#include "kernel/arch/x86_64/cpu/regs.h"
#include "kernel/arch/x86_64/machine/machine.h"
#include "kernel/arch/x86_64/machine/paging.h"
#include "kernel/lib/string.h"
#include "kernel/mm/slab.h"
#include "kernel/sched/sched.h"
#include "kernel/sync/preempt.h"
#include "kernel/uapi/mman.h"
#include "kernel/vm/internal.h"
#include "kernel/vm/mapping.h"

struct mm *mm_create(void)
{
	struct mm *mm = kzalloc(sizeof(*mm), ALLOC_SLEEP);
	if (mm == NULL)
		return NULL;
	mm->root = paging_root_create();
	if (mm->root == NULL) {
		kfree(mm);
		return NULL;
	}
	static uint64_t spaces;
	mm->number = atomic_add(&spaces, 1);
	refcount_set(&mm->users, 1);
	rwsem_init(&mm->lock);
	spin_init(&mm->table_lock, "page_table");
	mm->stack_limit = 8ul << 20;
	mm->address_limit = mm->data_limit = ~0ul;
	return mm;
}

void mm_get(struct mm *mm)
{
	refcount_get(&mm->users);
}

static void area_destroy(struct vm_area *area)
{
	if (area->mapping != NULL) {
		spin_lock(&area->mapping->lock);
		list_remove(&area->mapping_link);
		spin_unlock(&area->mapping->lock);
	}
	if (area->operations != NULL && area->operations->close != NULL)
		area->operations->close(area);
	kfree(area);
}

void mm_area_link(struct mm *mm, struct vm_area *area)
{
	struct rbtree_node **slot = &mm->areas.root, *parent = NULL;
	while (*slot != NULL) {
		parent = *slot;
		slot = area->start < container_of(parent, struct vm_area, node)->start ? &parent->left : &parent->right;
	}
	rbtree_insert(&mm->areas, &area->node, parent, slot);
	area->mm = mm;
	list_init(&area->mapping_link);
	if (area->operations != NULL && area->operations->open != NULL)
		area->operations->open(area);
	if (area->mapping != NULL) {
		spin_lock(&area->mapping->lock);
		list_push_back(&area->mapping->areas, &area->mapping_link);
		spin_unlock(&area->mapping->lock);
	}
}

struct vm_area *mm_area_at(struct mm *mm, uint64_t address)
{
	struct vm_area *found = NULL;
	for (struct rbtree_node *node = mm->areas.root; node != NULL;) {
		struct vm_area *area = container_of(node, struct vm_area, node);
		if (area->end > address) {
			found = area;
			node = node->left;
		} else
			node = node->right;
	}
	return found;
}

struct vm_area *mm_area_next(const struct vm_area *area)
{
	struct rbtree_node *node = rbtree_next(&area->node);
	return node != NULL ? container_of(node, struct vm_area, node) : NULL;
}

static int split(struct vm_area *area, uint64_t at)
{
	struct vm_area *upper = kmalloc(sizeof(*upper), ALLOC_SLEEP);
	if (upper == NULL)
		return -ENOMEM;
	*upper = *area;
	upper->start = at;
	upper->first_page += (at - area->start) / PAGE_SIZE;
	if (upper->device_physical != 0)
		upper->device_physical += at - area->start;
	area->end = at;
	upper->grows_down = false;
	mm_area_link(area->mm, upper);
	return 0;
}

int mm_isolate(struct mm *mm, uint64_t start, uint64_t end)
{
	uint64_t edges[2] = {start, end};
	for (int i = 0; i < 2; i++) {
		struct vm_area *area = mm_area_at(mm, edges[i]);
		if (area != NULL && area->start < edges[i] && split(area, edges[i]) != 0)
			return -ENOMEM;
	}
	return 0;
}

int mm_unmap_locked(struct mm *mm, uint64_t start, uint64_t end)
{
	int rc = mm_isolate(mm, start, end);
	if (rc != 0)
		return rc;
	struct tlb_gather gather = {.mm = mm};
	for (struct vm_area *area = mm_area_at(mm, start), *next; area != NULL && area->start < end; area = next) {
		next = mm_area_next(area);
		mm_zap_range(&gather, area, area->start, area->end);
		mm->total_pages -= (area->end - area->start) / PAGE_SIZE;
		rbtree_remove(&mm->areas, &area->node);
		area_destroy(area);
	}
	tlb_gather_finish(&gather);
	return 0;
}

int mm_unmap(struct mm *mm, uint64_t start, uint64_t size)
{
	size = (size + PAGE_SIZE - 1) & -PAGE_SIZE;
	if (!mm_range_ok(start, size))
		return -EINVAL;
	down_write(&mm->lock);
	int rc = mm_unmap_locked(mm, start, start + size);
	up_write(&mm->lock);
	return rc;
}

uint64_t mm_find_gap(struct mm *mm, uint64_t size)
{
	uint64_t ceiling = USER_END - (1ul << 30) - mm->stack_limit % (1ul << 36); // room for the stack to grow
	struct rbtree_node *node = rbtree_last(&mm->areas);
	for (; node != NULL; node = rbtree_previous(node)) {
		struct vm_area *area = container_of(node, struct vm_area, node);
		if (area->end <= ceiling && ceiling - area->end >= size)
			return ceiling - size;
		if (area->start < ceiling)
			ceiling = area->start;
	}
	return ceiling >= size + USER_BEGIN ? ceiling - size : 0;
}

int mm_map(struct mm *mm, const struct vm_area *template, uint64_t where, uint64_t size, bool replace, uint64_t *start)
{
	size = (size + PAGE_SIZE - 1) & -PAGE_SIZE;
	if (where != 0 && (!mm_range_ok(where, size) || where < USER_BEGIN))
		return where < USER_BEGIN ? -EPERM : -ENOMEM;
	struct vm_area *area = kmalloc(sizeof(*area), ALLOC_SLEEP);
	if (area == NULL || size == 0 || size > USER_END) {
		kfree(area);
		return -ENOMEM;
	}
	int rc = 0;
	down_write(&mm->lock);
	if (mm->total_pages + size / PAGE_SIZE > mm->address_limit / PAGE_SIZE)
		rc = -ENOMEM;
	if (rc == 0 && where == 0)
		rc = (where = mm_find_gap(mm, size)) == 0 ? -ENOMEM : 0;
	else if (rc == 0 && replace)
		rc = mm_unmap_locked(mm, where, where + size);
	struct vm_area *above = mm_area_at(mm, where);
	if (rc == 0 && above != NULL && above->start < where + size)
		rc = -EEXIST;
	if (rc == 0) {
		*area = *template;
		area->start = *start = where;
		area->end = where + size;
		mm_area_link(mm, area);
		mm_grow(mm, size / PAGE_SIZE);
	} else
		kfree(area);
	up_write(&mm->lock);
	return rc;
}

static int clone_pages(struct vm_area *area, struct vm_area *copy)
{
	struct mm *from = area->mm, *to = copy->mm;
	for (uint64_t at = area->start; at < area->end; at += PAGE_SIZE) {
		spin_lock(&from->table_lock);
		uint64_t *entry = paging_entry(from->root, at, false);
		uint64_t value = entry != NULL ? *entry : 0;
		if ((value & PTE_PRESENT) && !area->shared) {
			value = (value & ~PTE_WRITE) | PTE_COPY;
			WRITE_ONCE(*entry, value);
		}
		if (value & PTE_PRESENT)
			page_get(page_of_physical(value & PTE_ADDRESS));
		spin_unlock(&from->table_lock);
		if (entry == NULL)
			at |= 0x1ff000;
		if (!(value & PTE_PRESENT))
			continue;
		uint64_t *target = paging_entry(to->root, at, true); // nobody else sees the new space yet
		if (target == NULL) {
			page_put(page_of_physical(value & PTE_ADDRESS));
			return -ENOMEM;
		}
		*target = value;
		to->resident_pages++;
	}
	return 0;
}

static int clone_area(struct mm *to, struct vm_area *area)
{
	struct vm_area *copy = kmalloc(sizeof(*copy), ALLOC_SLEEP);
	if (copy == NULL)
		return -ENOMEM;
	*copy = *area;
	mm_area_link(to, copy);
	mm_grow(to, (area->end - area->start) / PAGE_SIZE);
	if (area->shared || area->device_physical != 0)
		return 0; // faults bring the same pages
	return clone_pages(area, copy);
}

int mm_clone(struct mm *old, struct mm **result)
{
	struct mm *copy = mm_create();
	if (copy == NULL)
		return -ENOMEM;
	memcpy(&copy->heap_start, &old->heap_start, sizeof(*copy) - offsetof(struct mm, heap_start));
	int rc = 0;
	down_write(&old->lock);
	for (struct vm_area *area = mm_area_at(old, 0); area != NULL && rc == 0; area = mm_area_next(area))
		rc = clone_area(copy, area);
	mm_flush(old, 0); // its writable entries became read-only
	up_write(&old->lock);
	if (rc != 0) {
		mm_put(copy);
		return rc;
	}
	*result = copy;
	return 0;
}

void mm_put(struct mm *mm)
{
	if (!refcount_put(&mm->users))
		return;
	uint64_t lazy = 0;
	preempt_disable();
	for (uint32_t cpu = 0; cpu < cpus_online(); cpu++)
		if (READ_ONCE(cpus[cpu]->mm) == mm)
			lazy |= 1ul << cpu;
	preempt_enable();
	if (lazy != 0)
		tlb_flush(lazy, (uint64_t)mm);
	mm->cpus = 0;
	mm_unmap_locked(mm, 0, USER_END);
	paging_root_destroy(mm->root);
	kfree(mm);
}

void mm_switch(struct mm *next)
{
	struct cpu *cpu = this_cpu();
	struct mm *loaded = cpu->mm;
	uint64_t bit = 1ul << cpu->number;
	if (next == NULL) {
		if (loaded != NULL && (READ_ONCE(loaded->cpus) & bit)) {
			cpu->mm_generation = READ_ONCE(loaded->tlb_generation);
			atomic_and(&loaded->cpus, ~bit);
		}
		return;
	}
	if (loaded == next) {
		if (READ_ONCE(next->cpus) & bit)
			return;
		atomic_or(&next->cpus, bit);
		if (cpu->mm_generation != READ_ONCE(next->tlb_generation))
			write_cr3(paging_root_physical(next->root));
		return;
	}
	if (loaded != NULL)
		atomic_and(&loaded->cpus, ~bit);
	atomic_or(&next->cpus, bit);
	cpu->mm = next;
	write_cr3(paging_root_physical(next->root));
}

void mm_activate(struct mm *mm)
{
	unsigned long state = interrupts_save();
	current->mm = mm;
	mm_switch(mm);
	interrupts_restore(state);
}

size_t mm_access(struct mm *mm, uint64_t address, void *buffer, size_t size, bool write)
{
	size_t done = 0;
	while (done < size) {
		uint64_t at = address + done, offset = at % PAGE_SIZE;
		size_t chunk = size - done < PAGE_SIZE - offset ? size - done : PAGE_SIZE - offset;
		int code;
		if (mm_fault(mm, at, write, false, &code) != 0)
			break;
		spin_lock(&mm->table_lock);
		uint64_t *entry = paging_entry(mm->root, at, false);
		uint64_t value = entry != NULL ? *entry : 0;
		bool usable = (value & PTE_PRESENT) && !(value & PTE_SPECIAL) && (!write || (value & PTE_WRITE));
		if (usable) {
			char *place = (char *)DIRECT_MAP + (value & PTE_ADDRESS) + offset;
			memcpy(write ? place : (char *)buffer + done, write ? (char *)buffer + done : place, chunk);
			done += chunk;
		}
		spin_unlock(&mm->table_lock);
		if (!usable && (value & PTE_SPECIAL))
			break;
	}
	return done;
}

int vm_area_map_device(struct vm_area *area, uint64_t physical, uint64_t size, bool cached)
{
	if (physical % PAGE_SIZE != 0 || area->end - area->start > size || physical == 0)
		return -EINVAL;
	area->device_physical = physical;
	area->device_cached = cached;
	area->shared = true;
	return 0;
}
