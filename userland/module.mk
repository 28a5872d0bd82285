# userland/module.mk: the C library and every program of the guest, each one static ELF that also runs on Linux.
#
# A program is three lines in a module.mk (userland/systems/*/module.mk are included below; emu/module.mk may do the same):
#   USER_PROGRAMS += c_redis
#   c_redis_SRC := userland/systems/c_redis/main.c ...
#   c_redis_OBJ := extra objects, if any
# It is linked to $(B)/user/bin/c_redis and lands in the initramfs as /bin/c_redis.
LIBC_SPINE := $(addprefix userland/libc/,class.c decimal.c directory.c fnmatch.c malloc.c math.c print.c print_float.c signal.c sort.c start.c stdio.c \
	stdlib.c strtod.c text.c tls.c unix.c)
LIBC_SRC := $(call choose,$(LIBC_SPINE),$(wildcard userland/libc/*.c) userland/libc/clone.S userland/libc/cancel_point.S kernel/lib/unicode.c) kernel/lib/string.c kernel/lib/strlcpy.c kernel/lib/format.c
LIBC_CRT := $(B)/user/userland/libc/crt0.o
LIBC := $(B)/user/libc.a
# -MD, for -MMD leaves out what -isystem makes "system" headers: our own.
USER_CFLAGS := $(call house,-isystem userland/libc/house) -isystem userland/libc/include $(filter-out -MMD,$(USER_CFLAGS)) -MD -ffunction-sections -fdata-sections -fno-math-errno \
	-fno-asynchronous-unwind-tables
USER_LDFLAGS := -nostdlib -static -Wl,--gc-sections -Wl,-z,noexecstack -Wl,-z,separate-code \
	-Wl,-z,max-page-size=4096 -Wl,--build-id=none
CFLAGS_string := $(call probe,-fno-tree-loop-distribute-patterns)

USER_PROGRAMS :=
include $(wildcard userland/bin/module.mk userland/systems/*/module.mk)

$(LIBC): $(patsubst %,$(B)/user/%.o,$(basename $(LIBC_SRC)))
	@rm -f $@
	$(AR) rcs $@ $^
$(LIBC_SRC:%.c=$(B)/user/%.o) $(B)/user/userland/bin/box/strace.o: | $(SYSCALL_HEADERS)

LIBGCC := $(shell $(CC) -print-libgcc-file-name)
ifeq ($(wildcard $(LIBGCC)),)
LIBGCC := $(shell gcc -print-libgcc-file-name)
endif

# All of the library is linked and what nobody reaches is dropped again (--gc-sections): so a weak reference finds its file
# wherever the library has it.
# Second expansion: the lists are read when a program is linked, so a module.mk that comes later may still add programs.
.SECONDEXPANSION:
program_objects = $(patsubst %.c,$(B)/user/%.o,$($(1)_SRC)) $($(1)_OBJ)
$(B)/user/bin/%: $(LIBC_CRT) $$(call program_objects,$$*) $(LIBC)
	@mkdir -p $(@D)
	$(CC) $(USER_LDFLAGS) -o $@ $(LIBC_CRT) $(call program_objects,$*) \
		-Wl,--whole-archive $(LIBC) -Wl,--no-whole-archive $(LIBGCC)

# What the guest gets: programs without their debugging symbols (gdb reads the ones in $(B)/user/bin), the tools' names.
$(B)/user/stripped/%: $(B)/user/bin/%
	@mkdir -p $(@D)
	$(STRIP) -o $@ $<
STRIP ?= strip
.PRECIOUS: $(B)/user/%.o $(B)/user/bin/%
BOX_TOOLS = $(shell sed -n 's/^TOOL."\([^"]*\)".*/\1/p' $(box_SRC))
INITRAMFS_FILES += $(foreach name,$(USER_PROGRAMS),bin/$(name)=$(B)/user/stripped/$(name)) \
	init=$(B)/user/stripped/init etc/tour=userland/bin/tour.txt
INITRAMFS_LINKS = $(foreach name,$(BOX_TOOLS),bin/$(name)=box)

user_programs = $(foreach name,$(USER_PROGRAMS),$(B)/user/bin/$(name))
.PHONY: userland
userland: $$(user_programs) ## every program of the guest, under $(B)/user/bin
