# Groundup: one Makefile, one module.mk a folder. `make help` lists the doors.
#
# Every compile happens in one of five domains, each with its own flags and its own object tree:
#   kernel  freestanding, general registers only, position independent       $(B)/kernel/PATH.o
#   user    freestanding against our own C library, static                   $(B)/user/PATH.o
#   host    hosted, against the machine's C library (tools, device process)  $(B)/host/PATH.o
#   boot    16/32/64-bit loader code, flags in boot/module.mk                $(B)/boot/PATH.o
#   bios    32-bit code of our ROM, flags in bios/module.mk                  $(B)/bios/PATH.o
# Includes are written from the repository's root ("kernel/lib/list.h"), so each line shows which folder it leans on.
MAKEFLAGS += --no-builtin-rules
ifeq ($(filter -j%,$(MAKEFLAGS)),)
MAKEFLAGS += -j$(shell nproc 2>/dev/null || echo 1)
endif
.SUFFIXES:
ifneq ($(V),1)
.SILENT: # V=1 shows the commands
endif
.DELETE_ON_ERROR:
.DEFAULT_GOAL := help

ifeq ($(origin CC),default)
CC := gcc
endif
O ?= build
BUILD ?= $(if $(findstring clang,$(CC)),clang,normal)
export O BUILD
B := $(O)/$(BUILD)
HOSTCC ?= $(CC)
VERSION := 0.1

# $(call probe,FLAG): the flag when this compiler takes it, nothing when it does not.
probe = $(shell echo 'int x;' | $(CC) $(1) -Werror -xc -c -o /dev/null - 2>/dev/null && echo '$(1)')
ldprobe = $(shell echo 'int main(void){return 0;}' | $(CC) -nostdlib -Wl,-e,main $(1) -Werror -Wl,--fatal-warnings -xc -o /dev/null - 2>/dev/null && echo '$(1)')

WARN := -Wall -Wextra -Wvla -Wstrict-prototypes -Wmissing-prototypes -Wundef -Wno-unused-parameter
COMMON := -std=gnu17 -O2 -g -I. -I$(B)/gen $(WARN) -fno-strict-aliasing -fno-delete-null-pointer-checks \
	-fno-omit-frame-pointer -fno-common $(call probe,-fcf-protection=none) -MMD -MP \
	-ffile-prefix-map=$(CURDIR)/=
FREESTANDING := -ffreestanding -nostdinc -isystem $(shell $(CC) -print-file-name=include) -D_MM_MALLOC_H_INCLUDED
KERNEL_CFLAGS := $(COMMON) $(FREESTANDING) -fpie -fvisibility=hidden -mgeneral-regs-only -mno-red-zone \
	-Wframe-larger-than=1024 -fstack-protector-strong \
	$(call probe,-mstack-protector-guard=tls -mstack-protector-guard-reg=gs -mstack-protector-guard-offset=40)
USER_CFLAGS := $(COMMON) $(FREESTANDING) -isystem userland/libc/include -fno-pie -fno-stack-protector
HOST_CFLAGS := $(COMMON) -D_GNU_SOURCE

# Two builds of one code: $(call choose,SPINE,HOUSE) is the first list under BUILD=spine (the smallest machine that is whole, which
# people read first), else the second; $(call house,LIST) is nothing in the spine.
choose = $(if $(filter spine,$(BUILD)),$(1),$(2))
house = $(call choose,,$(1))
KERNEL_SRC :=
include $(wildcard kernel/module.mk drivers/module.mk userland/module.mk emu/module.mk boot/module.mk tests/module.mk bios/module.mk)

$(B)/kernel/%.o: %.c
	@mkdir -p $(@D)
	$(CC) $(KERNEL_CFLAGS) -c $< -o $@
$(B)/kernel/%.o: %.S
	@mkdir -p $(@D)
	$(CC) $(KERNEL_CFLAGS) -D__ASSEMBLER__ -c $< -o $@
