// firmware.S: a boot sector that prints its first time stamp (with -icount: nanoseconds of virtual time) as 16 hexadecimal digits on
// port 0xe9, and ends QEMU with status 35.
	.code16
	rdtsc
	xchg %eax, %edx
	call number
	mov %edx, %eax
	call number
	mov $0x11, %al
	out %al, $0xf4
number:
	mov $8, %cx
1:	rol $4, %eax
	push %ax
	and $15, %al
	cmp $10, %al
	sbb $0x69, %al // digits and letters by the trick of DAS
	das
	out %al, $0xe9
	pop %ax
	loop 1b
	ret
	.org 510
	.word 0xaa55
