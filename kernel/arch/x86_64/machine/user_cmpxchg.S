// user_cmpxchg.S: one compare-and-exchange on a word of user memory, for the futex operations that change the word.
	.text
// int user_exchange32(uint32_t *word, uint32_t *old, uint32_t new): stores `new` where *old stands, else loads what stands there into
// *old. 0, or -1: a fault.
	.globl user_exchange32
	.type user_exchange32, @function
user_exchange32:
	mov (%rsi), %eax
1:	lock cmpxchg %edx, (%rdi)
	mov %eax, (%rsi)
	xor %eax, %eax
	ret
2:	mov $-1, %eax
	ret
	.section .extable, "a", @progbits
	.long 1b - ., 2b - .
	.section .note.GNU-stack, "", @progbits
