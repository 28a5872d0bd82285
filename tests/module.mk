# tests/: unit tests on the host, the judge of the loaders, the doors.
JUDGE_OBJ := $(B)/kernel/tests/boot/entry.o $(B)/kernel/tests/boot/judge.o $(B)/kernel/kernel/lib/format.o \
	$(B)/kernel/kernel/lib/string.o
$(eval $(call kernel_link,judge,$(JUDGE_OBJ)))
$(eval $(call pvh_link,judge))

# -------- what tests/run needs for each FW
$(B)/host/bin/door: $(B)/host/tests/door.o
	@mkdir -p $(@D)
	$(HOSTCC) $(HOST_LDFLAGS) -o $@ $<
.PHONY: machine-direct machine-seabios machine-uefi machine-rom
machine-direct: $(B)/kernel.direct $(B)/initramfs.cpio $(B)/host/bin/door $(MACHINE_TOOLS)
machine-seabios machine-uefi: $(B)/groundup.img $(B)/host/bin/door $(MACHINE_TOOLS)
machine-rom: ;
