# emu/: the GPU. core (pure) goes into the device process here and into programs by userland/module.mk.
EMU_CORE := $(filter-out %/pocket.c,$(wildcard emu/core/*.c))
GPU_DEVICE_OBJ := $(EMU_CORE:%.c=$(B)/host/%.o) $(B)/host/emu/device/main.o $(B)/host/kernel/lib/format.o $(B)/host/kernel/lib/strlcpy.o
MACHINE_TOOLS += $(B)/host/bin/gpu-device
$(B)/host/bin/gpu-device: $(GPU_DEVICE_OBJ)
	@mkdir -p $(@D)
	$(HOSTCC) $(HOST_LDFLAGS) -o $@ $^

# The same core inside programs of the guest, with the kernels' text.
GPU_RUNTIME_SRC := $(EMU_CORE) emu/runtime/gpu.c
KERNELS_PTX_OBJ := $(B)/user/emu/kernels/kernels.o
$(KERNELS_PTX_OBJ): emu/kernels/kernels.ptx
	@mkdir -p $(@D)
	printf '.section .rodata\n.globl kernels_ptx\nkernels_ptx:\n.incbin "$<"\n.byte 0\n.section .note.GNU-stack,"",@progbits\n' | $(CC) -c -x assembler - -o $@
USER_PROGRAMS += gpu-run mandel
gpu-run_SRC := userland/bin/gpu-run.c $(GPU_RUNTIME_SRC)
mandel_SRC := userland/bin/mandel.c $(GPU_RUNTIME_SRC)
mandel_OBJ := $(KERNELS_PTX_OBJ)
INITRAMFS_FILES += lib/kernels.ptx=emu/kernels/kernels.ptx
