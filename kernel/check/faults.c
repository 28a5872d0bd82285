// faults.c: BUILD=checked: each mistake that this folder must notice, made on purpose: the name of one,
// written to /dev/fault by root, makes it. tests/fuzz/test-checks does so, one boot a name.
#include "kernel/check/check.h"
#include "kernel/core/init.h"
#include "kernel/dev/chardev.h"
#include "kernel/lib/string.h"
#include "kernel/mm/slab.h"

static struct spinlock first = SPINLOCK_INIT("fault_first"), second = SPINLOCK_INIT("fault_second");

static void freed_twice(void)
{
	char *volatile block =
	    kmalloc(100, ALLOC_SLEEP); // volatile: the compiler knows free() and would say so
	kfree(block);
	kfree(block);
}

static void written_late(void)
{
	char *volatile block = kmalloc(100, ALLOC_SLEEP);
	kfree(block);
	block[50] = 1;
	for (int i = 0; i < 2000; i++)
		kfree(kmalloc(16, ALLOC_SLEEP)); // until its turn comes
}

static void written_behind(void)
{
	char *volatile block = kmalloc(100, ALLOC_SLEEP);
	block[100] = 1;
	kfree(block);
}

static void order(void)
{
	spin_lock(&first);
	spin_lock(&second);
	spin_unlock(&second);
	spin_unlock(&first);
	spin_lock(&second);
	spin_lock(&first);
}

static void sleeps(void)
{
	struct mutex mutex;

	mutex_init(&mutex);
	spin_lock(&first);
	mutex_lock(&mutex);
}

static void allocates(void)
{
	spin_lock(&first);
	kfree(kmalloc(16, ALLOC_SLEEP));
}

static void held_on_return(void)
{
	spin_lock(&first);
}

static long fault_write(struct chardev *device, void *session, struct uio *uio, int64_t *position)
{
	static const struct fault {
		const char *name;
		void (*make)(void);
	} faults[] = {{"freed-twice", freed_twice},
		      {"written-late", written_late},
		      {"written-behind", written_behind},
		      {"order", order},
		      {"sleeps", sleeps},
		      {"allocates", allocates},
		      {"held-on-return", held_on_return}};
	char name[32] = "";
	size_t size = uio->left;

	if (size >= sizeof(name) || uio_copy_in(uio, name, size) != 0)
		return -EINVAL;
	for (size_t i = 0; i < sizeof(faults) / sizeof(faults[0]); i++)
		if (strcmp(name, faults[i].name) == 0) {
			faults[i].make();
			return (long)size;
		}
	return -EINVAL;
}

static void fault_init(void)
{
	static const struct chardev_operations operations = {.write = fault_write};
	static struct chardev device = {"fault", 10, 241, 0200, &operations, false, NULL, NULL};

	chardev_register(&device);
}
INIT_EARLY(fault_init);
