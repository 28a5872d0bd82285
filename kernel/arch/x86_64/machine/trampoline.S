// trampoline.S: where another processor starts: real mode at the page that the start-up message names (copied to physical
// TRAMPOLINE), straight to long mode on the kernel's tables, then machine_cpu_entry(). SDM vol. 3, 9.4.4 and 10.8.5.
#include "kernel/arch/x86_64/cpu/regs.h"
#define TRAMPOLINE 0x8000
#define AT(symbol) (TRAMPOLINE + symbol - trampoline_start)

	.section .rodata.trampoline, "a", @progbits
	.globl trampoline_start, trampoline_end, trampoline_data
	.balign 16
	.code16
trampoline_start:
	cli
	xor %ax, %ax
	mov %ax, %ds
	lgdtl AT(trampoline_gdt_pointer)
	mov $(CR4_PAE | CR4_PGE), %eax
	mov %eax, %cr4
	mov AT(trampoline_data), %eax
	mov %eax, %cr3
	mov $MSR_EFER, %ecx
	rdmsr
	or $(EFER_LME | EFER_NXE), %eax
	wrmsr
	mov $(CR0_PG | CR0_WP | CR0_NE | CR0_MP | 1), %eax
	mov %eax, %cr0
	ljmpl $0x10, $AT(trampoline_long)
	.code64
trampoline_long:
	mov $SELECTOR_KERNEL_DATA, %eax
	mov %eax, %ds
	mov %eax, %es
	mov %eax, %ss
	mov AT(trampoline_data)+8, %rsp
	mov AT(trampoline_data)+16, %rdi
	mov AT(trampoline_data)+24, %rax
	xor %ebp, %ebp
	push %rbp
	jmp *%rax
	.balign 8
trampoline_gdt:
	.quad 0, 0
	.quad 0x00af9b000000ffff
	.quad 0x00cf93000000ffff
trampoline_gdt_pointer:
	.word 31
	.long AT(trampoline_gdt)
	.balign 8
trampoline_data: // root, stack top, struct cpu, entry
	.quad 0, 0, 0, 0
trampoline_end:
	.section .note.GNU-stack, "", @progbits
