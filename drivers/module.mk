# Drivers: one folder a kind; drivers.c starts them in order. The spine speaks by its serial line; screens and the keyboard are weak
# names there (drivers.c).
DRIVERS_SPINE := $(addprefix drivers/,drivers.c $(addprefix bus/,acpi.c pci.c virtio.c) $(addprefix host/,debug_exit.c door.c fw_cfg.c) \
	$(addprefix char/,uart16550.c virtio_serial.c) gpu/gpu.c)
KERNEL_SRC += $(call choose,$(DRIVERS_SPINE),$(wildcard drivers/*.c drivers/*/*.c))
KERNEL_GENERATED += $(call house,$(B)/kernel/drivers/char/font.o)
$(B)/gen/drivers/char/font.c: drivers/char/font.txt drivers/char/font.awk
	@mkdir -p $(@D)
	awk -f drivers/char/font.awk $< > $@.new && mv $@.new $@
$(B)/kernel/drivers/char/font.o: $(B)/gen/drivers/char/font.c drivers/char/font.h
	@mkdir -p $(@D)
	$(CC) $(KERNEL_CFLAGS) -c $< -o $@
