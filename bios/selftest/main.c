// main.c: the self-test of a BIOS: cases, their counts, and the way to the host. See selftest.h.
//
// It boots twice: the second time by INT 19h, which the first one calls when it is done; a byte of the
// clock's memory says which.
#include "bios/selftest/selftest.h"
#include "kernel/lib/format.h"
#include "kernel/lib/string.h"

#define FLAGS_KEPT 0x0600 // interrupt and direction
#define GUARD 0x5a
#define CMOS_MARK 0x7e
#define MARK 0xa7

extern uint32_t caller_top;
extern uint8_t caller_guard[], caller_stack[], bss_start[], bss_end[];
static const char *name;
static unsigned passed, failed, skipped;
static bool good;

void selftest(void);
void interrupt(uint32_t vector);

uint8_t in8(uint16_t port)
{
	uint8_t value;
	__asm__ volatile("inb %1, %0" : "=a"(value) : "Nd"(port));
	return value;
}

void out8(uint16_t port, uint8_t value)
{
	__asm__ volatile("outb %0, %1" : : "a"(value), "Nd"(port));
}

uint8_t peek8(uint16_t segment, uint32_t offset)
{
	uint8_t value;
	__asm__ volatile("movw %1, %%gs; movb %%gs:(%2), %0" : "=q"(value) : "r"(segment), "r"(offset) : "memory");
	return value;
}

uint32_t peek32(uint16_t segment, uint32_t offset)
{
	uint32_t value;
	__asm__ volatile("movw %1, %%gs; movl %%gs:(%2), %0" : "=r"(value) : "r"(segment), "r"(offset) : "memory");
	return value;
}

void poke32(uint16_t segment, uint32_t offset, uint32_t value)
{
	__asm__ volatile("movw %1, %%gs; movl %0, %%gs:(%2)" : : "r"(value), "r"(segment), "r"(offset) : "memory");
}

void fill(uint16_t segment, uint32_t value)
{
	for (uint32_t at = 0; at < 0x10000; at += 4)
		poke32(segment, at, value);
}

uint8_t cmos(uint8_t at)
{
	out8(0x70, at);
	return in8(0x71);
}

void say(const char *template, ...)
{
	char line[160];
	va_list args;

	va_start(args, template);
	format_buffer_list(line, sizeof(line), template, args);
	va_end(args);
	for (const char *at = line; *at != '\0'; at++)
		out8(RESULT_PORT, *at);
}

static void end(void)
{
	if (name == NULL)
		return;
	say(good ? "ok   %s\n" : "\n", name);
	passed += good;
	failed += !good;
	name = NULL;
}

void begin(const char *what)
{
	end();
	name = what;
	good = true;
}

void skip(const char *what)
{
	end();
	skipped++;
	say("skip %s\n", what);
}

static void wrong(void)
{
	say(good ? "FAIL %s --" : ",", name);
	good = false;
}

void equal(const char *what, uint32_t value, uint32_t wanted)
{
	if (value == wanted)
		return;
	wrong();
	say(" %s is %#x, not %#x", what, value, wanted);
}

void holds(const char *what, bool condition)
{
	if (condition)
		return;
	wrong();
	say(" not %s", what);
}

void carry(bool wanted)
{
	equal("carry", out.flags & 1, wanted);
}

void ax(uint16_t wanted)
{
	equal("AX", out.eax & 0xffff, wanted);
}

void ah(uint8_t wanted)
{
	equal("AH", out.eax >> 8 & 0xff, wanted);
	carry(wanted != 0);
}

void quiet(uint8_t vector, struct registers with)
{
	in = with;
	in.flags |= 0x202;
	caller_top = (uint32_t)caller_stack + (vector == 0x10 ? VIDEO_STACK : CALLER_STACK);
	for (unsigned i = 0; i < CALLER_GUARD; i++)
		caller_guard[i] = GUARD;
	interrupt(vector);
}

void call(const char *what, uint8_t vector, unsigned outputs, struct registers with)
{
	static const char *const names[] = {"EAX", "EBX", "ECX", "EDX", "ESI", "EDI", "EBP"};
	unsigned used = 0;

	begin(what);
	quiet(vector, with);
	for (unsigned i = 0; i < sizeof(names) / sizeof(*names); i++) {
		uint32_t kept = !(outputs >> i & 1) ? 0xffffffff : outputs & HIGH ? 0 : 0xffff0000;
		equal(names[i], (&out.eax)[i] & kept, (&in.eax)[i] & kept);
	}
	equal("DS", out.ds, in.ds);
	if (!(outputs & ES))
		equal("ES", out.es, in.es);
	equal("SS", out.ss, 0);
	equal("ESP", out.esp, caller_top);
	equal("flags", out.flags & FLAGS_KEPT, in.flags & FLAGS_KEPT);
	for (unsigned i = 0; i < CALLER_GUARD; i++)
		used = used == 0 && caller_guard[i] != GUARD ? CALLER_STACK + CALLER_GUARD - i : used;
	equal("caller's stack used", used, 0);
}

static void reached_again(void)
{
	begin("19: the boot sector is loaded again");
	equal("DL", boot_drive, 0x80);
	begin("19: with its signature");
	equal("at 7DFE", peek32(0, 0x7dfc) >> 16, 0xaa55);
	end();
	out8(0x70, CMOS_MARK);
	out8(0x71, 0);
	say("selftest: second part: %u passed, %u failed\n", passed, failed);
	out8(EXIT_PORT, 0);
}

void selftest(void)
{
	memset(bss_start, 0, (uint32_t)bss_end - (uint32_t)bss_start);
	if (cmos(CMOS_MARK) == MARK)
		reached_again();
	if (test_emulation() || (trouble != 0 && trouble != 'r')) {
		if (trouble != 0)
			test_trouble();
		end();
		out8(EXIT_PORT, 0);
	}
	test_machine();
	test_memory();
	test_disk();
	test_cd();
	test_clock();
	test_pci();
	test_keyboard();
	test_video();
	end();
	say("selftest: first part: %u passed, %u failed, %u skipped\n", passed, failed, skipped);
	out8(0x70, CMOS_MARK);
	out8(0x71, MARK);
	quiet(0x19, R(0));
}
