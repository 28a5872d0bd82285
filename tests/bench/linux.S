# linux.S: the smallest bzImage (Linux boot protocol 2.15). Its set-up part, entered in real mode, enters protected mode; its kernel at
# 1 MiB, five sectors into the file, ends QEMU.
	.code16
	.globl _start
_start:	.org 0x1f1
	.byte 4				# sectors of setup code after the first
	.word 0
	.long 0x20			# kernel, in 16 bytes
	.word 0, 0, 0, 0xaa55
	jmp setup
	.ascii "HdrS"
	.word 0x20f, 0, 0, 0x1000, 0
	.byte 0, 1			# loader's type; loaded high
	.word 0x8000
	.long 0x100000, 0, 0, 0
	.word 0xfe00, 0
	.long 0, 0x7fffffff, 0x200000, 1, 2047
setup:	cli
	mov %cs, %ax			# the first sector lies 0x20 paragraphs below
	movzx %ax, %eax
	shl $4, %eax
	lea gdt - 0x200(%eax), %eax
	mov %eax, %cs:base - 0x200
	lgdtl %cs:base - 0x202
	mov $1, %ax
	lmsw %ax
	ljmpl $8, $0x100000
	.word 15
base:	.long 0
gdt:	.quad 0, 0x00cf9b000000ffff
	.org 5 * 512
	.code32
	mov $0x11, %al
	out %al, $0xf4
	hlt
	.org 5 * 512 + 0x200
