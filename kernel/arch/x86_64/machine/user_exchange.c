// user_exchange.c: see usercopy.h.
#include "kernel/arch/x86_64/machine/user_access.h"
#include "kernel/arch/x86_64/machine/usercopy.h"
#include "kernel/uapi/errno.h"

int user_exchange32(uint32_t *word, uint32_t *old, uint32_t new);

int compare_exchange_user32(user_addr word, uint32_t old, uint32_t new, bool *done)
{
	uint32_t stood = old;
	if (word % 4 != 0 || !user_range_ok(word, 4))
		return -EFAULT;
	open_user();
	int rc = user_exchange32((uint32_t *)word, &stood, new);
	close_user();
	*done = stood == old;
	return rc == 0 ? 0 : -EFAULT;
}
