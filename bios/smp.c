// smp.c: see smp.h. The start-up vector is the page where entry.S's 16-bit part begins: processors start in
// the ROM itself.
#include "bios/smp.h"
#include "bios/chipset.h"
#include "bios/cpu.h"
#include "bios/fw_cfg.h"
#include "bios/log.h"
#include "bios/layout.h"
#include "bios/time.h"

#define APIC 0xfee00000u
#define APIC_ID 0x020
#define APIC_SPURIOUS 0x0f0
#define APIC_COMMAND 0x300
#define APIC_LINT0 0x350
#define APIC_LINT1 0x360
#define APIC_ON 0x100
#define TO_OTHERS 0x000c4000 // all excluding self, assert
#define INIT 0x500
#define START_UP 0x600
#define EXTINT 0x8700
#define NMI 0x8400
#define WAIT_US 5000000
#define MSR_FEATURE_CONTROL 0x3a
#define MSR_MTRR_CAP 0xfe
#define MSR_MTRR_BASE 0x200
#define MSR_MTRR_DEFAULT 0x2ff
#define MTRR_ON 0xc00 // and the fixed ranges
#define MTRR_VALID 0x800
#define WRITE_BACK 6
#define UNCACHED 0
#define CPUID_APIC (1u << 9)
#define CPUID_MTRR (1u << 12)
#define GIB4 (1ull << 32)

uint8_t cpu_apic_ids[CPUS_MAX];
unsigned cpu_count;
static uint64_t feature_control, mtrr_mask;
static bool has_mtrr;

static uint32_t apic_read(uint32_t reg)
{
	return *(volatile uint32_t *)(APIC + reg);
}

static void apic_write(uint32_t reg, uint32_t value)
{
	*(volatile uint32_t *)(APIC + reg) = value;
}

static void write_msr(uint32_t msr, uint64_t value)
{
	__asm__ volatile("wrmsr" : : "c"(msr), "A"(value) : "memory");
}

static uint64_t read_msr(uint32_t msr)
{
	uint64_t value;

	__asm__ volatile("rdmsr" : "=A"(value) : "c"(msr));
	return value;
}

// What caches may do: everything is write-back but the display's memory below 1 MiB and PCI's below 4 GiB
// (Intel SDM 3A, 11.11).
static void set_mtrrs(void)
{
	static const uint16_t fixed[] = {0x250, 0x258, 0x259, 0x268, 0x269, 0x26a, 0x26b, 0x26c, 0x26d, 0x26e, 0x26f};
	uint64_t base = chipset_pci_memory();
	unsigned pair = 0, pairs = read_msr(MSR_MTRR_CAP) & 0xff;

	write_msr(MSR_MTRR_DEFAULT, 0);
	for (unsigned i = 0; i < sizeof(fixed) / sizeof(fixed[0]); i++)
		write_msr(fixed[i], fixed[i] == 0x259 ? 0 : 0x0606060606060606ull);
	for (; base < GIB4 && pair < pairs; pair++) { // powers of two up to 4 GiB
		uint64_t size = base & -base;
		write_msr(MSR_MTRR_BASE + 2 * pair, base | UNCACHED);
		write_msr(MSR_MTRR_BASE + 2 * pair + 1, (-size & mtrr_mask) | MTRR_VALID);
		base += size;
	}
	write_msr(MSR_MTRR_DEFAULT, MTRR_ON | WRITE_BACK);
}

static void set_up(void)
{
	if (has_mtrr)
		set_mtrrs();
	if (feature_control != 0)
		write_msr(MSR_FEATURE_CONTROL, feature_control);
}

void smp_arrive(void)
{
	set_up();
	if (cpu_count < CPUS_MAX)
		cpu_apic_ids[cpu_count] = apic_read(APIC_ID) >> 24;
	__atomic_store_n(&cpu_count, cpu_count + 1, __ATOMIC_RELEASE);
}

void smp_start(void)
{
	uint32_t features = cpuid(1).edx;
	int key = fw_cfg_find("etc/msr_feature_control", NULL);

	if (key >= 0)
		fw_cfg_read(key, 0, &feature_control, sizeof(feature_control));
	has_mtrr = (features & CPUID_MTRR) != 0;
	mtrr_mask = ((1ull << cpu_physical_bits()) - 1) & ~0xfffull;
	set_up();
	cpu_count = 1;
	if ((features & CPUID_APIC) == 0)
		return;
	cpu_apic_ids[0] = apic_read(APIC_ID) >> 24;
	apic_write(APIC_SPURIOUS, apic_read(APIC_SPURIOUS) | APIC_ON);
	apic_write(APIC_LINT0, EXTINT); // the 8259s come in here
	apic_write(APIC_LINT1, NMI);
	if ((uint16_t)fw_cfg_number(FW_CFG_CPUS) == 1)
		return;
	apic_write(APIC_COMMAND, TO_OTHERS | INIT);
	apic_write(APIC_COMMAND, TO_OTHERS | START_UP | (SEGMENT_CODE << 4 | TEXT16) >> 12);
}

void smp_wait(void)
{
	unsigned wanted = (uint16_t)fw_cfg_number(FW_CFG_CPUS);
	uint64_t deadline = time_us() + WAIT_US;

	while (__atomic_load_n(&cpu_count, __ATOMIC_ACQUIRE) < wanted && cpuid(1).edx & CPUID_APIC &&
	       !expired(deadline))
		__asm__ volatile("pause");
	if (cpu_count < wanted)
		log_error("SMP: %u of %u processors came", cpu_count, wanted);
	else
		log_info("SMP: %u processors", cpu_count);
}
