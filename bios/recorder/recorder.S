// recorder.S: an option ROM that hooks INT 10h to 1Ah and writes each call and each return to RECORD_PORT,
// then chains on. With it the same program shows under two BIOSes where they answer differently:
// tests/bios/trace.
//
//   '>' vector AL AH segment        a call, from whose code: the upper eight bits of its segment; C0 and up is the BIOS's own
//   '<' vector AL AH flags          its return; flags are the low eight bits
// The old vectors are kept in the ROM itself, which may be written to while it is initialized and never
// after. A hook takes 18 bytes of the caller's stack.
#define RECORD_PORT 0xea
#define FIRST 0x10
#define LAST 0x1a
#define RESULT_FLAGS 0x08d5 // carry, parity, auxiliary, zero, sign, overflow: what a BIOS answers with

	.text
	.code16
	.globl recorder
recorder:
	.word 0xaa55
	.byte 4 // of 512 bytes
	jmp initialize
	.org 0x18
	.word 0, 0 // no PCI data, no PnP header

initialize: // by a far call
	pushf
	cli
	push %ax
	push %bx
	push %si
	push %ds
	xor %ax, %ax
	mov %ax, %ds
	mov $FIRST * 4, %bx
	mov $hooks, %ax
	xor %si, %si
1:	pushl (%bx)
	popl %cs:old(%si)
	mov %ax, (%bx)
	mov %cs, 2(%bx)
	add $hooks_end - hooks_second, %ax
	add $4, %bx
	add $4, %si
	cmp $(LAST + 1) * 4, %bx
	jb 1b
	pop %ds
	pop %si
	pop %bx
	pop %ax
	popf
	lret

	.macro hook number
	pushw $\number
	.byte 0xe9 // jmp with 16 bits, so that all hooks are of one size
	.word common - . - 2
	.endm
hooks:
	.set number, FIRST
	.rept LAST - FIRST
	hook number
	.set number, number + 1
	.endr
hooks_second:
	hook number
hooks_end:

// The stack: vector, IP, CS, flags. Below it comes what the old handler finds, and before that its address,
// for a far return.
common:
	sub $10, %sp
	push %bp
	mov %sp, %bp
	push %ax
	push %bx
	push %dx
	mov $RECORD_PORT, %dx
	mov %ax, %bx
	mov $'>', %al
	out %al, %dx
	mov 12(%bp), %al
	out %al, %dx
	mov %bl, %al
	out %al, %dx
	mov %bh, %al
	out %al, %dx
	mov 17(%bp), %al
	out %al, %dx
	mov 12(%bp), %bx
	sub $FIRST, %bx
	shl $2, %bx
	mov %cs:old(%bx), %ax
	mov %ax, 2(%bp)
	mov %cs:old + 2(%bx), %ax
	mov %ax, 4(%bp)
	movw $returned, 6(%bp)
	mov %cs, 8(%bp)
	mov 18(%bp), %ax
	and $0xfeff, %ax // no trap
	mov %ax, 10(%bp)
	pop %dx
	pop %bx
	pop %ax
	pop %bp
	lret

returned: // the stack is as at first
	push %bp
	mov %sp, %bp
	push %ax
	push %bx
	push %dx
	pushf
	cli
	mov $RECORD_PORT, %dx
	mov %ax, %bx
	mov $'<', %al
	out %al, %dx
	mov 2(%bp), %al
	out %al, %dx
	mov %bl, %al
	out %al, %dx
	mov %bh, %al
	out %al, %dx
	pop %bx
	mov %bl, %al
	out %al, %dx
	and $RESULT_FLAGS, %bx
	andw $0xffff - RESULT_FLAGS, 8(%bp)
	or %bx, 8(%bp)
	pop %dx
	pop %bx
	pop %ax
	pop %bp
	add $2, %sp
	iretw

	.balign 4
old:
	.fill LAST - FIRST + 1, 4, 0
	.org 2048
	.section .note.GNU-stack, "", @progbits
