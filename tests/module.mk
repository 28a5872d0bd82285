# tests/: unit tests on the host, the judge of the loaders, the doors.
JUDGE_OBJ := $(B)/kernel/tests/boot/entry.o $(B)/kernel/tests/boot/judge.o $(B)/kernel/kernel/lib/format.o \
	$(B)/kernel/kernel/lib/string.o
$(eval $(call kernel_link,judge,$(JUDGE_OBJ)))
$(eval $(call pvh_link,judge))

# -------- what tests/run needs for each FW
$(B)/host/bin/door: $(B)/host/tests/door.o
	@mkdir -p $(@D)
	$(HOSTCC) $(HOST_LDFLAGS) -o $@ $<
# The judge: Debian's kernel, with a first program of ours (GUEST=linux)
$(B)/host/bin/linux-init: $(B)/host/tests/linux/init.o
	@mkdir -p $(@D)
	$(HOSTCC) -static -o $@ $<
.PHONY: machine-direct machine-seabios machine-uefi machine-rom machine-judge machine-linux
machine-linux: $(B)/host/bin/linux-init $(B)/host/bin/door
machine-direct: $(B)/bios.rom $(B)/kernel.direct $(B)/initramfs.cpio $(B)/host/bin/door $(MACHINE_TOOLS)
machine-seabios machine-uefi: $(B)/groundup.img $(B)/host/bin/door $(MACHINE_TOOLS)
machine-rom: $(B)/bios.rom $(B)/groundup.img $(B)/host/bin/door $(MACHINE_TOOLS)
machine-judge: $(B)/judge.direct $(B)/judge.img $(B)/bios.rom

