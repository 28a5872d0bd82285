# The kernel: every .c and .S of its floors. pocket.c files are programs of their own (the naive twins that tests use).
KERNEL_SRC += $(filter-out %/pocket.c,$(wildcard kernel/*/*.c kernel/arch/x86_64/machine/*.c kernel/arch/x86_64/machine/*.S))

# One list of system calls generates numbers, prototypes, dispatch, tracer names and the support page.
SYSCALL_HEADERS := $(B)/gen/kernel/uapi/syscall_numbers.h $(B)/gen/kernel/syscall/prototypes.h $(B)/gen/kernel/syscall/table.h
$(SYSCALL_HEADERS) &: kernel/syscall/syscalls.tbl kernel/syscall/generate.awk
	@mkdir -p $(B)/gen/kernel/uapi $(B)/gen/kernel/syscall
	awk -v out=$(B)/gen -f kernel/syscall/generate.awk $<
$(KERNEL_SRC:%.c=$(B)/kernel/%.o): | $(SYSCALL_HEADERS)
# What the kernel says of itself: version, and lines of the kernel as `make lines` counts them.
$(B)/gen/kernel/core/build.h: $(KERNEL_SRC) Makefile
	@mkdir -p $(@D)
	@printf '#pragma once\n#define GROUNDUP_VERSION "%s"\n#define GROUNDUP_KERNEL_LINES %d\n' $(VERSION) \
		$$(cat $$(find kernel -name '*.[chS]') | wc -l) > $@.new
	@cmp -s $@.new $@ && rm $@.new || mv $@.new $@
$(B)/kernel/kernel/main/main.o $(B)/kernel/kernel/core/power.o: | $(B)/gen/kernel/core/build.h
