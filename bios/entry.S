// entry.S: the 16-bit part of the ROM: the reset vector, the classic fixed addresses, and the ways between
// 16-bit code and C.
//
//   reset: F000:FFF0 -> F000:E05B -> protected mode, on the pristine copy below 4 GiB -> shadow RAM -> post()
//   INT n: stub (vector pushed) -> interrupt_common: registers to the ROM's own stack -> protected mode -> bios_interrupt()
//          -> back, registers and flags to the caller
//   call16: the other way round, for option ROMs, the video BIOS and boot sectors
//
// Invariants. 32-bit code runs with interrupts off, flat segments, base 0, A20 open. The ROM's stack lies
// in SEGMENT_DATA; ROM_ESP says where the next entry from a foreign stack begins. A caller gets back its
// GDT, IDT, A20 and all 32 bits of its registers; the data segments' limits are 4 GiB afterwards, as "big
// real mode" wants them and other callers do not mind.
#include "bios/layout.h"
#define CODE32 8
#define DATA32 16
#define CODE16 24
#define DATA16 32
#define PCI_ADDRESS 0xcf8
#define PCI_DATA 0xcfc
#define HOST_I440FX 0x12378086
#define HOST_Q35 0x29c08086
#define F(symbol) ((symbol) - text16_start + TEXT16) // offset in SEGMENT_CODE, which the assembler knows
// variables, at the start of SEGMENT_DATA
#define ROM_ESP 0
#define CALLER_ESP 4
#define CALLER_SS 8
#define SERIAL_KEYS 12 // byte: ticks look for keys on the serial line
#define MOUSE 16       // struct mouse_packet: status, x, y, 0, handler
#define MOUSE_HANDLER 24
#define MOUSE_READY 28
// struct bios_regs
#define R_EAX 28
#define R_ES 32
#define R_DS 34
#define R_FLAGS 40
#define R_VECTOR 42
#define R_SS 44
#define R_A20 46
#define R_ESP 48
#define R_BYTES 52

// ---------------------------------------------------------------- reset
	.section .text16, "ax" // one section from here to the reset vector
	.code16
	.globl reset16
text16_start:
	ljmp $SEGMENT_CODE, $F(processor16) // where the other processors start (smp.c)
processor16:
	cli
	lgdtl %cs:F(gdt_pointer)
	mov %cr0, %eax
	and $0x9fffffff, %eax
	or $1, %al
	mov %eax, %cr0
	ljmpl $CODE32, $processor32
	.code32
processor32:
	mov $DATA32, %eax
	mov %eax, %ds
	mov %eax, %es
	mov %eax, %ss
	lidt idt_pointer
1:	pause
	lock btsl $0, processor_lock // one at a time on this stack
	jc 1b
	mov $processor_stack, %esp
	call smp_arrive
	movl $0, processor_lock
2:	cli
	hlt
	jmp 2b
	.code16
reset16:
	cli
	cld
	mov $0x10, %al
	out %al, $0x80
	lgdtl %cs:F(gdt_pointer)
	mov %cr0, %eax
	and $0x9fffffff, %eax // caches on
	or $1, %al
	mov %eax, %cr0
	ljmpl $CODE32, $(reset32 + ROM_PRISTINE)

	.code32
// In the pristine copy, because the memory under the low one changes now. Only relative jumps, no stack.
reset32:
	mov $DATA32, %eax
	mov %eax, %ds
	mov %eax, %es
	mov %eax, %fs
	mov %eax, %gs
	mov %eax, %ss
	mov $0x80000000, %ecx // what is bus 0, device 0, function 0?
	mov %ecx, %eax
	mov $PCI_ADDRESS, %edx
	out %eax, %dx
	mov $PCI_DATA, %edx
	in %dx, %eax
	mov $0x80000058, %ecx
	cmp $HOST_I440FX, %eax
	je shadow
	mov $0x80000090, %ecx
	cmp $HOST_Q35, %eax
	je shadow
	mov $unknown_host + ROM_PRISTINE, %esi
	mov $unknown_host_end - unknown_host, %ecx
	mov $0x402, %edx
	rep outsb
	mov $0xff, %al
	out %al, $0x80
1:	hlt
	jmp 1b

