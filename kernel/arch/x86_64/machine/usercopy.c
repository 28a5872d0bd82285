// usercopy.c: see usercopy.h. SMAP is lifted (AC flag) only around the copying instructions of entry.S.
#include "kernel/arch/x86_64/machine/usercopy.h"
#include "kernel/arch/x86_64/machine/user_access.h"
#include "kernel/mm/layout.h"
#include "kernel/uapi/errno.h"

long user_copy(void *to, const void *from, size_t size);
long user_byte(const void *from);
int user_load32(const uint32_t *from, uint32_t *value);

bool user_range_ok(user_addr address, size_t size)
{
	return size <= USER_END && address <= USER_END - size;
}

int copy_from_user(void *to, user_addr from, size_t size)
{
	if (!user_range_ok(from, size))
		return -EFAULT;
	open_user();
	long left = user_copy(to, (const void *)from, size);
	close_user();
	return left == 0 ? 0 : -EFAULT;
}

int copy_to_user(user_addr to, const void *from, size_t size)
{
	if (!user_range_ok(to, size))
		return -EFAULT;
	open_user();
	long left = user_copy((void *)to, from, size);
	close_user();
	return left == 0 ? 0 : -EFAULT;
}

long strncpy_from_user(char *to, user_addr from, size_t size)
{
	for (size_t i = 0; i < size; i++) {
		if (!user_range_ok(from + i, 1))
			return -EFAULT;
		open_user();
		long byte = user_byte((const void *)(from + i));
		close_user();
		if (byte < 0)
			return -EFAULT;
		to[i] = byte;
		if (byte == 0)
			return i;
	}
	return -ENAMETOOLONG;
}

int load_user32(uint32_t *value, user_addr from)
{
	if (from % 4 != 0 || !user_range_ok(from, 4))
		return -EFAULT;
	open_user();
	int rc = user_load32((const uint32_t *)from, value);
	close_user();
	return rc == 0 ? 0 : -EFAULT;
}
