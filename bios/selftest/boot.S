// boot.S: the self-test's boot sector, and the way from its C code into a BIOS and back.
//
// The sector reads what lies behind it to LOW and PROGRAM and jumps there. All segments are 0; C runs in real
// mode (-m16), its stack grows down from the sector. Each call of the BIOS is made on a stack of CALLER_STACK
// bytes, all that DOS promises, with a pattern below it that must survive (INT 10h: of VIDEO_STACK bytes).
#include "bios/selftest/layout.h"

	.section .boot, "ax"
	.code16
	.globl boot
boot:
	cli
	cld
	xor %ax, %ax
	mov %ax, %ds
	mov %ax, %es
	mov %ax, %ss
	mov $STACK, %sp
	sti
	ljmp $0, $1f
1:	mov %dl, boot_drive
	test %dl, %dl
	jz 4f
	mov $low_packet, %si
	mov $0x42, %ah
	int $0x13
	jc 2f
	mov $packet, %si
	mov $0x42, %ah
	int $0x13
	jmp 5f
4:	mov $0x0200 + LOW_SECTORS, %ax // a floppy of 18 sectors a track: two tracks and a little, then the rest
	mov $LOW, %bx
	mov $2, %cx
	mov $0, %dh
	int $0x13
	jc 2f
	mov $0x0200 + PROGRAM_SECTORS, %ax
	mov $PROGRAM, %bx
	mov $0x0100 + LOW_SECTORS + 2 - 36, %cx
	int $0x13
5:	jc 2f
	cmpl $PROGRAM_MAGIC, program_magic
	je start
2:	mov $'R', %al // the host sees it: cannot read
	out %al, $RESULT_PORT
	mov $0xff, %al
	out %al, $EXIT_PORT
3:	hlt
	jmp 3b
	.balign 4
packet:
	.byte 16, 0
	.word PROGRAM_SECTORS, PROGRAM, 0
	.quad 1 + LOW_SECTORS
low_packet:
	.byte 16, 0
	.word LOW_SECTORS, LOW, 0
	.quad 1
	.globl boot_drive
boot_drive:
	.byte 0
	.org TROUBLE_OFFSET
	.globl trouble
trouble: // the host writes here what it does to sector TROUBLE_SECTOR: 0 nothing, 'e' an error, 't' no answer for ever, 'f' a
	// cache that cannot be written back; or 'r': the second disk is read-only
	.byte 0
	.org 446
	.byte 0x80, 0, 2, 0, 0xda, 15, 63, 23 // a partition up to the end of the disk, which tells the geometry
	.long 1, 24 * 16 * 63 - 1
	.org 510
	.word 0xaa55

	.text
	.code16
program_magic:
	.long PROGRAM_MAGIC
start:
	calll selftest
4:	hlt
	jmp 4b

// void interrupt(uint32_t vector): INT vector with the registers in `in`; what comes back is in `out`. Both
// are struct registers.
	.globl interrupt
interrupt:
	pushal
	mov %al, 5f + 1
	jmp 1f // what follows was written to
1:	mov %esp, saved_stack
	mov caller_top, %esp
	pushw in + 32
	mov in, %eax
	mov in + 4, %ebx
	mov in + 8, %ecx
	mov in + 12, %edx
	mov in + 16, %esi
	mov in + 20, %edi
	mov in + 24, %ebp
	mov in + 30, %es
	mov in + 28, %ds
	popfw
5:	int $0
	pushfw
	mov %eax, %cs:out
	popw %ax
	mov %ax, %cs:out + 32
	mov %ebx, %cs:out + 4
	mov %ecx, %cs:out + 8
	mov %edx, %cs:out + 12
	mov %esi, %cs:out + 16
	mov %edi, %cs:out + 20
	mov %ebp, %cs:out + 24
	mov %ds, %cs:out + 28
	mov %es, %cs:out + 30
	mov %ss, %cs:out + 34
	mov %esp, %cs:out + 36
	xor %ax, %ax
	mov %ax, %ds
	mov %ax, %es
	mov %ax, %ss
	mov saved_stack, %esp
	cld
	sti
	popal
	retl

// void big_real_mode(void): FS gets a limit of 4 GiB, as loaders give it to themselves.
	.globl big_real_mode
big_real_mode:
	cli
	lgdtl gdt_pointer
	mov %cr0, %eax
	or $1, %al
	mov %eax, %cr0
	mov $8, %cx
	mov %cx, %fs
	and $0xfe, %al
	mov %eax, %cr0
	jmp 1f
1:	xor %cx, %cx
	mov %cx, %fs
	sti
	retl

	.globl hook_1c
hook_1c: // counts ticks of INT 1Ch
	incl %cs:ticks_1c
	iretw

	.balign 8
gdt:
	.quad 0, 0x008f93000000ffff
gdt_pointer:
	.word gdt_pointer - gdt - 1
	.long gdt

	.bss
	.globl in, out, caller_top, caller_guard, caller_stack, ticks_1c
	.balign 16
in:	.skip 40
out:	.skip 40
saved_stack: .skip 4
ticks_1c: .skip 4
caller_top: .skip 4
caller_guard: .skip CALLER_GUARD
caller_stack:
	.skip VIDEO_STACK
	.section .note.GNU-stack, "", @progbits