// PAM registers: reads and writes of C0000-FFFFF go to RAM. i440fx has them at 59-5F, q35 at 90-96.
shadow:
	mov %ecx, %eax
	mov $PCI_ADDRESS, %edx
	out %eax, %dx
	mov $PCI_DATA, %edx
	in %dx, %eax
	cmp $0x90, %cl
	je 2f
	mov %al, %bl // 58 is another register
	mov $0x33333000, %eax
	mov %bl, %al
	out %eax, %dx
	lea 4(%ecx), %eax
	mov $PCI_ADDRESS, %edx
	out %eax, %dx
	mov $0x33333333, %eax
	mov $PCI_DATA, %edx
	out %eax, %dx
	jmp 3f
2:	mov $0x33333330, %eax
	out %eax, %dx
	lea 4(%ecx), %eax
	mov $PCI_ADDRESS, %edx
	out %eax, %dx
	mov $PCI_DATA, %edx
	mov $0x3333, %ax
	out %ax, %dx
	mov $PCI_DATA + 2, %edx
	mov $0x33, %al
	out %al, %dx
3:	mov $0x11, %al
	out %al, $0x80
	mov $ROM_BASE + ROM_PRISTINE, %esi
	mov $ROM_BASE, %edi
	mov $ROM_SIZE / 4, %ecx
	rep movsl
	lidt idt_pointer
	mov $rom_stack_top, %esp
	mov $low32, %eax
	jmp *%eax
low32:
	mov $0x12, %al
	out %al, $0x80
	xor %ebp, %ebp
	call post
	ud2
unknown_host:
	.ascii "rom: neither i440fx nor q35: no way to shadow RAM is known\n"
unknown_host_end:

// ---------------------------------------------------------------- INT n -> C
	.code16
// Here the caller's stack holds: vector, IP, CS, flags.
interrupt_common:
	cli
	cld
	pushl %eax
	pushw %ds
	smsw %ax
	test $1, %al
	jnz virtual8086
	mov $SEGMENT_DATA, %ax
	mov %ax, %ds
	mov %esp, CALLER_ESP
	mov %ss, CALLER_SS
	mov %ss, %ax
	cmp $SEGMENT_DATA, %ax // code that we called: go on below it, or below its gap
	jne 1f
	cmp ROM_ESP, %sp
	jb 2f
1:	mov $SEGMENT_DATA, %ax
	mov %ax, %ss
	mov ROM_ESP, %esp
2:	movzwl %sp, %esp
	and $~3, %sp
	sub $12, %sp // flags ... esp of struct bios_regs; GS, FS, DS, ES lie below them
	pushw %gs
	pushw %fs
	pushw %ds
	pushw %es
	pushal
	// frame at SS:SP; what the caller's stack holds joins it: DS(0) EAX(2) vector(6) flags(12)
	mov %esp, %ebp
	mov CALLER_SS, %es
	mov CALLER_ESP, %ebx
	mov %es:(%bx), %ax
	mov %ax, R_DS(%bp)
	mov %es:2(%bx), %eax
	mov %eax, R_EAX(%bp)
	mov %es:6(%bx), %ax
	mov %ax, R_VECTOR(%bp)
	mov %es:12(%bx), %ax
	mov %ax, R_FLAGS(%bp)
	mov %es, R_SS(%bp)
	mov %ebx, R_ESP(%bp)
	sub $16, %sp // the caller's GDT and IDT
	sgdtl (%esp)
	sidtl 8(%esp)
	in $0x92, %al
	mov %al, R_A20(%bp)
	test $2, %al
	jnz 3f
	or $2, %al
	and $0xfe, %al
	out %al, $0x92
3:	mov %esp, %eax
	mov $interrupt32, %ebx
	jmp enter32
	.code32
interrupt32:
	lea 16(%esp), %eax
	push %eax
	movzwl R_VECTOR(%eax), %eax
	push %eax
	call bios_interrupt
	add $8, %esp
	mov $F(interrupt_return), %ebx
	mov $SEGMENT_DATA, %ecx
	lea -ROM_BASE(%esp), %eax
	jmp leave32
	.code16
interrupt_return:
	lgdtl (%esp)
	lidtl 8(%esp)
	add $16, %sp
	mov %esp, %ebp
	mov R_A20(%bp), %al
	test $2, %al
	jnz 4f
	out %al, $0x92
