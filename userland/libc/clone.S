// clone.S: a thread's first instructions and its last.
	.text
	.globl thread_clone	// (flags, stack, parent_tid, tls, child_tid): the child runs thread_main on its own stack
thread_clone:
	mov %r8, %r10
	mov %rcx, %r8
	mov $56, %eax
	syscall
	test %rax, %rax
	jnz 1f
	xor %ebp, %ebp
	mov %fs:0, %rdi
	call thread_main
	hlt
1:	ret

	.globl thread_leave	// (mapping, size): gives its own stack back, and ends
thread_leave:
	mov $11, %eax
	syscall
	xor %edi, %edi
	mov $60, %eax
	syscall
	hlt

	.section .note.GNU-stack, "", @progbits

.text
// setjmp and longjmp by the names that say "without signals" (XSI): they return to who called these.
.globl _setjmp, _longjmp
_setjmp:
	jmp setjmp
_longjmp:
	jmp longjmp
