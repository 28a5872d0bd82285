# emu/: the GPU. core (pure) goes into the device process here and into programs by userland/module.mk.
EMU_CORE := $(wildcard emu/core/*.c)
GPU_DEVICE_OBJ := $(EMU_CORE:%.c=$(B)/host/%.o) $(B)/host/emu/device/main.o $(B)/host/kernel/lib/format.o $(B)/host/kernel/lib/strlcpy.o
$(B)/emu/device/gpu: $(GPU_DEVICE_OBJ)
	@mkdir -p $(@D)
	$(HOSTCC) $(HOST_LDFLAGS) -o $@ $^
