// stage2.S: from real mode to C in long mode, and back for each BIOS call.
//
//   entry: real mode, DL = drive  ->  A20 on  ->  32-bit  ->  enter_long_mode  ->  stage2_main()
//   bios_call: long mode -> 32-bit -> 16-bit protected -> real, INT, and all the way back
// Everything here lies below 64 KiB, so that segment 0 reaches it.
#include "boot/mbr/layout.h"
#define CODE64 8
#define DATA32 16
#define CODE32 24
#define CODE16 32
#define DATA16 40
#define CR0_PROTECTED 1
#define CR0_PAGING 0x80000000
#define MSR_EFER 0xc0000080
#define EFER_LONG_MODE 0x100

	.section .text16, "ax"
	.code16
	.globl stage2_entry
stage2_entry:
	jmp 1f
	.org 4
	.long STAGE2_MAGIC
1:	cli
	cld
	xor %ax, %ax
	mov %ax, %ds
	mov %ax, %es
	mov %ax, %ss
	mov $REAL_STACK, %sp
	mov %dl, bios_drive
	call a20_on
	jc no_a20
	lgdt gdt_pointer
	mov %cr0, %eax
	or $CR0_PROTECTED, %eax
	mov %eax, %cr0
	ljmp $CODE32, $protected

// Address line 20, closed since the 8086: see if it is open; ask the BIOS; use the fast gate.
a20_on:
	sti
	call a20_test
	jnc 2f
	mov $0x2401, %ax
	int $0x15
	call a20_test
	jnc 2f
	in $0x92, %al
	or $2, %al
	and $0xfe, %al // bit 0 resets the machine
	out %al, $0x92
	call a20_test
2:	cli
	ret

// Carry set: FFFF:7E10 and 0000:7E00 are the same byte.
a20_test:
	push %es
	mov $0xffff, %ax
	mov %ax, %es
	mov $0x100, %cx
3:	mov stage2_entry + 4, %eax
	not %eax
	mov %eax, %es:(STAGE2_ADDRESS + 4 + 16)
	not %eax
	cmp stage2_entry + 4, %eax
	movl %eax, stage2_entry + 4
	je 4f
	loop 3b
	stc
	pop %es
	ret
4:	clc
	pop %es
	ret

no_a20:
	mov $a20_message, %si
5:	lodsb
	test %al, %al
	jz 6f
	mov $0x03f8, %dx
	out %al, %dx
	mov $0x0e, %ah
	mov $7, %bx
	int $0x10
	jmp 5b
6:	mov $0x55, %al
	out %al, $0xf4
7:	hlt
	jmp 7b
a20_message:
	.asciz "groundup: memory above 1 MiB cannot be reached (A20)\r\n"

	.code32
protected:
	mov $DATA32, %eax
	mov %eax, %ds
	mov %eax, %es
	mov %eax, %ss
	mov $stage2_stack, %esp
	xor %eax, %eax // what was loaded ends where bss begins
	mov $loader_bss, %edi
	mov $loader_end, %ecx
	sub %edi, %ecx
	shr $2, %ecx
	rep stosl
	mov $7f, %edi
	jmp enter_long_mode
	.code64
7:	xor %ebp, %ebp
	call stage2_main
	ud2

// void bios_call(uint8_t vector): registers go in and come out in `bios`.
	.globl bios_call
bios_call:
	push %rbx
	push %rbp
	push %r12
	push %r13
	push %r14
	push %r15
	mov %dil, 8f + 1
	mov %rsp, saved_stack
	ljmpl *to_protected
	.code32
to_protected_code:
	mov $DATA16, %eax
	mov %eax, %ds
	mov %eax, %es
	mov %eax, %ss
	mov %cr0, %eax
	and $~CR0_PAGING, %eax
	mov %eax, %cr0
	mov $MSR_EFER, %ecx
	rdmsr
	and $~EFER_LONG_MODE, %eax
	wrmsr
	ljmp $CODE16, $to_real
	.code16
to_real:
	mov %cr0, %eax
	and $~CR0_PROTECTED, %eax
	mov %eax, %cr0
	ljmp $0, $7f
7:	xor %ax, %ax
	mov %ax, %ds
	mov %ax, %ss
	mov $REAL_STACK, %sp
	lidt real_vectors
	mov bios_es, %es
	mov bios_eax, %eax
	mov bios_ebx, %ebx
	mov bios_ecx, %ecx
	mov bios_edx, %edx
	mov bios_esi, %esi
	mov bios_edi, %edi
	sti
8:	int $0 // the number is written here
	cli
	mov %eax, bios_eax
	setc bios_carry
	mov %ebx, bios_ebx
	mov %ecx, bios_ecx
	mov %edx, bios_edx
	mov %edi, bios_edi
	lgdt gdt_pointer
	mov %cr0, %eax
	or $CR0_PROTECTED, %eax
	mov %eax, %cr0
	ljmp $CODE32, $to_long
	.code32
to_long:
	mov $DATA32, %eax
	mov %eax, %ds
	mov %eax, %es
	mov %eax, %ss
	mov $MSR_EFER, %ecx
	rdmsr
	or $EFER_LONG_MODE, %eax
	wrmsr
	mov %cr0, %eax
	or $CR0_PAGING, %eax
	mov %eax, %cr0
	ljmp $CODE64, $9f
	.code64
9:	mov saved_stack, %rsp
	cld
	pop %r15
	pop %r14
	pop %r13
	pop %r12
	pop %rbp
	pop %rbx
	ret

	.balign 8
to_protected:
	.long to_protected_code
	.word CODE32
real_vectors:
	.word 0x3ff
	.long 0
	.balign 8
saved_stack:
	.quad 0
	.globl bios, bios_drive
bios: // struct bios_registers of bios.h
bios_eax: .long 0
bios_ebx: .long 0
bios_ecx: .long 0
bios_edx: .long 0
bios_esi: .long 0
bios_edi: .long 0
bios_es: .long 0
bios_carry: .long 0
bios_drive: .long 0

	.bss
	.balign 16
	.skip 16384
stage2_stack:
	.section .note.GNU-stack, "", @progbits