# -------- make unit [T=name]: one program a tests/unit/NAME_test.c, with address and undefined-behaviour sanitizers. The test
# says what it is linked with:   // sources: kernel/lib/elf64.c ...     and, where needed,   // flags: -DNAME
ifneq ($(filter unit unit-% sim cases,$(MAKECMDGOALS)),)
U := $(O)/host-asan
UNIT_CFLAGS = $(COMMON) -Wno-missing-prototypes -Wno-format-truncation -O1 -g1 -D_GNU_SOURCE -fsanitize=address,undefined -fno-sanitize-recover=undefined
UNIT_NAMES := $(patsubst tests/unit/%_test.c,%,$(wildcard tests/unit/*$(T)*_test.c))
# A source is compiled once for all tests that have the same flags.
unit_line = $(shell sed -n 's,^// $(2): ,,p' tests/unit/$(1)_test.c)
unit_sources = $(foreach word,$(call unit_line,$(1),sources),$(if $(findstring *,$(word)),$(filter-out %/pocket.c,$(wildcard $(word))),$(word)))
unit_folder = $(U)/objects$(shell echo '$(1)' | tr -dc 'A-Za-z0-9_=-')
define unit_objects
$(call unit_folder,$(1))/%.o: %.c | $(SYSCALL_HEADERS)
	@mkdir -p $$(@D)
	$(HOSTCC) $$(UNIT_CFLAGS) $$(if $$(filter tests/unit/%,$$<),-O0) $(1) -c $$< -o $$@
endef
# Every test is a process of its own, so what it takes to start one counts: sanitizers linked in, no libgit2 (see no_git.c).
UNIT_LDFLAGS := -fsanitize=address,undefined $(if $(findstring clang,$(HOSTCC)),,-static-libasan -static-libubsan)
GIT_NAME := $(shell readelf -d $$($(HOSTCC) -print-file-name=libcriterion.so) 2>/dev/null | sed -n 's/.*NEEDED.*\[\(libgit2.*\)\]/\1/p')
NO_GIT := $(GIT_NAME:%=$(U)/%)
$(U)/libgit2%: tests/unit/no_git.c
	@mkdir -p $(@D)
	$(HOSTCC) -shared -fPIC -Wl,-soname,$(@F) -o $@ $<
define unit_test
$(U)/$(1)_test: $(patsubst %.c,$(call unit_folder,$(2))/%.o,tests/unit/$(1)_test.c $(call unit_sources,$(1))) $(NO_GIT)
	$(HOSTCC) $(UNIT_LDFLAGS) -o $$@ $$(filter %.o,$$^) $(NO_GIT:%=-Wl,--no-as-needed % -Wl,-rpath,'$$$$ORIGIN') -lcriterion -lm
ifeq ($(filter $(call unit_folder,$(2)),$(UNIT_FOLDERS)),)
UNIT_FOLDERS += $(call unit_folder,$(2))
$(call unit_objects,$(2))
endif
endef
$(foreach name,$(UNIT_NAMES),$(eval $(call unit_test,$(name),$(call unit_line,$(name),flags))))
-include $(shell find $(U) -name '*.d' 2>/dev/null)
endif
.PHONY: unit unit-build
unit-build: $(UNIT_NAMES:%=$(U)/%_test)
.PHONY: sim
sim: unit-build ## the seeded tests of locks, names and lanes, at length (SEEDS=3000)
	@UNIT_TIMEOUT=3600 SEEDS=$(or $(SEEDS),3000) tests/unit/run $(U)/locks_test $(U)/fs_test $(U)/simt_test
.PHONY: cases
cases: unit-build ## libc and its kin beside the host's, at length (CASES=1000000)
	@UNIT_TIMEOUT=3600 SEEDS=$(or $(CASES),1000000) tests/unit/run $(foreach name,libc_regex libc_time libc_number libc_text libc_malloc deflate,$(U)/$(name)_test)
	@CASES=$(or $(CASES),1000000) tests/libc/test maths
	@CASES=$(or $(CASES),1000000) tests/libc/test compare
unit: unit-build ## unit tests on the host, no QEMU (T=name: those; LEAKS=1: a leak fails)
	@tests/unit/run $(UNIT_NAMES:%=$(U)/%_test)

# -------- hostile programs: system calls by chance, in the guest
.PHONY: fuzz
fuzz: machine-direct ## hostile programs against the system calls, for TIME=600 s: SEEDS= FIRST= SMP='1 2 4' SEED= (BUILD=checked: more is noticed)
	@env -u GROUNDUP_OPTIONS GROUNDUP_BUILT=1 SEEDS=$(or $(SEEDS),1000000) TIME=$(or $(TIME),600) EACH=$(or $(EACH),20) tests/fuzz/test-calls

# -------- programs of tests/libc, against our own C library: tests/libc/test builds and runs them
threads_SRC := tests/libc/threads.c
posix_SRC := tests/libc/posix.c
# Our <math.h> beside libquadmath, which comes with gcc: our objects with every symbol prefixed. Static, so that it also runs in the guest.
MATHS_OBJ := $(patsubst %.c,$(B)/user/%.o,$(wildcard userland/libc/math*.c) userland/libc/fenv.c userland/libc/external.c)
$(B)/host/bin/maths: tests/libc/maths.c $(MATHS_OBJ)
	@mkdir -p $(@D)
	$(LD) -r -o $@.o $(MATHS_OBJ)
	$(OBJCOPY) --prefix-symbols=our_ $@.o
	gcc -static -O1 -fno-builtin -Wall -Wextra -Werror -o $@ $< $@.o -Wl,--defsym=our___floattixf=__floattixf,--defsym=our___udivti3=__udivti3 -Wl,-z,noexecstack -lquadmath -lm

# Our C library beside the host's: all of it with every symbol prefixed, in one program with the host's. Without
# threads: a struct thread of ours is not what %fs points at there.
COMPARE_OBJ := $(LIBC_CRT) $(patsubst %,$(B)/user/%.o,$(basename $(filter-out $(addprefix userland/libc/,cancel.c cancel_point.S clone.S popen.c robust.c semaphore.c sync.c thread.c \
	thread_attr.c timer.c),$(LIBC_SRC))))
$(B)/host/bin/compare: tests/libc/compare.c tests/unit/seeds.h $(COMPARE_OBJ)
	@mkdir -p $(@D)
	$(LD) -r -o $@.o $(COMPARE_OBJ) $(LIBGCC)
	$(OBJCOPY) --prefix-symbols=our_ $@.o
	gcc -static -O1 -fno-builtin -I. -Wall -Wextra -Werror -Wno-format -Wno-deprecated-declarations -Wno-unused-parameter -o $@ $< $@.o -Wl,--defsym=our_main=main \
		-Wl,-z,noexecstack -lm

# The screen of drivers/char as a program, for tests/screens/peer.
TERMINAL_SRC := tests/screens/terminal.c drivers/char/screen.c drivers/char/ecma48.c kernel/dev/registry.c kernel/lib/unicode.c \
	tests/sim/os/core.c tests/sim/os/sched.c
$(B)/host/bin/terminal: $(TERMINAL_SRC) $(wildcard drivers/char/*.h)
	@mkdir -p $(@D)
	$(HOSTCC) -iquote tests/sim/os $(filter-out -M%,$(HOST_CFLAGS)) -Wno-missing-prototypes -o $@ $(TERMINAL_SRC)

# -------- lints
.PHONY: lint lines
lint: $(KERNEL_OBJ) $(EMU_CORE:%.c=$(B)/host/%.o) ## includes and symbols point down, lines within budget, and the fixtures are refused
	@tests/lint/run
lines: ## raw lines of each part beside its budgets: the spine and the house
	@tests/lint/lines
# Every source that a build is made of, for lint and `make lines` (BUILD=spine).
.PHONY: sources
sources:
	@echo $(sort $(KERNEL_SRC) $(patsubst $(B)/boot/%.o,%.c,$(PVH_OBJ) $(MBR_OBJ) $(UEFI_COMMON)) boot/uefi/main.c boot/mbr/stage1.S \
		$(LIBC_SRC) userland/libc/crt0.S $(patsubst $(B)/host/%.o,%.c,$(GPU_DEVICE_OBJ)) $(foreach name,$(USER_PROGRAMS),$($(name)_SRC)))
