// stage1.S: the first sector, which the BIOS loads at 0000:7C00 and enters with DL = drive.
//
// It reads stage 2 from the BIOS-boot partition, which begins at a fixed sector, and jumps to it. What goes wrong shows as
// one letter on screen and serial line, then a halt:
//   E  the BIOS cannot read by sector number (no INT 13h extensions)      R  reading failed three times
//   S  what lies there is no stage 2
// At most 440 bytes; behind them lie the disk's signature and the protective partition table.
#include "boot/mbr/layout.h"

	.text
	.code16
	.globl _start
_start:
	cli
	xor %ax, %ax
	mov %ax, %ds
	mov %ax, %es
	mov %ax, %ss
	mov $REAL_STACK, %sp
	sti
	cld
	ljmp $0, $1f // some BIOSes come as 07C0:0000
1:	mov %dl, drive
	mov $0x41, %ah
	mov $0x55aa, %bx
	int $0x13
	mov $'E', %al
	jc fail
	cmp $0xaa55, %bx
	jne fail
	mov $3, %bp
2:	mov $packet, %si
	movw $STAGE2_SECTORS, 2(%si) // a failed call leaves how many sectors it did read
	mov drive, %dl
	mov $0x42, %ah
	int $0x13
	jnc 3f
	xor %ah, %ah // reset the drive, and again
	int $0x13
	dec %bp
	jnz 2b
	mov $'R', %al
	jmp fail
3:	mov $'S', %al
	cmpl $STAGE2_MAGIC, STAGE2_ADDRESS + 4
	jne fail
	mov drive, %dl
	ljmp $0, $STAGE2_ADDRESS

fail:
	mov $0x03f8, %dx
	out %al, %dx
	mov $0x0e, %ah
	mov $7, %bx
	int $0x10
	mov $0x55, %al // under QEMU: the end, status 171
	out %al, $0xf4
4:	cli
	hlt
	jmp 4b

drive:
	.byte 0
	.balign 4
packet:
	.byte 16, 0
	.word STAGE2_SECTORS
	.word STAGE2_ADDRESS, 0
	.quad STAGE2_SECTOR
	.org 440
