// entry.S: every way into the kernel: the loader's jump, exceptions and interrupts, SYSCALL; and the ways out.
//
// In user mode GS_BASE is the program's; the kernel's struct cpu waits in KERNEL_GS_BASE and swapgs exchanges them. A trap
// from user mode (CS & 3) swaps; one from the kernel does not. NMI, #DB, #DF and #MC may strike between the two
// instructions that matter, so they decide by the sign of GS_BASE itself ("paranoid").
#include "kernel/arch/x86_64/cpu/regs.h"

#define CPU_KERNEL_STACK 16
#define CPU_USER_STACK 24
#define FRAME_VECTOR 120
#define FRAME_RIP 136
#define FRAME_CS 144

	.code64
	.section .text, "ax", @progbits

// From a loader: see boot/common/boot_info.h. Gives the boot CPU its stack and per-CPU block, then C.
	.globl kernel_entry
	.type kernel_entry, @function
kernel_entry:
	cld
	lea boot_cpu(%rip), %rax
	mov %rax, (%rax)
	mov %rax, %rdx
	shr $32, %rdx
	mov $MSR_GS_BASE, %ecx
	wrmsr
	lea boot_stack_top(%rip), %rsp
	xor %ebp, %ebp
	push %rbp
	push %rbp
	mov %rsp, %rbp
	call kernel_main
	ud2
	.size kernel_entry, . - kernel_entry

	.section .bss.boot_stack, "aw", @nobits
	.balign 4096
	.globl boot_stack
boot_stack:
	.skip 16384
	.globl boot_stack_top
boot_stack_top:
	.text

// 256 stubs of 16 bytes: push an error code where the CPU does not, push the vector, go on to common_trap.
	.globl trap_stubs
	.balign 16
trap_stubs:
	.set vector, 0
	.rept 256
	.balign 16
	.if !((vector == 8) || (vector >= 10 && vector <= 14) || (vector == 17) || (vector == 21) || (vector == 29) || (vector == 30))
	push $0
	.endif
	push $vector
	.if vector == 1
	jmp debug_trap
	.elseif (vector == 2) || (vector == 8) || (vector == 18)
	jmp paranoid_trap
	.else
	jmp common_trap
	.endif
	.set vector, vector + 1
	.endr

.macro save_registers
	push %rdi
	push %rsi
	push %rdx
	push %rcx
	push %rax
	push %r8
	push %r9
	push %r10
	push %r11
	push %rbx
	push %rbp
	push %r12
	push %r13
	push %r14
	push %r15
.endm

.macro restore_registers
	pop %r15
	pop %r14
	pop %r13
	pop %r12
	pop %rbp
	pop %rbx
	pop %r11
	pop %r10
	pop %r9
	pop %r8
	pop %rax
	pop %rcx
	pop %rdx
	pop %rsi
	pop %rdi
.endm

	.type common_trap, @function
common_trap:
	cld
	save_registers
	testb $3, FRAME_CS(%rsp)
	jz 1f
	swapgs
1:	mov %rsp, %rdi
	pushq FRAME_RIP(%rsp) // a frame of its own: back-traces walk through the interrupted code
	push %rbp
	mov %rsp, %rbp
	call trap_dispatch
	add $16, %rsp
	mov %rsp, %rdi
	// fall through
	.globl trap_return
	.type trap_return, @function
trap_return:
	mov %rdi, %rsp
	testb $3, FRAME_CS(%rsp)
	jz 1f
	cli
	swapgs
1:	restore_registers
	add $16, %rsp
	iretq

// #DB from a program (a step) is handled on its own kernel stack, like any exception: what was pushed here moves there.
	.type debug_trap, @function
debug_trap:
	testb $3, 24(%rsp)
	jz paranoid_trap
	push %rdi
	mov %rsp, %rdi
	swapgs
	mov %gs:CPU_KERNEL_STACK, %rsp
	.irp offset, 56, 48, 40, 32, 24, 16, 8
	pushq \offset(%rdi)
	.endr
	mov (%rdi), %rdi
	swapgs
	jmp common_trap

	.type paranoid_trap, @function
