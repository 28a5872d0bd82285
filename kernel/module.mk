# The kernel: every .c and .S of its floors. pocket.c files are programs of their own (the naive twins that tests use).
# BUILD=spine takes only what the smallest machine needs. All else joins by tables (kernel/lib/table.h, a hook, a system call whose
# name is weak), so leaving a file out is all there is to it; a new file is no part of the spine until it is named here.
KERNEL_SPINE := $(addprefix kernel/, \
	$(addprefix arch/x86_64/machine/,apic.c clock.c entry.S machine.c paging.c trampoline.S trap.c usercopy.c) \
	$(addprefix core/,panic.c power.c printk.c random.c refcount.c symbols.c trace.c) \
	$(addprefix dev/,chardev.c irq.c map.c memory.c registry.c) \
	$(addprefix fs/,dentry.c file.c init.c initramfs.c inode.c io.c locks.c names.c procfs.c stat.c tmpfs.c walk.c) \
	$(addprefix ipc/,pipe.c poll.c) \
	$(addprefix lib/,chacha20.c cpio.c elf64.c format.c rbtree.c siphash.c string.c strlcpy.c) \
	main/main.c \
	$(addprefix mm/,early.c page.c slab.c xarray.c) \
	$(addprefix proc/,clocks.c exec.c exit.c ids.c machine.c memory.c messages.c process.c procfs.c procfs_machine.c signal.c signal_frame.c trap.c wait.c) \
	$(addprefix sched/,sched.c timer.c wait.c) \
	sync/spinlock.c syscall/dispatch.c trace/trace.c \
	$(addprefix tty/,discipline.c job_control.c tty.c) \
	$(addprefix vm/,fault.c mapping.c mm.c))
# BUILD=checked: the house, with kernel/check between those who call these functions and those who have them.
CHECKED := $(filter checked,$(BUILD))
CHECK_WRAP := kmalloc kzalloc kfree spin_lock spin_trylock spin_unlock spin_lock_irqsave spin_unlock_irqrestore mutex_lock \
	mutex_lock_interruptible down_read down_write wait_schedule copy_from_user copy_to_user
KERNEL_SRC += $(call choose,$(KERNEL_SPINE),$(filter-out %/pocket.c $(if $(CHECKED),,kernel/check/%),$(wildcard kernel/*/*.c kernel/arch/x86_64/machine/*.c \
	kernel/arch/x86_64/machine/*.S)))

# One list of system calls generates numbers, prototypes, dispatch, tracer names and the support page.
SYSCALL_HEADERS := $(B)/gen/kernel/uapi/syscall_numbers.h $(B)/gen/kernel/syscall/prototypes.h $(B)/gen/kernel/syscall/table.h $(B)/gen/kernel/uapi/syscall_names.h
$(SYSCALL_HEADERS) &: kernel/uapi/errno.h kernel/syscall/flags.tbl kernel/syscall/syscalls.tbl kernel/syscall/generate.awk
	@mkdir -p $(B)/gen/kernel/uapi $(B)/gen/kernel/syscall
	awk -v out=$(B)/gen -f kernel/syscall/generate.awk kernel/uapi/errno.h kernel/syscall/flags.tbl kernel/syscall/syscalls.tbl
$(KERNEL_SRC:%.c=$(B)/kernel/%.o): | $(SYSCALL_HEADERS)
# What the kernel says of itself: version, and lines of the kernel as `make lines` counts them.
$(B)/gen/kernel/core/build.h: $(KERNEL_SRC) Makefile
	@mkdir -p $(@D)
	@printf '#pragma once\n#define GROUNDUP_VERSION "%s"\n#define GROUNDUP_KERNEL_LINES %d\n' $(VERSION) \
		$$(cat $(filter kernel/%,$(KERNEL_SRC)) $$(find kernel -name '*.h') | wc -l) > $@.new
	@cmp -s $@.new $@ && rm $@.new || mv $@.new $@
$(B)/kernel/kernel/main/main.o $(B)/kernel/kernel/core/power.o: | $(B)/gen/kernel/core/build.h
