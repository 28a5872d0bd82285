// cancel_point.S: a system call at which a thread may be cancelled (cancel.c has the protocol).
	.text
	.globl system_point, cancel_begin, cancel_end
system_point:			// as system_call
	mov %rdi, %rax
	mov %rsi, %rdi
	mov %rdx, %rsi
	mov %rcx, %rdx
	mov %r8, %r10
	mov %r9, %r8
	mov 8(%rsp), %r9
cancel_begin:			// from here to cancel_end a signal for this thread takes it to cancel_here
	cmpl $0, %fs:16		// struct thread: cancel_wanted
	jne 2f
1:	syscall
cancel_end:
	cmp $-4, %rax		// EINTR: by that signal, perhaps
	je 3f
	ret
2:	cmpl $0, %fs:20		// cancel_disabled
	jne 1b
	jmp cancel_here
3:	cmpl $0, %fs:16
	je 4f
	cmpl $0, %fs:20
	je cancel_here
4:	ret

	.globl cancel_here	// the stack is as at system_point's entry
cancel_here:
	jmp cancel_now

	.section .note.GNU-stack, "", @progbits
