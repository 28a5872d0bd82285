// long_mode.S: 32-bit protected mode -> 64-bit mode, for the loaders that begin below it (pvh, mbr).
//
// enter_long_mode: jumped to with EDI = where to go on in 64-bit mode (below 4 GiB), ESP = stack, flat segments, paging
// off. Keeps EBX and ESI. Physical 0..4 GiB is mapped at its own address by 2 MiB pages. A processor without long mode or
// without no-execute pages gets a line on screen and serial, and a halt.
#define TABLE_FLAGS 3
#define LARGE_PAGE_FLAGS 0x83
#define LARGE_PAGES (4 * 512)
#define CR4_PAE 0x20
#define CR0_PAGING 0x80000000
#define MSR_EFER 0xc0000080
#define EFER_LONG_MODE_AND_NO_EXECUTE 0x900
#define CPUID_NX (1 << 20)
#define CPUID_LONG_MODE (1 << 29)
#define EFLAGS_ID (1 << 21)
#define SERIAL 0x3f8
#define SCREEN 0xb8000
#define QEMU_EXIT 0xf4
#define FAILED 0x55

	.text
	.code32
	.globl enter_long_mode
	.hidden enter_long_mode
enter_long_mode:
	mov %ebx, %ebp // cpuid overwrites EBX
	pushfl         // a processor that cannot flip EFLAGS.ID has no CPUID, so no long mode
	xorl $EFLAGS_ID, (%esp)
	mov (%esp), %ecx
	popfl
	pushfl
	pop %eax
	xor %ecx, %eax
	test $EFLAGS_ID, %eax
	jnz no_long_mode
	mov $0x80000000, %eax
	cpuid
	cmp $0x80000001, %eax
	jb no_long_mode
	mov $0x80000001, %eax
	cpuid
	and $(CPUID_LONG_MODE | CPUID_NX), %edx
	cmp $(CPUID_LONG_MODE | CPUID_NX), %edx
	jne no_long_mode
	mov %ebp, %ebx

	mov $identity_directories, %eax
	mov $LARGE_PAGE_FLAGS, %edx
	mov $LARGE_PAGES, %ecx
1:	mov %edx, (%eax)
	add $0x200000, %edx
	add $8, %eax
	loop 1b
	movl $(identity_pointers + TABLE_FLAGS), identity_root
	mov $identity_pointers, %eax
	mov $(identity_directories + TABLE_FLAGS), %edx
	mov $4, %ecx
2:	mov %edx, (%eax)
	add $4096, %edx
	add $8, %eax
	loop 2b

	mov %cr4, %eax
	or $CR4_PAE, %eax
	mov %eax, %cr4
	mov $identity_root, %eax
	mov %eax, %cr3
	mov $MSR_EFER, %ecx
	rdmsr
	or $EFER_LONG_MODE_AND_NO_EXECUTE, %eax
	wrmsr
	mov %cr0, %eax
	or $CR0_PAGING, %eax
	mov %eax, %cr0
	lgdt gdt_pointer
	ljmp $8, $3f
	.code64
3:	mov $16, %eax
	mov %eax, %ds
	mov %eax, %es
	mov %eax, %ss
	mov %eax, %fs
	mov %eax, %gs
	mov %edi, %edi
	jmp *%rdi

	.code32
no_long_mode:
	mov $message, %esi
	mov $SCREEN, %edi
4:	lodsb
	test %al, %al
	jz 5f
	mov $SERIAL, %dx
	out %al, %dx
	mov $7, %ah
	stosw
	jmp 4b
5:	mov $FAILED, %al
	out %al, $QEMU_EXIT
6:	cli
	hlt
	jmp 6b

	.section .rodata
	.globl gdt_pointer
message:
	.asciz "groundup: this processor has no 64-bit mode with no-execute pages\r\n"
	.balign 8
gdt:
	.quad 0
	.quad 0x00af9b000000ffff // code, ring 0, 64-bit
	.quad 0x00cf93000000ffff // data
	.quad 0x00cf9b000000ffff // code, 32-bit; these three are stage 2's, on its way to real mode and back
	.quad 0x00009b000000ffff // code, 16-bit
	.quad 0x000093000000ffff // data, 16-bit
gdt_pointer:
	.word . - gdt - 1
	.long gdt

	.bss
	.balign 4096
identity_root:
	.skip 4096
identity_pointers:
	.skip 4096
identity_directories:
	.skip 4 * 4096
	.section .note.GNU-stack, "", @progbits
