// area.h: address spaces. An area is a range of pages with one kind of backing: anonymous, a mapping, or device memory.
#pragma once
#include <stdbool.h>
#include <stdint.h>
#include "kernel/core/refcount.h"
#include "kernel/lib/list.h"
#include "kernel/lib/rbtree.h"
#include "kernel/mm/layout.h"
#include "kernel/sched/mutex.h"
#include "kernel/sync/spinlock.h"

struct mapping;
struct page;
struct mm;
struct vm_area;

struct vm_area_operations {
	void (*open)(struct vm_area *area);  // a copy came to be (fork, split): take references of `owner`
	void (*close)(struct vm_area *area); // it goes
	void (*name)(struct vm_area *area, char *buffer, size_t size); // for /proc/PID/maps
};

struct vm_area {
	struct rbtree_node node; // in mm->areas by start
	uint64_t start, end;     // page-aligned, end exclusive
	uint32_t protection;     // PROT_*
	bool shared;             // writes go to the mapping
	bool never_written;      // shared, from a file opened for reading: PROT_WRITE is refused
	bool grows_down;         // the stack
	uint64_t locked_by;      // the number of the space that locked it, mlock(2): a child's copy is not locked
	bool program;            // of a file that execve(2) brought here: nobody may write to it
	struct mm *mm;
	struct mapping *mapping; // NULL: anonymous or device
	uint64_t first_page;     // index in the mapping of the page at `start`
	struct list mapping_link;
	uint64_t device_physical; // device memory at `start`, when not 0
	bool device_cached;
	const struct vm_area_operations *operations; // may be NULL
	void *owner;                                  // the file
	const char *label;                            // "[heap]", "[stack]" or NULL
};

#define AUXILIARY_WORDS 40 // AT_NULL included

struct mm {
	struct refcount users; // threads
	uint64_t *root;        // PML4
	struct rwsem lock;     // write: change areas; read: faults
	struct rbtree areas;
	struct spinlock table_lock; // page tables below root; inside lock and mapping->lock
	uint64_t cpus;              // mask of CPUs that run it now
	uint64_t tlb_generation;    // counts flushes
	uint64_t number, lock_new; // no two spaces ever have the same; MCL_*: what becomes of new areas, mlockall(2)
	uint64_t total_pages, resident_pages, most_pages, most_resident; // and the most there ever were
	uint64_t heap_start, heap_end; // this and all below is a child's too
	uint64_t stack_limit, address_limit, data_limit; // bytes: RLIMIT_STACK, RLIMIT_AS, RLIMIT_DATA
	uint64_t arguments_start, arguments_end, environment_end; // on the stack, for /proc
	uint64_t auxiliary[AUXILIARY_WORDS]; // as exec wrote it there
};

struct mm *mm_create(void);                     // one user; NULL: no memory
int mm_clone(struct mm *old, struct mm **copy); // fork: private pages are shared until written
static inline void mm_grow(struct mm *mm, uint64_t pages)
{
	mm->total_pages += pages;
	mm->most_pages = mm->total_pages > mm->most_pages ? mm->total_pages : mm->most_pages;
}
void mm_get(struct mm *mm);
void mm_put(struct mm *mm); // thread context, not the current mm of any thread that still uses it
void mm_switch(struct mm *next); // scheduler hook; NULL: a kernel thread borrows what is there
void mm_activate(struct mm *mm); // exec, exit: makes it the current thread's

// Makes an area. `where` 0: anywhere below the stack, else that address exactly, which must be free (or is unmapped first
// when `replace`). Template gives protection, shared, mapping ...; on success *start says where. 0 or -errno.
int mm_map(struct mm *mm, const struct vm_area *template, uint64_t where, uint64_t size, bool replace, uint64_t *start);
int mm_unmap(struct mm *mm, uint64_t start, uint64_t size);
int mm_protect(struct mm *mm, uint64_t start, uint64_t size, uint32_t protection);
int mm_discard(struct mm *mm, uint64_t start, uint64_t size); // madvise(MADV_DONTNEED)
int mm_remap(struct mm *mm, uint64_t old, uint64_t old_size, uint64_t new_size, unsigned flags, uint64_t *where); // mremap(2)
int mm_resident(struct mm *mm, uint64_t address);               // 1: a page is there or cached, 0: not; -ENOMEM: nothing mapped
int mm_populate(struct mm *mm, uint64_t start, uint64_t size);  // makes every page present, and its own; -ENOMEM: one cannot be
int mm_lock(struct mm *mm, uint64_t start, uint64_t size, bool locked); // mlock(2), munlock(2); -ENOMEM: a hole, up to which it is done
uint64_t mm_locked_pages(struct mm *mm, uint64_t start, uint64_t size); // in that range
uint64_t mm_set_heap_end(struct mm *mm, uint64_t end);        // brk(2): the end that holds afterwards

// A page fault. 0, or the signal that it means: SIGSEGV or SIGBUS, with *code; SIGKILL: this thread is to die and got no memory.
int mm_fault(struct mm *mm, uint64_t address, bool write, bool execute, int *code);
// Reads or writes another space's memory (argv for /proc, exec's stack). Bytes moved.
size_t mm_access(struct mm *mm, uint64_t address, void *buffer, size_t size, bool write);

size_t mm_access_forced(struct mm *mm, uint64_t address, void *buffer, size_t size, bool write); // whatever the protection (forced.c)

// For chardev mmap operations: the area shows `size` bytes of device memory from `physical` on.
int vm_area_map_device(struct vm_area *area, uint64_t physical, uint64_t size, bool cached);

void vm_area_zap_from(struct vm_area *area, uint64_t first_page); // drops its entries for pages >= first; caller flushes
struct vm_area *mm_area_at(struct mm *mm, uint64_t address);    // lock held; the first area that ends above address
struct vm_area *mm_area_next(const struct vm_area *area);

extern void (*vm_out_of_memory)(void); // proc's OOM killer; called without locks
