# boot/: loaders, the initramfs, the disk image.
BOOT_CFLAGS = $(COMMON) $(FREESTANDING) -fpie -fvisibility=hidden -mgeneral-regs-only -mno-red-zone -fno-stack-protector
OBJCOPY ?= objcopy
STRIP ?= strip
NM ?= nm
LD ?= ld

$(B)/boot/%.o: %.c
	@mkdir -p $(@D)
	$(CC) $(BOOT_CFLAGS) $(BOOT_CFLAGS_$(notdir $(<D))) -c $< -o $@
$(B)/boot/%.o: %.S
	@mkdir -p $(@D)
	$(CC) $(BOOT_CFLAGS) -D__ASSEMBLER__ -c $< -o $@

# -------- the kernel: two links, the second with the symbol table of the first
KERNEL_LDFLAGS = -pie --no-dynamic-linker -z text -z noexecstack -z max-page-size=4096 --build-id=none \
	-T kernel/kernel.ld
KERNEL_OBJ := $(patsubst %.c.o,%.o,$(patsubst %.S.o,%.o,$(KERNEL_SRC:%=$(B)/kernel/%.o)))

# $(1).elf is linked from the objects $(2): $(1).link1, $(1).ksyms.S, $(1).elf, $(1).stripped
define kernel_link
$(B)/$(1).link1: $(2) $(B)/gen/no-ksyms.o kernel/kernel.ld
	$(LD) $$(KERNEL_LDFLAGS) -o $$@ $(2) $(B)/gen/no-ksyms.o
$(B)/gen/$(1)-ksyms.S: $(B)/$(1).link1 kernel/ksyms.awk
	@mkdir -p $$(@D)
	$(NM) -n $$< | awk -f kernel/ksyms.awk > $$@
$(B)/$(1).elf: $(2) $(B)/gen/$(1)-ksyms.o kernel/kernel.ld
	$(LD) $$(KERNEL_LDFLAGS) -o $$@ $(2) $(B)/gen/$(1)-ksyms.o
	@if readelf -rW $$@ | grep R_X86_64 | grep -v R_X86_64_RELATIVE; then echo "$$@: only RELATIVE relocations may be left" >&2; rm $$@; exit 1; fi
$(B)/$(1).stripped: $(B)/$(1).elf
	$(STRIP) -s -o $$@ $$<
$(B)/boot/$(1)-payload.o: boot/pvh/payload.S $(B)/$(1).stripped
	@mkdir -p $$(@D)
	$(CC) -D__ASSEMBLER__ -DKERNEL='"$(B)/$(1).stripped"' -c $$< -o $$@
endef
$(B)/gen/no-ksyms.S: kernel/ksyms.awk
	@mkdir -p $(@D)
	awk -f kernel/ksyms.awk < /dev/null > $@
$(B)/gen/%.o: $(B)/gen/%.S
	$(CC) -c $< -o $@
.PRECIOUS: $(B)/gen/%.S
$(eval $(call kernel_link,kernel,$(KERNEL_OBJ)))

# -------- PVH: loader and kernel in one file for -kernel
BOOT_COMMON := boot/common/memory boot/common/kernel_image boot/common/start boot/common/enter boot/common/long_mode \
	kernel/lib/elf64 kernel/lib/string kernel/lib/format
BOOT_COMMON_OBJ := $(BOOT_COMMON:%=$(B)/boot/%.o)
PVH_OBJ := $(B)/boot/boot/pvh/entry.o $(B)/boot/boot/pvh/main.o $(BOOT_COMMON_OBJ)

# $(1).direct: what -kernel takes
define pvh_link
$(B)/$(1).direct: $(PVH_OBJ) $(B)/boot/$(1)-payload.o boot/pvh/pvh.ld
	$(LD) -static -z noexecstack -z max-page-size=4096 --build-id=none -T boot/pvh/pvh.ld -o $$@ \
		$(PVH_OBJ) $(B)/boot/$(1)-payload.o
	@readelf -nW $$@ | grep -q 'Xen.*0x00000008' || { echo "$$@: no PVH note" >&2; rm $$@; exit 1; }
endef
$(eval $(call pvh_link,kernel))

# -------- initramfs: the words come from userland/module.mk (DEST=SOURCE, links DEST=TARGET)
$(B)/boot/tools/mkinitramfs: $(B)/host/boot/tools/mkinitramfs.o
	@mkdir -p $(@D)
	$(HOSTCC) $(HOST_LDFLAGS) -o $@ $<
INITRAMFS_SOURCES = $(foreach word,$(INITRAMFS_FILES),$(lastword $(subst =, ,$(word))))
INITRAMFS_WORDS = $(INITRAMFS_FILES) $(subst =,@=,$(INITRAMFS_LINKS))
$(B)/initramfs.cpio: $(B)/boot/tools/mkinitramfs $(INITRAMFS_SOURCES)
	$(B)/boot/tools/mkinitramfs $@ dev= proc= sys= tmp= $(INITRAMFS_WORDS)
