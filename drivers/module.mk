# Drivers: one folder a kind; drivers.c starts them in order.
KERNEL_SRC += $(wildcard drivers/*.c drivers/*/*.c)