4:	mov R_SS(%bp), %es
	mov R_ESP(%bp), %ebx
	mov R_DS(%bp), %ax
	mov %ax, %es:(%bx)
	mov R_EAX(%bp), %eax
	mov %eax, %es:2(%bx)
	mov R_FLAGS(%bp), %ax
	mov %ax, %es:12(%bx)
	mov %ebx, CALLER_ESP
	mov %es, CALLER_SS
	popal
	popw %es
	add $2, %sp
	popw %fs
	popw %gs
	mov CALLER_SS, %ss
	mov CALLER_ESP, %esp
	popw %ds
	popl %eax
	add $2, %sp
	iretw
// Under a virtual-8086 monitor there is no way to 32-bit code: the call fails as a function that does not
// exist.
virtual8086:
	popw %ds
	popl %eax
	add $2, %sp
	push %bp
	mov %sp, %bp
	orw $1, 6(%bp)
	pop %bp
	mov $0x86, %ah
	iretw

// Real mode to 32-bit code at EBX, on the ROM's stack at offset EAX.
enter32:
	mov %eax, %edx
	lgdtl %cs:F(gdt_pointer)
	lidtl %cs:F(idt_pointer)
	mov %cr0, %eax
	or $1, %al
	mov %eax, %cr0
	ljmpl $CODE32, $1f
	.code32
1:	mov $DATA32, %eax
	mov %eax, %ds
	mov %eax, %es
	mov %eax, %ss
	lea ROM_BASE(%edx), %esp
	jmp *%ebx

// 32-bit code to real mode at offset BX, on the stack CX:EAX. DS = SEGMENT_DATA.
leave32:
	mov %eax, %esi
	ljmp $CODE16, $F(1f)
	.code16
1:	mov $DATA16, %ax
	mov %ax, %ds
	mov %ax, %es
	mov %ax, %fs
	mov %ax, %gs
	mov %ax, %ss
	mov %cr0, %eax
	and $0xfe, %al
	mov %eax, %cr0
	ljmp $SEGMENT_CODE, $F(2f)
2:	mov $SEGMENT_DATA, %ax
	mov %ax, %ds
	mov %cx, %ss
	mov %esi, %esp
	lidtl %cs:F(real_idt_pointer)
	jmp *%bx

// ---------------------------------------------------------------- C -> 16-bit code
	.code32
	.globl call16, call16_low
call16_low: // (struct bios_regs *r, uint16_t cs, uint16_t ip)
	xor %ecx, %ecx // the stack's segment
	jmp 1f
call16:
	mov $SEGMENT_DATA, %ecx
1:	push %ebp
	push %ebx
	push %esi
	push %edi
	mov 20(%esp), %esi
	mov 24(%esp), %ebx
	mov 28(%esp), %edx
	push %esi
	push ROM_BASE + ROM_ESP
	lea -STACK_GAP - ROM_BASE(%esp), %eax
	mov %eax, ROM_BASE + ROM_ESP
	mov %ecx, %ebp
	test %ecx, %ecx
	jnz 2f
	mov $BOOT_ADDRESS, %esp
2:	mov R_FLAGS(%esi), %eax
	// what the code returns through, be it by far return or by interrupt return: that takes the flags
	// that it was given
	mov %eax, %edi
	and $0xfdff, %edi // interrupts off
	pushw %di
	pushw $SEGMENT_CODE
	pushw $F(call16_return)
	call push_target
	mov %ebp, %ecx
	mov %ebp, %eax
	shl $4, %eax
	neg %eax
	add %esp, %eax
	mov $F(call16_go), %ebx
	jmp leave32

// Pushes flags AX, CS BX, IP DX and the 40 bytes of registers at ESI: what call16_go takes.
push_target:
	pop %edi
	pushw %ax
	pushw %bx
	pushw %dx
	sub $R_FLAGS, %esp
	push %edi
	lea 4(%esp), %edi
	mov $R_FLAGS / 4, %ecx
	rep movsl
	ret

	.globl start16
