// payload.S: the kernel file, whole, inside of the loader that QEMU starts. KERNEL is its path.
	.section .rodata
	.globl payload, payload_end
	.hidden payload, payload_end
	.balign 4096
payload:
	.incbin KERNEL
payload_end:
	.section .note.GNU-stack, "", @progbits