paranoid_trap:
	cld
	save_registers
	mov $MSR_GS_BASE, %ecx
	rdmsr
	xor %ebx, %ebx
	test %edx, %edx
	js 1f
	swapgs
	inc %ebx
1:	mov %rsp, %rdi
	mov %rsp, %r12
	and $-16, %rsp
	call trap_paranoid
	mov %r12, %rsp
	test %ebx, %ebx
	jz 2f
	swapgs
2:	restore_registers
	add $16, %rsp
	iretq

// SYSCALL (SDM vol. 2): RCX = return address, R11 = flags, IF cleared by FMASK, still on the user's stack.
	.globl system_call_entry
	.type system_call_entry, @function
system_call_entry:
	swapgs
	mov %rsp, %gs:CPU_USER_STACK
	mov %gs:CPU_KERNEL_STACK, %rsp
	push $SELECTOR_USER_DATA
	push %gs:CPU_USER_STACK
	push %r11
	push $SELECTOR_USER_CODE
	push %rcx
	push %rax  // error: the number
	push $256  // vector: TRAP_SYSCALL
	save_registers
	mov %rsp, %rdi
	xor %ebp, %ebp
	push %rbp
	push %rbp
	mov %rsp, %rbp
	call trap_system_call
	add $16, %rsp
	// SYSRET only when it restores exactly this frame: RIP canonical and in RCX, flags in R11 without RF or TF.
	test %eax, %eax
	jz 1f
	restore_registers
	add $16, %rsp
	mov 0(%rsp), %rcx
	mov 16(%rsp), %r11
	mov 24(%rsp), %rsp
	swapgs
	sysretq
1:	mov %rsp, %rdi
	jmp trap_return

	.globl call_on_stack
	.type call_on_stack, @function
call_on_stack:
	push %rbp
	mov %rsp, %rbp
	mov %rdi, %rsp
	mov %rdx, %rdi
	call *%rsi
	leave
	ret

// void context_switch(uint64_t *save_stack_pointer, uint64_t load_stack_pointer): callee-saved registers on the stack.
	.globl context_switch
	.type context_switch, @function
context_switch:
	push %rbp
	push %rbx
	push %r12
	push %r13
	push %r14
	push %r15
	mov %rsp, (%rdi)
	mov %rsi, %rsp
	pop %r15
	pop %r14
	pop %r13
	pop %r12
	pop %rbx
	pop %rbp
	ret

// First return of a new thread: RBX = function, R12 = argument (see thread_prepare).
	.globl thread_start
	.type thread_start, @function
thread_start:
	xor %ebp, %ebp
	push %rbp
	push %rbp
	call schedule_tail
	sti
	mov %r12, %rdi
	call *%rbx
	ud2

// long user_copy(void *to, const void *from, size_t size): quadwords, then bytes. Returns the bytes not copied: a fault on
// either instruction jumps, by the exception table, to the line behind it with RCX as it stood.
	.globl user_copy
	.type user_copy, @function
user_copy:
	mov %rdx, %rcx
	mov %edx, %eax
	and $7, %eax
	shr $3, %rcx
10:	rep movsq
	mov %eax, %ecx
11:	rep movsb
	xor %eax, %eax
	ret
20:	lea (%rax,%rcx,8), %rax
	ret
21:	mov %rcx, %rax
	ret
	.section .extable, "a", @progbits
	.long 10b - ., 20b - .
	.long 11b - ., 21b - .
	.text

// long user_byte(const void *from): the byte, or -1.
	.globl user_byte
	.type user_byte, @function
user_byte:
14:	movzbl (%rdi), %eax
	ret
24:	mov $-1, %rax
	ret
	.section .extable, "a", @progbits
	.long 14b - ., 24b - .
	.text

// One aligned word, read in one access: a futex compares it.
	.globl user_load32
	.type user_load32, @function
user_load32: // int user_load32(const uint32_t *from, uint32_t *value)
15:	mov (%rdi), %eax
	mov %eax, (%rsi)
	xor %eax, %eax
	ret
25:	mov $-1, %eax
	ret
	.section .extable, "a", @progbits
	.long 15b - ., 25b - .
	.text

	.section .note.GNU-stack, "", @progbits
