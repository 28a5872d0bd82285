# boot/: loaders, the initramfs, the disk image.
BOOT_CFLAGS = $(COMMON) $(FREESTANDING) -fpie -fvisibility=hidden -mgeneral-regs-only -mno-red-zone -fno-stack-protector
OBJCOPY ?= objcopy
STRIP ?= strip
NM ?= nm
LD := ld
ld_flag = $(shell $(LD) --help | grep -q -e '$(1)' && echo '$(1)')

$(B)/boot/%.o: %.c
	@mkdir -p $(@D)
	$(CC) $(BOOT_CFLAGS) $(BOOT_CFLAGS_$(notdir $(<D))) -c $< -o $@
$(B)/boot/%.o: %.S
	@mkdir -p $(@D)
	$(CC) $(BOOT_CFLAGS) -D__ASSEMBLER__ -c $< -o $@

# -------- the kernel: two links, the second with the symbol table of the first
KERNEL_LDFLAGS = -pie --no-dynamic-linker -z text -z noexecstack -z max-page-size=4096 --build-id=none \
	-T kernel/kernel.ld $(if $(CHECKED),$(CHECK_WRAP:%=--wrap=%))
KERNEL_OBJ := $(patsubst %.c.o,%.o,$(patsubst %.S.o,%.o,$(KERNEL_SRC:%=$(B)/kernel/%.o))) $(KERNEL_GENERATED)

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
	boot/common/config kernel/lib/elf64 kernel/lib/string kernel/lib/strlcpy kernel/lib/format $(call house,boot/common/verify kernel/lib/sha256)
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

# -------- BIOS: stage 1 and stage 2 as flat images; their ELF files stay for gdb
MBR_OBJ := $(B)/boot/boot/mbr/stage2.o $(B)/boot/boot/mbr/main.o $(call house,$(B)/boot/boot/mbr/vbe.o) $(BOOT_COMMON_OBJ) \
	$(B)/boot/kernel/lib/fat.o $(B)/boot/kernel/lib/gpt.o $(B)/boot/kernel/lib/crc32.o
BOOT_LINK = $(LD) -static -z noexecstack -z max-page-size=4096 $(call ld_flag,--no-warn-rwx-segments) --build-id=none
$(B)/stage1.elf: $(B)/boot/boot/mbr/stage1.o boot/mbr/stage1.ld
	$(BOOT_LINK) -T boot/mbr/stage1.ld -o $@ $<
$(B)/stage2.elf: $(MBR_OBJ) boot/mbr/stage2.ld
	$(BOOT_LINK) -T boot/mbr/stage2.ld -o $@ $(MBR_OBJ)
$(B)/%.bin: $(B)/%.elf
	$(OBJCOPY) -O binary $< $@

# -------- UEFI: a shared object with our linker script, made PE by objcopy
BOOT_CFLAGS_uefi := -isystem /usr/include/efi -isystem /usr/include/efi/x86_64 -DGNU_EFI_USE_MS_ABI -fshort-wchar -fpic
UEFI_COMMON := $(filter-out %/long_mode.o,$(BOOT_COMMON_OBJ))
UEFI_CRT0 := $(firstword $(wildcard /usr/lib/crt0-efi-x86_64.o /usr/lib/gnuefi/crt0-efi-x86_64.o /usr/lib64/gnuefi/crt0-efi-x86_64.o))
$(B)/uefi.elf: $(B)/boot/boot/uefi/main.o $(UEFI_COMMON) boot/uefi/uefi.ld
	@[ -n "$(UEFI_CRT0)" ] || { echo "GNU-EFI is missing: make deps TARGET=image" >&2; exit 1; }
	$(LD) -shared -Bsymbolic -z noexecstack --no-undefined --build-id=none -T boot/uefi/uefi.ld -o $@ $(UEFI_CRT0) \
		$(B)/boot/boot/uefi/main.o $(UEFI_COMMON) -L$(dir $(UEFI_CRT0)) -lgnuefi
$(B)/BOOTX64.EFI: $(B)/uefi.elf boot/uefi/nx-compat
	$(OBJCOPY) -j .text -j .reloc -j .rodata -j .rela -j .dynsym -j .data -j .dynamic \
		--target=efi-app-x86_64 --subsystem=10 $< $@
	boot/uefi/nx-compat $@

# -------- the disk image: GPT; BIOS-boot partition at STAGE2_SECTOR, EFI system partition, root partition
$(B)/groundup.img: boot/tools/mkimage $(B)/stage1.bin $(B)/stage2.bin $(B)/BOOTX64.EFI $(B)/kernel.stripped \
		$(B)/initramfs.cpio boot/groundup.cfg
	boot/tools/mkimage $@ $(B)/stage1.bin $(B)/stage2.bin $(B)/BOOTX64.EFI $(B)/kernel.stripped \
		$(B)/initramfs.cpio boot/groundup.cfg
$(B)/judge.img: boot/tools/mkimage $(B)/stage1.bin $(B)/stage2.bin $(B)/BOOTX64.EFI $(B)/judge.stripped LICENSE boot/groundup.cfg
	boot/tools/mkimage $@ $(B)/stage1.bin $(B)/stage2.bin $(B)/BOOTX64.EFI $(B)/judge.stripped LICENSE boot/groundup.cfg

# -------- initramfs: the words come from userland/module.mk (DEST=SOURCE, links DEST=TARGET)
INITRAMFS_SOURCES = $(foreach word,$(INITRAMFS_FILES),$(lastword $(subst =, ,$(word))))
INITRAMFS_WORDS = $(INITRAMFS_FILES) $(subst =,@=,$(INITRAMFS_LINKS))
$(B)/initramfs.cpio: boot/tools/mkinitramfs $(B)/initramfs.words $(INITRAMFS_SOURCES)
	boot/tools/mkinitramfs $@ dev= host= proc= sys= tmp= $(INITRAMFS_WORDS)
	@[ -z "$(INITRAMFS_NOTES)" ] || echo "note: $(INITRAMFS_NOTES)" >&2
# A list that changed makes a new archive, also when no file in it did.
$(B)/initramfs.words: always
	@mkdir -p $(@D); echo '$(INITRAMFS_WORDS)' | cmp -s - $@ || echo '$(INITRAMFS_WORDS)' > $@
.PHONY: always
