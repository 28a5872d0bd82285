# Drivers: one folder a kind; drivers.c starts them in order.
DRIVERS_SPINE := $(addprefix drivers/,drivers.c $(addprefix bus/,acpi.c pci.c virtio.c) $(addprefix host/,debug_exit.c door.c fw_cfg.c) \
	$(addprefix char/,keyboard.c uart16550.c vga_text.c virtio_serial.c) gpu/gpu.c)
KERNEL_SRC += $(call choose,$(DRIVERS_SPINE),$(wildcard drivers/*.c drivers/*/*.c))
