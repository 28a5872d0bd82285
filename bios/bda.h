// bda.h: the BIOS data area at 00400, where old programs look for themselves.
#pragma once
#include "bios/layout.h"
#include <stdint.h>

struct bda {
	uint16_t com[4], lpt[3], ebda_segment; // 00
	uint16_t equipment;                    // 10
	uint8_t post_status;
	uint16_t memory_kib;                   // 13
	uint16_t error_codes;
	uint16_t shift_flags;                  // 17
	uint8_t alt_number;
	uint16_t key_head, key_tail;           // 1a, 1c: offsets in this segment
	uint16_t keys[16];                     // 1e
	uint8_t floppy[11];                    // 3e
	uint8_t video_mode;                    // 49
	uint16_t video_columns, video_page_size, video_page_start;
	struct {
		uint8_t column, row;
	} cursor[8];                           // 50
	uint16_t cursor_type;                  // 60
	uint8_t video_page;
	uint16_t video_port;
	uint8_t video_control, video_palette;
	uint32_t resume;                       // 67: where CMOS shutdown codes 05 and 0A go
	uint8_t last_irq;
	uint32_t ticks;                        // 6c: since midnight
	uint8_t midnight;                      // 70: set when ticks wrapped
	uint8_t break_flag;
	uint16_t reset_flag;                   // 72: 1234h asks for a warm start
	uint8_t disk_status, disk_count, disk_control, disk_port;
	uint8_t lpt_timeout[4], com_timeout[4];
	uint16_t key_start, key_end;           // 80: of the buffer
	uint8_t video_rows;                    // 84
	uint16_t character_height;
	uint8_t video_options[4], floppy_rate, disk_result[3], floppy_info, floppy_state[4], floppy_track[2];
	uint8_t key_flags, key_leds;           // 96, 97
	uint32_t wait_flag_address;            // 98: segment:offset
	uint32_t wait_us;                      // 9c
	uint8_t wait_active;                   // a0
} __attribute__((packed));
_Static_assert(__builtin_offsetof(struct bda, ticks) == 0x6c && __builtin_offsetof(struct bda, video_rows) == 0x84 &&
	       __builtin_offsetof(struct bda, key_flags) == 0x96 && sizeof(struct bda) == 0xa1, "BIOS data area");

extern struct bda bda;      // the linker script knows where both lie
extern uint32_t ivt[256];  // segment << 16 | offset of each vector
#define IVT_FAR(offset) ((uint32_t)SEGMENT_CODE << 16 | (offset))
