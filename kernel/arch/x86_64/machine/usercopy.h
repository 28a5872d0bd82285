// usercopy.h: the only way to user memory. Addresses are checked against the user half; a fault inside is resolved (demand
// zero, copy-on-write) or ends the copy. Thread context, no spinlock, no inode or page lock held.
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef uint64_t user_addr; // an address in the current process, not to be dereferenced

int copy_from_user(void *to, user_addr from, size_t size); // 0 or -EFAULT
int copy_to_user(user_addr to, const void *from, size_t size);
// Copies a string with its NUL, at most `size` bytes. Its length, -EFAULT, or -ENAMETOOLONG when no NUL came.
long strncpy_from_user(char *to, user_addr from, size_t size);
int load_user32(uint32_t *value, user_addr from); // one aligned word in one access; 0 or -EFAULT
// Stores `new` where `old` stands and says whether it did, in one step; 0 or -EFAULT.
int compare_exchange_user32(user_addr word, uint32_t old, uint32_t new, bool *done);
bool user_range_ok(user_addr address, size_t size); // wholly in the user half