start16: // (struct bios_regs *r, uint16_t cs, uint16_t ip)
	mov 4(%esp), %esi
	mov 8(%esp), %ebx
	mov 12(%esp), %edx
	mov R_FLAGS(%esi), %eax
	movl $rom_stack_top - ROM_BASE, ROM_BASE + ROM_ESP
	mov $BOOT_ADDRESS, %esp
	call push_target
	mov %esp, %eax
	xor %ecx, %ecx
	mov $F(call16_go), %ebx
	jmp leave32

	.code16
call16_go:
	popal
	popw %es
	popw %ds
	popw %fs
	popw %gs
	iretw

call16_return:
	pushfw
	cli
	cld
	pushw %gs
	pushw %fs
	pushw %ds
	pushw %es
	pushal
	xor %eax, %eax
	mov %ss, %ax
	shl $4, %eax
	movzwl %sp, %ecx
	lea -ROM_BASE(%eax, %ecx), %eax // where that lies, as enter32 wants it
	mov $call16_back, %ebx
	jmp enter32
	.code32
call16_back:
	mov %esp, %esi
	mov ROM_BASE + ROM_ESP, %esp
	add $STACK_GAP + ROM_BASE, %esp
	pop ROM_BASE + ROM_ESP
	pop %edi
	mov $(R_FLAGS + 2) / 2, %ecx
	rep movsw
	pop %edi
	pop %esi
	pop %ebx
	pop %ebp
	ret

// ---------------------------------------------------------------- processor exceptions of C
	.balign 8
exceptions: // in this segment: the gates below need their offsets
	.set number, 0
	.rept 32
	push $number
	jmp exception_common
	.balign 8
	.set number, number + 1
	.endr
exception_common:
	pushal
	push %esp
	call bios_exception
	ud2

	.balign 8
	.globl gdt
gdt:
	.quad 0
	.quad 0x00cf9b000000ffff // CODE32
	.quad 0x00cf93000000ffff // DATA32
	.quad 0x00009b0f0000ffff // CODE16: base F0000, 64 KiB
	.quad 0x008f93000000ffff // DATA16: base 0, 4 GiB
gdt_pointer:
	.word gdt_pointer - gdt - 1
	.long gdt
idt:
	.set number, 0
	.rept 32
	.word F(exceptions + 8 * number), CODE32, 0x8e00, 0xf
	.set number, number + 1
	.endr
idt_pointer:
	.word idt_pointer - idt - 1
	.long idt
real_idt_pointer:
	.word 0x3ff
	.long 0

// ---------------------------------------------------------------- interrupts of the timer and of nobody
	.code16
tick: // IRQ 0, 18.2 times a second
	pushl %eax
	pushw %ds
	pushw %dx
	mov $0x40, %ax
	mov %ax, %ds
	incl 0x6c
	cmpl $0x1800b0, 0x6c // ticks of a day
	jb 1f
	movl $0, 0x6c
	movb $1, 0x70
1:	int $0x1c
	mov $SEGMENT_DATA, %ax
	mov %ax, %ds
	cmpb $0, SERIAL_KEYS
	je 2f
	pushfw
	push %cs
	call int_08_keys
2:	mov $0x20, %al
	out %al, $0x20
	popw %dx
	popw %ds
	popl %eax
	iretw
irq_slave:
	push %ax
	mov $0x20, %al
	out %al, $0xa0
	jmp 2f
irq_master:
	push %ax
	mov $0x20, %al
2:	out %al, $0x20
	pop %ax
	iretw

// INT 16h waits for its key here, on the caller's stack with interrupts on, so that nothing of ours is held
// meanwhile.
wait_key:
	push %ds
	push %ax
	test $0xcf, %ah // functions 00, 10, 20 wait
	jnz 2f
	mov $0x40, %ax
	mov %ax, %ds
1:	cli
	mov 0x1a, %ax
	cmp 0x1c, %ax
	jne 2f
	sti
	hlt
	jmp 1b
2:	pop %ax
	pop %ds
	pushw $0x16
	jmp interrupt_common

	.macro vector number
	pushw $\number
	jmp interrupt_common
	.endm
