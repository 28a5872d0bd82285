// entry.S: where QEMU's -kernel begins (PVH: the Xen x86/HVM direct boot ABI).
//
// The note below is what QEMU looks for. It stands alone in its own 4-aligned PT_NOTE with an 8-byte descriptor; beside an
// 8-aligned note QEMU 7.2 starts nothing and says nothing, so the build reads it back (tests/boot/check-pvh).
// At pvh_entry: 32-bit protected mode, paging off, flat segments, EBX = struct hvm_start_info.
#define NOTE_PHYS32_ENTRY 18

	.section .note.pvh, "a", @note
	.balign 4
	.long 4, 8, NOTE_PHYS32_ENTRY
	.asciz "Xen"
	.quad pvh_entry

	.text
	.code32
	.globl pvh_entry
pvh_entry:
	cld
	cli
	mov $stack_top, %esp
	mov $long_mode, %edi
	jmp enter_long_mode

	.code64
long_mode:
	mov %ebx, %edi
	xor %ebp, %ebp
	call pvh_main
	ud2

	.bss
	.balign 16
	.skip 16384
stack_top:
	.section .note.GNU-stack, "", @progbits
