// clock.c: see clock.h. TSC to ns: ns = tsc * multiplier >> 32 by a 128-bit product, so there is no drift and no overflow.
#include "kernel/arch/x86_64/machine/clock.h"
#include "kernel/arch/x86_64/cpu/port.h"
#include "kernel/arch/x86_64/cpu/regs.h"
#include "kernel/arch/x86_64/machine/apic.h"
#include "kernel/arch/x86_64/machine/machine.h"
#include "kernel/core/printk.h"

#define PM_TIMER_HZ 3579545ull
#define PIT_HZ 1193182ull
#define SAMPLE_TICKS 17898 // of the PM timer: 5 ms

static uint64_t tsc_khz, multiplier;
static uint64_t apic_khz; // LAPIC timer ticks a millisecond, after its divider

static uint64_t sample_pm_timer(uint16_t port, uint64_t *tsc, uint64_t *apic)
{
	uint32_t start = inl(port) & 0xffffff, elapsed;
	*tsc = read_tsc();
	*apic = apic_timer_count();
	do
		elapsed = (inl(port) - start) & 0xffffff;
	while (elapsed < SAMPLE_TICKS);
	*tsc = read_tsc() - *tsc;
	*apic -= apic_timer_count();
	return elapsed * 1000000000ull / PM_TIMER_HZ;
}

static uint64_t sample_pit(uint64_t *tsc, uint64_t *apic)
{
	uint16_t ticks = PIT_HZ * 5 / 1000;
	outb(0x61, (inb(0x61) & ~2) | 1); // gate on, speaker off
	outb(0x43, 0xb0);                 // channel 2, mode 0
	outb(0x42, ticks & 0xff);
	outb(0x42, ticks >> 8);
	*tsc = read_tsc();
	*apic = apic_timer_count();
	while (!(inb(0x61) & 0x20))
		;
	*tsc = read_tsc() - *tsc;
	*apic -= apic_timer_count();
	return ticks * 1000000000ull / PIT_HZ;
}

void clock_init(uint16_t pm_timer_port)
{
	uint64_t tsc, apic, ns;
	apic_timer_start(APIC_TIMER_MAX);
	ns = pm_timer_port != 0 ? sample_pm_timer(pm_timer_port, &tsc, &apic) : sample_pit(&tsc, &apic);
	apic_timer_start(0);
	tsc_khz = tsc * 1000000 / ns;
	apic_khz = apic * 1000000 / ns;
	if (tsc_khz == 0 || apic_khz == 0)
		panic("the time-stamp counter or the APIC timer stands still");
	multiplier = (1000000ull << 32) / tsc_khz;
}

int64_t clock_tsc_to_ns(uint64_t tsc)
{
	return (unsigned __int128)tsc * multiplier >> 32;
}

int64_t clock_read_ns(void)
{
	return clock_tsc_to_ns(read_tsc());
}

uint64_t clock_tsc_khz(void)
{
	return tsc_khz;
}

uint32_t clock_ns_to_apic_ticks(int64_t ns)
{
	if (ns <= 0)
		return 1;
	if (ns > 2000000000)
		ns = 2000000000;
	uint64_t ticks = (uint64_t)ns * apic_khz / 1000000 + 1;
	return ticks < APIC_TIMER_MAX ? ticks : APIC_TIMER_MAX;
}

void machine_delay_us(uint32_t us)
{
	uint64_t end = read_tsc() + us * tsc_khz / 1000;
	while ((int64_t)(end - read_tsc()) > 0)
		__builtin_ia32_pause();
}

static unsigned read_cmos(uint8_t index)
{
	outb(0x70, index);
	unsigned value = inb(0x71);
	return index == 0xb || index == 0xa ? value : (value >> 4) * 10 + (value & 15); // QEMU keeps BCD
}

int64_t clock_read_rtc_seconds(void)
{
	for (int i = 0; i < 100000 && (read_cmos(0xa) & 0x80); i++)
		; // an update is on its way
	int64_t year = 2000 + read_cmos(9), month = read_cmos(8), day = read_cmos(7);
	if (month <= 2) { // days since 1970 by counting years from March (Hinnant, chrono-compatible date algorithms)
		year--;
		month += 12;
	}
	int64_t days = 365 * year + year / 4 - year / 100 + year / 400 + (153 * (month - 3) + 2) / 5 + day - 719469;
	return ((days * 24 + read_cmos(4)) * 60 + read_cmos(2)) * 60 + read_cmos(0);
}
