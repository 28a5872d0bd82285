# userland/module.mk: the C library and every program of the guest, each one static ELF that also runs on Linux.
#
# A program is three lines in a module.mk (userland/systems/*/module.mk are included below; emu/module.mk may do the same):
#   USER_PROGRAMS += c_redis
#   c_redis_SRC := userland/systems/c_redis/main.c ...
#   c_redis_OBJ := extra objects, if any
# It is linked to $(B)/user/bin/c_redis and lands in the initramfs as /bin/c_redis.
LIBC_SRC := $(wildcard userland/libc/*.c) kernel/lib/string.c kernel/lib/strlcpy.c kernel/lib/format.c
LIBC_CRT := $(B)/user/userland/libc/crt0.o
LIBC := $(B)/user/libc.a
USER_CFLAGS := -isystem userland/libc/include $(USER_CFLAGS) -ffunction-sections -fdata-sections -fno-math-errno \
	-fno-asynchronous-unwind-tables
USER_LDFLAGS := -nostdlib -static -no-pie -Wl,--gc-sections -Wl,-z,noexecstack -Wl,-z,separate-code \
	-Wl,-z,max-page-size=4096 -Wl,--build-id=none
CFLAGS_string := $(call probe,-fno-tree-loop-distribute-patterns)

# Numbers come from the kernel's own table; before it exists, from the host's header.
SYSCALL_NUMBERS := $(B)/gen/kernel/uapi/syscall_numbers.h
ifeq ($(wildcard kernel/syscall/syscalls.tbl),)
$(SYSCALL_NUMBERS): /usr/include/x86_64-linux-gnu/asm/unistd_64.h
	@mkdir -p $(@D)
	sed -n 's/^#define __NR_/#define SYS_/p' $< > $@
endif

USER_PROGRAMS :=
include $(wildcard userland/bin/module.mk userland/systems/*/module.mk)

$(LIBC): $(LIBC_SRC:%.c=$(B)/user/%.o)
	@rm -f $@
	$(AR) rcs $@ $^
$(LIBC_SRC:%.c=$(B)/user/%.o): | $(SYSCALL_NUMBERS)

LIBGCC := $(shell $(CC) -print-libgcc-file-name)
ifeq ($(wildcard $(LIBGCC)),)
LIBGCC := $(shell gcc -print-libgcc-file-name)
endif

# Second expansion: the lists are read when a program is linked, so a module.mk that comes later may still add programs.
.SECONDEXPANSION:
program_objects = $(patsubst %.c,$(B)/user/%.o,$($(1)_SRC)) $($(1)_OBJ)
$(B)/user/bin/%: $(LIBC_CRT) $$(call program_objects,$$*) $(LIBC)
	@mkdir -p $(@D)
	$(CC) $(USER_LDFLAGS) -o $@ $(LIBC_CRT) $(call program_objects,$*) $(LIBC) $(LIBGCC)
