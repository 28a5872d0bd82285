// reset.S: a boot sector that resets the machine 256 times, in five ways by turns, and then ends QEMU with status 33. What a reset
// does not touch is memory: the count lies there.
#define COUNT 0x600
#define RESETS 256
	.code16
start:
	xor %ax, %ax
	mov %ax, %ds
	mov COUNT, %ax
	incw COUNT
	cmp $RESETS, %ax
	je done
	mov $5, %cl
	div %cl
	cli
	cmp $1, %ah
	jb chipset
	je gate
	cmp $3, %ah
	jb keyboard
	je triple
	ljmp $0xffff, $0
chipset:
	mov $0xcf9, %dx
	mov $2, %al
	out %al, %dx
	mov $6, %al
	out %al, %dx
gate:
	in $0x92, %al
	or $1, %al
	out %al, $0x92
keyboard:
	mov $0xfe, %al
	out %al, $0x64
triple:
	lidtl %cs:0x7c00 + none - start
	int3
1:	hlt
	jmp 1b
done:
	mov $0x10, %al
	out %al, $0xf4
	jmp 1b
none:
	.long 0, 0
	.org 510
	.word 0xaa55