int_08_keys: vector 0x08
int_18: vector 0x18
int_70: vector 0x70
// IRQ 12: C collects the packet; a whole one goes to the program's handler, as four words on the stack.
int_74:
	pushfw
	push %cs
	call 1f
	pushw %ds
	pushw %ax
	mov $SEGMENT_DATA, %ax
	mov %ax, %ds
	cmpb $0, MOUSE_READY
	je 2f
	movb $0, MOUSE_READY
	pushal
	pushw %es
	pushw MOUSE
	pushw MOUSE + 2
	pushw MOUSE + 4
	pushw MOUSE + 6
	lcall *MOUSE_HANDLER
	add $8, %sp
	popw %es
	popal
2:	popw %ax
	popw %ds
	iretw
1:	vector 0x74
pmm: // far, from C code of option ROMs
	pushl %ebx
	pushw %es
	pushfw
	push %cs
	call 1f
	popw %es
	popl %ebx
	lretw
1:	vector 0x20
	.balign 16
	.globl pnp_header, pmm_header
pnp_header: // Plug and Play BIOS 1.0A, 4.4: version 1.0, 33 bytes, no events; checksum by platform.c
	.ascii "$PnP"
	.byte 0x10, 33
	.word 0
	.byte 0
	.long 0
	.word F(pnp_none), SEGMENT_CODE
	.word 0 // no 16-bit protected mode
	.long 0
	.long 0
	.word SEGMENT_CODE
	.long 0xf0000
	.balign 16
pmm_header: // POST Memory Manager 1.01, 3.1.1
	.ascii "$PMM"
	.byte 1, 16, 0
	.word F(pmm), SEGMENT_CODE
	.balign 16
	.globl anchors
anchors: // of SMBIOS, ACPI and MP tables: Linux looks for some of them only in this segment
	.skip ANCHOR_BYTES
pnp_none: // FUNCTION_NOT_SUPPORTED
	mov $0x82, %ax
	lretw
window: // let_interrupts_in()
	nop
	lretw
idle: // wait_interrupt()
	sti
	hlt
	cli
	lretw

	.section .rodata
	.globl entry_int18, entry_int70, entry_int74, entry_irq_slave, entry_idle, entry_window, entry_pnp
entry_int18: .word F(int_18)
entry_int70: .word F(int_70)
entry_int74: .word F(int_74)
entry_irq_slave: .word F(irq_slave)
entry_idle: .word F(idle)
entry_window: .word F(window)
entry_pnp: .word F(pnp_header)
	.section .text16

// ---------------------------------------------------------------- the classic addresses
	.macro at offset
	.org \offset - TEXT16
	.endm
	at 0xe05b
	jmp reset16
	at 0xe2c3 // NMI
	iretw
	at 0xe3fe
	vector 0x13
	at 0xe6f2
	jmp int_19
	at 0xe6f5 // INT 15h C0: an AT with a second interrupt controller, a clock and keyboard intercept; an EBDA
	.word 8
	.byte 0xfc, 0, 1, 0x74, 0, 0, 0, 0
int_19: vector 0x19
	at 0xe739
	vector 0x14
	at 0xe82e
	jmp wait_key
	at 0xe987
	vector 0x09
	at 0xec59 // INT 40h: floppies, of which there are none
	movb $1, %ah
	stc
	lretw $2
	at 0xef57
	jmp irq_master
	at 0xefc7 // diskette parameters of a 1.44 MB drive
	.byte 0xaf, 0x02, 0x25, 0x02, 18, 0x1b, 0xff, 0x6c, 0xf6, 0x0f, 0x08
	at 0xefd2
	vector 0x17
	at 0xf065
	vector 0x10
	at 0xf841
	vector 0x12
	at 0xf84d
	vector 0x11
	at 0xf859
	vector 0x15
	at 0xfe6e
	vector 0x1a
	at 0xfea5
	jmp tick
	at 0xff53
	iretw
	at 0xff54 // INT 05h: print screen
	iretw
	at 0xfff0
	ljmp $SEGMENT_CODE, $0xe05b
	.ascii "11/22/26"
	.byte 0, 0xfc, 0

	.bss
	.balign 16
	.skip 1024
processor_stack:
processor_lock:
	.long 0
	.section .data.first, "aw" // ROM_ESP and so on
	.long rom_stack_top - ROM_BASE, 0, 0
	.globl entry_serial_keys, mouse_packet
entry_serial_keys:
	.long 0
mouse_packet:
	.skip 16
	.section .note.GNU-stack, "", @progbits
