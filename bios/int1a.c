// int1a.c: INT 1Ah: the clock (00-07) and the PCI BIOS (B1xx, PCI BIOS 2.1).
#include "bios/bda.h"
#include "bios/pci.h"
#include "bios/port.h"
#include "bios/regs.h"

#define STATUS_B 0x0b
#define UPDATING 0x80
#define ALARM 0x20
#define TRIES 100000

enum { PCI_OK, PCI_BAD_FUNCTION = 0x81, PCI_BAD_VENDOR = 0x83, PCI_NOT_FOUND = 0x86, PCI_BAD_REGISTER = 0x87 };

// Waits until the clock's registers stand still.
static void settle(void)
{
	for (unsigned i = 0; i < TRIES && (cmos_read(0x0a) & UPDATING); i++)
		;
}

static void set_alarm(struct bios_regs *r)
{
	uint8_t status = cmos_read(STATUS_B);

	if (status & ALARM) {
		set_carry(r, 1);
		return;
	}
	cmos_write(1, r->dh);
	cmos_write(3, r->cl);
	cmos_write(5, r->ch);
	cmos_write(STATUS_B, status | ALARM);
	set_carry(r, 0);
}

static void set_time(const struct bios_regs *r)
{
	cmos_write(0, r->dh);
	cmos_write(2, r->cl);
	cmos_write(4, r->ch);
	cmos_write(STATUS_B, (cmos_read(STATUS_B) & 0x60) | 2 | (r->dl & 1));
}

static void set_date(const struct bios_regs *r)
{
	cmos_write(7, r->dl);
	cmos_write(8, r->dh);
	cmos_write(9, r->cl);
	cmos_write(0x32, r->ch);
}

// The carry flag is the answer's; each function has to clear it.
static void clock(struct bios_regs *r)
{
	settle();
	set_carry(r, 0);
	switch (r->ah) {
	case 0x00:
		r->cx = bda.ticks >> 16;
		r->dx = bda.ticks;
		r->al = bda.midnight;
		bda.midnight = 0;
		break;
	case 0x01:
		bda.ticks = (uint32_t)r->cx << 16 | r->dx;
		bda.midnight = 0;
		break;
	case 0x02:
		r->dh = cmos_read(0);
		r->cl = cmos_read(2);
		r->ch = cmos_read(4);
		r->dl = cmos_read(STATUS_B) & 1;
		r->ah = 0;
		break;
	case 0x03: set_time(r); break;
	case 0x04:
		r->dl = cmos_read(7);
		r->dh = cmos_read(8);
		r->cl = cmos_read(9);
		r->ch = cmos_read(0x32);
		r->ah = 0;
		break;
	case 0x05: set_date(r); break;
	case 0x06: set_alarm(r); break;
	case 0x07: cmos_write(STATUS_B, cmos_read(STATUS_B) & ~ALARM); break;
	default: set_carry(r, 1);
	}
}

// The SI-th device for which `class` (not 0: 24 bits) or ids are right: its number in BX.
static uint8_t find(struct bios_regs *r, bool by_class)
{
	unsigned index = r->si;

	if (!by_class && r->dx == 0xffff)
		return PCI_BAD_VENDOR;
	pci_for_each(device) {
		bool match = by_class ? ((uint32_t)device->class << 8 | device->prog) == (r->ecx & 0xffffff)
				      : device->vendor == r->dx && device->device == r->cx;
		if (match && index-- == 0) {
			r->bx = device->bdf;
			return PCI_OK;
		}
	}
	return PCI_NOT_FOUND;
}

// Functions 08-0D: bits 1-0 of the number are the width, bit 2 (with 08's offset) says read or write.
static uint8_t access(struct bios_regs *r)
{
	unsigned width = (r->al - 8) % 3, last = (1u << width) - 1;

	if ((r->di & last) != 0 || r->di > 0xff)
		return PCI_BAD_REGISTER;
	switch (r->al) {
	case 0x08: r->cl = pci_read8(r->bx, r->di); break;
	case 0x09: r->cx = pci_read16(r->bx, r->di); break;
	case 0x0a: r->ecx = pci_read32(r->bx, r->di); break;
	case 0x0b: pci_write8(r->bx, r->di, r->cl); break;
	case 0x0c: pci_write16(r->bx, r->di, r->cx); break;
	case 0x0d: pci_write32(r->bx, r->di, r->ecx); break;
	}
	return PCI_OK;
}

static void pci_bios(struct bios_regs *r)
{
	uint8_t status = PCI_BAD_FUNCTION;

	switch (r->al) {
	case 0x01: // present: configuration mechanism 1, version 2.10
		r->al = 1;
		r->bx = 0x0210;
		r->cl = pci_devices[pci_device_count - 1].bdf >> 8;
		r->edx = 0x20494350; // "PCI "
		status = PCI_OK;
		break;
	case 0x02: status = find(r, false); break;
	case 0x03: status = find(r, true); break;
	case 0x08 ... 0x0d: status = access(r); break;
	}
	r->ah = status;
	set_carry(r, status != PCI_OK);
}

void int1a(struct bios_regs *r)
{
	if (r->ah == 0xb1)
		pci_bios(r);
	else
		clock(r);
}