$(B)/user/%.o: %.c
	@mkdir -p $(@D)
	$(CC) $(USER_CFLAGS) $(CFLAGS_$(basename $(notdir $<))) -c $< -o $@
$(B)/user/%.o: %.S
	@mkdir -p $(@D)
	$(CC) $(USER_CFLAGS) -c $< -o $@
$(B)/host/%.o: %.c
	@mkdir -p $(@D)
	$(HOSTCC) $(HOST_CFLAGS) $(CFLAGS_$(basename $(notdir $<))) -c $< -o $@

.PHONY: help
help: ## this list
	@sed -n 's/^\([a-z-]*\):.*## /  make \1\t/p' $(MAKEFILE_LIST) | expand -t 24

-include $(shell find $(B) -name '*.d' 2>/dev/null)

ifneq ($(filter run test debug,$(MAKECMDGOALS)),)
ifeq ($(wildcard $(B)/kernel.elf),)
$(shell echo 'building all of it, once (V=1 shows the commands) ...' >&2)
endif
endif

# Options given on make's command line reach tests/run through the environment, byte for byte: `:=` with $(value) keeps make
# from expanding a `$` in them.
OPTIONS := $(foreach name,$(.VARIABLES),$(if $(filter command,$(origin $(name))),$(name)))
$(foreach name,$(OPTIONS),$(eval override $(name) := $$(value $(name)))$(eval export $(name)))
export GROUNDUP_OPTIONS = $(OPTIONS)

FW ?= direct
machine-%:
	@echo "run: FW=$*: direct, rom, seabios or uefi" >&2; exit 2
.PHONY: run test debug debug-server bench format native clean support deps doctor tour
run: machine-$(FW) ## boot it: CMD='...' FW= SMP= MEM= SYS= ... (tests/run --help)
	@GROUNDUP_BUILT=1 tests/run
test: machine-direct machine-seabios machine-uefi ## all tests that boot: door, loaders, guest, gdb (T=name: those groups)
	@tests/all
AT ?= kernel
DEBUG_FW := $(if $(filter command,$(origin FW)),$(FW),$(if $(filter reset post,$(AT)),rom,$(if $(filter mbr stage2,$(AT)),seabios,$(if $(filter efi,$(AT)),uefi,direct))))
debug: machine-$(DEBUG_FW) ## gdb with source: AT=reset|post|mbr|stage2|efi|kernel|syscall|main:PROGRAM or a function of the kernel, REVERSE=1
	@FW=$(DEBUG_FW) GROUNDUP_BUILT=1 tests/debug
debug-server: machine-$(FW)
	@GROUNDUP_BUILT=1 KERNEL="nokaslr $(KERNEL)" GDBPORT=1234 tests/run
bench: machine-direct machine-seabios ## boot times, STARTS=7 of each: median and spread, beside QEMU's own floor and Debian's kernel
	@tests/bench/boot; status=$$?; tests/bench/firmware && tests/bench/slide && exit $$status
format: ## clang-format over every source
	clang-format -i $(shell git ls-files '*.c' '*.h')
native: userland ## a program on this Linux: SYS=c_NAME or P=program, ARGS='...'
	@tests/native
clean: ## removes the build folder
	rm -rf $(O)
support: ## writes the support page (kernel/syscall/README.md) anew out of the lists
	@sed -i '/^<!-- made by make support/q' kernel/syscall/README.md && \
		awk -f kernel/syscall/page.awk kernel/syscall/flags.tbl kernel/syscall/syscalls.tbl >> kernel/syscall/README.md
deps: ## installs what a TARGET needs: run, image, unit, test, debug, uefi, payloads, linux, bench, third-party, python, format, all (APT=0: only prints it)
	@tests/deps $(or $(TARGET),all)
tour: ## the reading path: 24 stops, from the reset vector to a token
	@cat userland/bin/tour.txt
doctor: ## looks at this machine: tools, versions, what each target lacks
	@tests/deps doctor
