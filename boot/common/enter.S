// enter.S: the last instructions of every loader.
#define CR0_WRITE_PROTECT 0x10000
#define MSR_EFER 0xc0000080
#define EFER_NO_EXECUTE 0x800
#define STACK_SIZE 16384

	.text
	.code64
	.globl boot_enter
	.hidden boot_enter
// RDI = entry, RSI = boot_info, RDX = CR3. Loader code and stack lie in the identity map of both tables.
boot_enter:
	cli
	cld
	mov %rdi, %rbx
	mov %rdx, %r12
	mov $MSR_EFER, %ecx
	rdmsr
	or $EFER_NO_EXECUTE, %eax
	wrmsr
	mov %r12, %cr3
	mov %cr0, %rax
	or $CR0_WRITE_PROTECT, %rax
	mov %rax, %cr0
	lea kernel_stack + STACK_SIZE(%rip), %rsp
	mov %rsi, %rdi
	xor %ebp, %ebp
	jmp *%rbx

	.bss
	.balign 16
kernel_stack:
	.skip STACK_SIZE
	.section .note.GNU-stack, "", @progbits
