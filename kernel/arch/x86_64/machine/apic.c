// apic.c: see apic.h. Registers are memory-mapped; each CPU sees its own local APIC at the same address. The I/O APIC's two
// registers are an index and a window: ioapic_lock keeps them together.
#include "kernel/arch/x86_64/machine/apic.h"
#include "kernel/arch/x86_64/cpu/port.h"
#include "kernel/arch/x86_64/cpu/regs.h"
#include "kernel/arch/x86_64/machine/machine.h"
#include "kernel/arch/x86_64/machine/paging.h"
#include "kernel/core/printk.h"
#include "kernel/sync/spinlock.h"

#define LAPIC_PHYSICAL 0xfee00000ul
#define LAPIC_ID 0x20
#define LAPIC_TPR 0x80
#define LAPIC_EOI 0xb0
#define LAPIC_SPURIOUS 0xf0
#define LAPIC_ICR_LOW 0x300
#define LAPIC_ICR_HIGH 0x310
#define LAPIC_LVT_TIMER 0x320
#define LAPIC_LVT_LINT0 0x350
#define LAPIC_LVT_LINT1 0x360
#define LAPIC_LVT_ERROR 0x370
#define LAPIC_TIMER_INITIAL 0x380
#define LAPIC_TIMER_CURRENT 0x390
#define LAPIC_TIMER_DIVIDE 0x3e0
#define LVT_MASKED 0x10000u
#define LVT_NMI 0x400u
#define ICR_PENDING 0x1000u
#define ICR_ASSERT 0x4000u

static char *lapic, *ioapic;
static struct spinlock ioapic_lock = SPINLOCK_INIT("ioapic");

static uint32_t read_lapic(uint32_t offset)
{
	return *(volatile uint32_t *)(lapic + offset);
}

static void write_lapic(uint32_t offset, uint32_t value)
{
	*(volatile uint32_t *)(lapic + offset) = value;
}

void apic_init(uint64_t ioapic_physical)
{
	lapic = vmap_physical(LAPIC_PHYSICAL, PAGE_SIZE, false);
	ioapic = vmap_physical(ioapic_physical, PAGE_SIZE, false);
	if (lapic == NULL || ioapic == NULL)
		panic("no memory to map the interrupt controllers");
	outb(0x21, 0xff); // the old PICs stay silent
	outb(0xa1, 0xff);
	apic_init_cpu();
}

void apic_init_cpu(void)
{
	write_msr(MSR_APIC_BASE, read_msr(MSR_APIC_BASE) | 1 << 11);
	write_lapic(LAPIC_TPR, 0);
	write_lapic(LAPIC_LVT_TIMER, LVT_MASKED);
	write_lapic(LAPIC_LVT_LINT0, LVT_MASKED);
	write_lapic(LAPIC_LVT_LINT1, LVT_NMI);
	write_lapic(LAPIC_LVT_ERROR, LVT_MASKED);
	write_lapic(LAPIC_TIMER_DIVIDE, 3); // by 16
	write_lapic(LAPIC_SPURIOUS, 0x100 | VECTOR_SPURIOUS);
	write_lapic(LAPIC_EOI, 0);
}

uint32_t apic_id(void)
{
	return read_lapic(LAPIC_ID) >> 24;
}

void apic_end_of_interrupt(void)
{
	write_lapic(LAPIC_EOI, 0);
}

static void send(uint32_t lapic_id, uint32_t low)
{
	unsigned long state = interrupts_save();
	while (read_lapic(LAPIC_ICR_LOW) & ICR_PENDING)
		__builtin_ia32_pause();
	write_lapic(LAPIC_ICR_HIGH, lapic_id << 24);
	write_lapic(LAPIC_ICR_LOW, low);
	interrupts_restore(state);
}

void apic_send(uint32_t lapic_id, unsigned vector)
{
	send(lapic_id, vector | ICR_ASSERT);
}

static void send_mask(uint64_t mask, uint32_t low)
{
	for (; mask != 0; mask &= mask - 1)
		send(cpus[__builtin_ctzl(mask)]->lapic_id, low);
}

void apic_send_mask(uint64_t mask, unsigned vector)
{
	send_mask(mask, vector | ICR_ASSERT);
}

void apic_send_nmi_mask(uint64_t mask)
{
	send_mask(mask, LVT_NMI | ICR_ASSERT);
}

void apic_send_init(uint32_t lapic_id)
{
	send(lapic_id, 0x500 | ICR_ASSERT);
}

void apic_send_startup(uint32_t lapic_id, uint32_t page)
{
	send(lapic_id, 0x600 | ICR_ASSERT | page);
}

void apic_timer_start(uint32_t ticks)
{
	write_lapic(LAPIC_LVT_TIMER, ticks != 0 ? VECTOR_TIMER : LVT_MASKED);
	write_lapic(LAPIC_TIMER_INITIAL, ticks);
}

uint32_t apic_timer_count(void)
{
	return read_lapic(LAPIC_TIMER_CURRENT);
}

void ioapic_route(unsigned pin, unsigned vector, uint32_t lapic_id, int level, int masked)
{
	uint32_t low = vector | (level ? 0xa000u : 0) | (masked ? LVT_MASKED : 0);
	unsigned long state = spin_lock_irqsave(&ioapic_lock);
	*(volatile uint32_t *)ioapic = 0x11 + 2 * pin;
	*(volatile uint32_t *)(ioapic + 0x10) = lapic_id << 24;
	*(volatile uint32_t *)ioapic = 0x10 + 2 * pin;
	*(volatile uint32_t *)(ioapic + 0x10) = low;
	spin_unlock_irqrestore(&ioapic_lock, state);
}
