// vbe.c: a graphics mode instead of text, where the command line asks for one: video=1024x768. VESA BIOS Extension 3.0, functions
// 00h (modes), 01h (one of them), 02h (set). Wanted: that size, 32 bits a pixel with blue lowest, all of it in one piece of memory.
#include "boot/common/start.h"
#include "boot/mbr/bios.h"
#include "boot/mbr/layout.h"
#include "kernel/lib/string.h"

#define VBE_DONE 0x004fu
#define MODES_MAX 512
#define MODE_LINEAR 0x4000u     // with function 02h: as a piece of memory, not through a window
#define ATTRIBUTES_WANTED 0x99u // supported, colour, graphics, linear
#define MODEL_DIRECT 6

struct vbe_controller {
	char signature[4];
	uint16_t version;
	uint32_t name, capabilities;
	uint16_t modes_offset, modes_segment;
	uint8_t rest[494];
} __attribute__((packed));

struct vbe_mode {
	uint16_t attributes;
	uint8_t windows[14];
	uint16_t pitch, width, height;
	uint8_t character_width, character_height, planes, bits_per_pixel, banks, model, bank_size, pages, reserved;
	uint8_t red_size, red_at, green_size, green_at, blue_size, blue_at, reserved_size, reserved_at, direct;
	uint32_t base;
	uint8_t rest[212];
} __attribute__((packed));
_Static_assert(sizeof(struct vbe_controller) == 512 && sizeof(struct vbe_mode) == 256, "as the standard lays them out");

static const char *take_number(const char *at, uint32_t *number)
{
	for (*number = 0; *at >= '0' && *at <= '9' && *number < 100000; at++)
		*number = *number * 10 + (uint32_t)(*at - '0');
	return at;
}

// The last video=WIDTHxHEIGHT of the command line. 0: there is none.
static int find_wish(const char *line, uint32_t *width, uint32_t *height)
{
	int found = 0;

	for (const char *at = line; *at != '\0'; at++)
		if (strncmp(at, "video=", 6) == 0 && (at == line || at[-1] == ' ')) {
			const char *end = take_number(at + 6, width);
			found = *end == 'x' && *take_number(end + 1, height) <= ' ' && *width != 0 && *height != 0;
		}
	return found;
}

// Calls function 4F`function`; its answer lies in the bounce buffer. 0: done.
static int call(uint32_t function, uint32_t mode)
{
	bios = (struct bios_registers){.eax = 0x4f00 | function, .ebx = mode, .ecx = mode, .es = BOUNCE_ADDRESS >> 4};
	bios_call(0x10);
	return (bios.eax & 0xffff) == VBE_DONE ? 0 : -1;
}

int vbe_screen(struct boot_info *info)
{
	void *const answer = (void *)BOUNCE_ADDRESS;
	static uint16_t modes[MODES_MAX];
	struct vbe_controller controller = {.signature = "VBE2"};
	struct vbe_mode mode;
	uint32_t width = 0, height = 0;

	if (!find_wish(info->command_line, &width, &height))
		return 0;
	memcpy(answer, &controller, sizeof(controller));
	if (call(0, 0) == 0) {
		memcpy(&controller, answer, sizeof(controller));
		memcpy(modes, (void *)((uint64_t)controller.modes_segment * 16 + controller.modes_offset), sizeof(modes));
		for (unsigned i = 0; i < MODES_MAX && modes[i] != 0xffff; i++) {
			if (call(1, modes[i]) != 0)
				continue;
			memcpy(&mode, answer, sizeof(mode));
			if ((mode.attributes & ATTRIBUTES_WANTED) != ATTRIBUTES_WANTED || mode.model != MODEL_DIRECT || mode.width != width ||
			    mode.height != height || mode.bits_per_pixel != 32 || mode.blue_at != 0 || mode.red_at != 16)
				continue;
			if (call(2, modes[i] | MODE_LINEAR) != 0)
				continue;
			info->framebuffer = (struct boot_framebuffer){mode.base, width, height, mode.pitch, 32};
			return 1;
		}
	}
	boot_say("video=%ux%u: the BIOS has no such mode; text it is\n", width, height);
	return 0;
}
