# bios/: our own firmware, one ROM image of 128 KiB: a little 16-bit assembly, the rest 32-bit C.
BIOS_CFLAGS = $(filter-out -O2,$(COMMON)) $(FREESTANDING) -Os -m32 -march=i486 -mtune=generic -fno-pic -fno-pie -mgeneral-regs-only \
	-fno-stack-protector -fno-asynchronous-unwind-tables
BIOS_SRC := bios/entry.S $(wildcard bios/*.c bios/disk/*.c) kernel/lib/format.c kernel/lib/string.c
BIOS_OBJ := $(patsubst %,$(B)/bios/%.o,$(basename $(BIOS_SRC)))

$(B)/bios/%.o: %.c
	@mkdir -p $(@D)
	$(CC) $(BIOS_CFLAGS) -c $< -o $@
$(B)/bios/%.o: %.S
	@mkdir -p $(@D)
	$(CC) $(BIOS_CFLAGS) -D__ASSEMBLER__ -c $< -o $@
$(B)/bios.elf: $(BIOS_OBJ) bios/bios.ld
	$(LD) -m elf_i386 -static -z noexecstack $(call ld_flag,--no-warn-rwx-segments) --build-id=none -T bios/bios.ld -o $@ $(BIOS_OBJ)
$(B)/bios.rom: $(B)/bios.elf
	$(OBJCOPY) -O binary --gap-fill 0 $< $@
	@[ "$$(stat -c %s $@)" = 131072 ] || { echo "$@: not 128 KiB" >&2; rm $@; exit 1; }
.PHONY: rom
rom: $(B)/bios.rom ## our BIOS ROM, for QEMU's -bios

# -------- the self-test: a boot sector and a real-mode program, in C (-m16); all of it below 64 KiB, so it is kept small
SELFTEST_CFLAGS = $(filter-out -m32 -Os -fno-omit-frame-pointer,$(BIOS_CFLAGS)) -m16 -march=i386 -Os -fomit-frame-pointer -mregparm=3
SELFTEST_OBJ := $(patsubst %,$(B)/selftest/%.o,$(basename $(wildcard bios/selftest/*.[cS]) kernel/lib/format.c kernel/lib/string.c bios/divide.c))
$(B)/selftest/%.o: %.c
	@mkdir -p $(@D)
	$(CC) $(SELFTEST_CFLAGS) -c $< -o $@
$(B)/selftest/%.o: %.S
	@mkdir -p $(@D)
	$(CC) $(SELFTEST_CFLAGS) -D__ASSEMBLER__ -c $< -o $@
$(B)/selftest.elf: $(SELFTEST_OBJ) bios/selftest/selftest.ld
	$(LD) -m elf_i386 -static -z noexecstack $(call ld_flag,--no-warn-rwx-segments) --build-id=none -T bios/selftest/selftest.ld -o $@ $(SELFTEST_OBJ)
# 24 cylinders of 16 heads and 63 sectors; behind the program each 32-bit word is its own number.
$(B)/selftest.img: $(B)/selftest.bin
	{ cat $<; perl -e 'print pack("V*", $$_ * 128 .. $$_ * 128 + 127) for 113 .. 24 * 16 * 63 - 1'; } > $@

# -------- the interrupt recorder: an option ROM of 2 KiB whose bytes add up to 0
$(B)/recorder.rom: $(B)/bios/bios/recorder/recorder.o
	$(LD) -m elf_i386 -Ttext 0 -e recorder --oformat binary -o $@ $<
	perl -0777 -pi -e 'vec($$_, 2047, 8) = -unpack("%32C*", $$_) & 255' $@
