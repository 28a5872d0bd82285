// crt0.S: the first instruction of every program, the system-call funnel, signal return, setjmp and longjmp.
	.text
	.globl _start
_start:				// the kernel leaves argc, argv, envp and the auxiliary vector on the stack
	xor %ebp, %ebp
	mov %rsp, %rdi
	and $-16, %rsp
	call libc_start
	hlt

	.globl system_call	// (number, a, b, c, d, e, f) in C's registers; the kernel wants them in rax, rdi ... r9
system_call:
	mov %rdi, %rax
	mov %rsi, %rdi
	mov %rdx, %rsi
	mov %rcx, %rdx
	mov %r8, %r10
	mov %r9, %r8
	mov 8(%rsp), %r9
	syscall
	ret

	.globl signal_return	// a handler returns here; the kernel finds its frame at rsp
signal_return:
	mov $15, %eax
	syscall

	.globl setjmp
setjmp:
	mov %rbx, (%rdi)
	mov %rbp, 8(%rdi)
	mov %r12, 16(%rdi)
	mov %r13, 24(%rdi)
	mov %r14, 32(%rdi)
	mov %r15, 40(%rdi)
	lea 8(%rsp), %rax
	mov %rax, 48(%rdi)
	mov (%rsp), %rax
	mov %rax, 56(%rdi)
	xor %eax, %eax
	ret

	.globl longjmp
longjmp:
	mov %esi, %eax
	cmp $1, %eax		// longjmp(state, 0) makes setjmp return 1
	adc $0, %eax
	mov (%rdi), %rbx
	mov 8(%rdi), %rbp
	mov 16(%rdi), %r12
	mov 24(%rdi), %r13
	mov 32(%rdi), %r14
	mov 40(%rdi), %r15
	mov 48(%rdi), %rsp
	jmp *56(%rdi)

	.section .note.GNU-stack, "", @progbits
