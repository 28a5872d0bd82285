// nvme.c: NVM Express over PCI (NVM Express Base 1.4): the admin queue and one queue for reading and writing,
// a command at a time.
//
// Both queues have two entries, the fewest there may be: one command in flight, and the phase bit says when
// it is done.
#include "bios/disk/drivers.h"
#include "kernel/lib/format.h"
#include "kernel/lib/list.h"
#include "kernel/lib/string.h"
#include "kernel/uapi/errno.h"

enum { // registers, in words
	CAPABILITIES = 0, CAPABILITIES_HIGH, CONFIGURATION = 5, STATUS = 7, ADMIN_SIZES = 9, ADMIN_SUBMISSION = 10,
	ADMIN_COMPLETION = 12, DOORBELLS = 0x400
};
#define CONFIGURATION_ENABLE 1u
#define CONFIGURATION_ENTRIES (6u << 16 | 4u << 20) // 64 and 16 bytes
#define STATUS_READY 1u
#define STATUS_FATAL 2u
enum { ADMIN_CREATE_SUBMISSION = 1, ADMIN_CREATE_COMPLETION = 5, ADMIN_IDENTIFY = 6 };
enum { NVM_FLUSH = 0, NVM_WRITE = 1, NVM_READ = 2 };
enum { IDENTIFY_NAMESPACE = 0, IDENTIFY_CONTROLLER = 1, IDENTIFY_ACTIVE = 2 };
#define CONTIGUOUS 1u
#define ENTRIES 2u
#define PAGE 4096u
#define TRANSFER_MAX (256u << 10) // bytes
#define NAMESPACES_MAX 16

struct nvme_command {
	uint32_t opcode, namespace, reserved[4], page1, page1_high, page2, page2_high,
		word10, word11, word12, word13, word14, word15;
};
_Static_assert(sizeof(struct nvme_command) == 64, "figure 104");

struct nvme_queue {
	volatile struct nvme_command submissions[ENTRIES] __attribute__((aligned(4096)));
	volatile struct {
		uint32_t result, reserved;
		uint16_t head, queue, command, status; // status: bit 0 is the phase
	} completions[ENTRIES] __attribute__((aligned(4096)));
	unsigned tail, head, phase;
};

struct nvme {
	volatile uint32_t *registers;
	uint32_t stride, ready_us, transfer_max;
	struct nvme_queue *queues; // admin, input and output
	uint32_t *page_list;       // a page of it: addresses of two words
	uint8_t *identity;         // another page
	uint16_t slot;
};

struct nvme_disk {
	struct disk disk;
	struct nvme *nvme;
};

static void doorbell(struct nvme *nvme, unsigned index, uint32_t value)
{
	compiler_barrier();
	nvme->registers[DOORBELLS + index * nvme->stride] = value;
}

// Takes the command through queue 0 or 1. -EIO: refused or failed; -ETIMEDOUT.
static int run(struct nvme *nvme, unsigned number, struct nvme_command *command)
{
	struct nvme_queue *queue = &nvme->queues[number];
	uint16_t status;

	for (unsigned i = 0; i < sizeof(*command) / 4; i++)
		((volatile uint32_t *)&queue->submissions[queue->tail])[i] = ((uint32_t *)command)[i];
	queue->tail = (queue->tail + 1) % ENTRIES;
	doorbell(nvme, 2 * number, queue->tail);
	if (!wait_until(((status = queue->completions[queue->head].status) & 1) == queue->phase, DISK_TIMEOUT_US))
		return -ETIMEDOUT;
	queue->head = (queue->head + 1) % ENTRIES;
	if (queue->head == 0)
		queue->phase ^= 1;
	doorbell(nvme, 2 * number + 1, queue->head);
	return status >> 1 == 0 ? 0 : -EIO;
}

static int identify(struct nvme *nvme, uint32_t what, uint32_t namespace)
{
	struct nvme_command command = {.opcode = ADMIN_IDENTIFY, .namespace = namespace, .word10 = what,
				       .page1 = (uint32_t)(uintptr_t)nvme->identity};

	return run(nvme, 0, &command);
}

static int create(struct nvme *nvme, uint32_t opcode, const volatile void *at, uint32_t word11)
{
	struct nvme_command command = {.opcode = opcode, .page1 = (uint32_t)(uintptr_t)at, .word10 = 1 | (ENTRIES - 1) << 16,
				       .word11 = word11};

	return run(nvme, 0, &command);
}

static int set_enabled(struct nvme *nvme, bool enabled)
{
	volatile uint32_t *registers = nvme->registers;

	registers[CONFIGURATION] = enabled ? CONFIGURATION_ENABLE | CONFIGURATION_ENTRIES : 0;
	if (!wait_until((registers[STATUS] & STATUS_READY) == enabled || (registers[STATUS] & STATUS_FATAL), nvme->ready_us))
		return -ETIMEDOUT;
	return enabled && (registers[STATUS] & STATUS_FATAL) ? -ENXIO : 0;
}

// From whatever state to one with both queues.
static int begin(struct nvme *nvme)
{
	volatile uint32_t *registers = nvme->registers;
	struct nvme_queue *admin = &nvme->queues[0], *io = &nvme->queues[1];
	int rc = set_enabled(nvme, false);

	if (rc != 0)
		return rc;
	memset(nvme->queues, 0, 2 * sizeof(*nvme->queues));
	admin->phase = io->phase = 1;
	registers[ADMIN_SIZES] = (ENTRIES - 1) | (ENTRIES - 1) << 16;
	registers[ADMIN_SUBMISSION] = (uint32_t)(uintptr_t)admin->submissions;
	registers[ADMIN_SUBMISSION + 1] = 0;
	registers[ADMIN_COMPLETION] = (uint32_t)(uintptr_t)admin->completions;
	registers[ADMIN_COMPLETION + 1] = 0;
	rc = set_enabled(nvme, true);
	if (rc == 0)
		rc = create(nvme, ADMIN_CREATE_COMPLETION, io->completions, CONTIGUOUS);
	return rc == 0 ? create(nvme, ADMIN_CREATE_SUBMISSION, io->submissions, CONTIGUOUS | 1 << 16) : rc;
}

static int nvme_reset(struct disk *disk)
{
	return begin(container_of(disk, struct nvme_disk, disk)->nvme);
}

// Physical region pages: the first one directly, then the second one, or a list of all others.
static void set_pages(struct nvme *nvme, struct nvme_command *command, void *buffer, uint32_t bytes)
{
	uint32_t at = (uint32_t)(uintptr_t)buffer, end = at + bytes, next = (at & -PAGE) + PAGE;

	command->page1 = at;
	if (next < end && end - next <= PAGE) {
		command->page2 = next;
	} else if (next < end) {
		command->page2 = (uint32_t)(uintptr_t)nvme->page_list;
		for (unsigned i = 0; next < end; i++, next += PAGE)
			nvme->page_list[2 * i] = next;
	}
}

static int nvme_transfer(struct disk *disk, uint64_t lba, uint32_t count, void *buffer, bool write)
{
	struct nvme *nvme = container_of(disk, struct nvme_disk, disk)->nvme;
	struct nvme_command command = {.opcode = write ? NVM_WRITE : NVM_READ, .namespace = disk->unit, .word10 = (uint32_t)lba,
				       .word11 = (uint32_t)(lba >> 32), .word12 = count - 1};

	set_pages(nvme, &command, buffer, count * disk->sector_size);
	int rc = run(nvme, 1, &command);
	if (rc == 0 && write) {
		command = (struct nvme_command){.opcode = NVM_FLUSH, .namespace = disk->unit};
		rc = run(nvme, 1, &command);
	}
	if (rc == -ETIMEDOUT && begin(nvme) != 0)
		rc = -ENXIO;
	return rc;
}

// Identify Namespace, figure 245: size, format in use, formats.
static int attach(struct nvme *nvme, uint32_t namespace, const char *model)
{
	const uint8_t *identity = nvme->identity;
	int rc = identify(nvme, IDENTIFY_NAMESPACE, namespace);
	uint32_t format = *(const uint32_t *)(identity + 128 + 4 * (identity[26] & 15)), shift = format >> 16 & 0xff;
	uint64_t sectors = *(const uint64_t *)identity;

	if (rc != 0)
		return rc;
	if (sectors == 0 || sectors >> 48 != 0 || shift < 9 || shift > 12)
		return -EINVAL;
	if ((format & 0xffff) != 0) // metadata: not ours to write
		return -EINVAL;
	struct nvme_disk *new = memory_high(sizeof(*new), 16);
	if (new == NULL)
		return -ENOMEM;
	*new = (struct nvme_disk){.nvme = nvme,
				  .disk = {.sector_size = 1u << shift, .sectors = sectors, .slot = nvme->slot, .unit = namespace,
					   .bus = "NVME", .sectors_max = nvme->transfer_max >> shift, .transfer = nvme_transfer,
					   .reset = nvme_reset}};
	format_buffer(new->disk.name, sizeof(new->disk.name), "NVMe %u: %s", namespace, model);
	disk_add(&new->disk, (struct disk_geometry){0});
	return 0;
}

static void model_text(char *text, const uint8_t *from)
{
	unsigned length = 0;

	for (unsigned i = 0; i < 40; i++) {
		text[i] = from[i] < ' ' || from[i] > '~' ? ' ' : from[i];
		if (text[i] != ' ')
			length = i + 1;
	}
	text[length] = '\0';
}

// Identify Controller, figure 247: model at 24, largest transfer (a power of two, of pages) at 77.
static int attach_all(struct nvme *nvme)
{
	uint32_t namespaces[NAMESPACES_MAX];
	char model[41];
	int rc = identify(nvme, IDENTIFY_CONTROLLER, 0);

	if (rc != 0)
		return rc;
	model_text(model, nvme->identity + 24);
	uint8_t most = nvme->identity[77];
	nvme->transfer_max = most != 0 && most < 6 ? PAGE << most : TRANSFER_MAX;
	rc = identify(nvme, IDENTIFY_ACTIVE, 0);
	if (rc != 0)
		return rc;
	memcpy(namespaces, nvme->identity, sizeof(namespaces));
	for (unsigned i = 0; i < NAMESPACES_MAX && namespaces[i] != 0; i++) {
		rc = attach(nvme, namespaces[i], model);
		if (rc != 0)
			log_error("disk: NVMe namespace %u is left out (%d)", namespaces[i], rc);
	}
	return 0;
}

void nvme_probe(struct pci_device *pci)
{
	volatile uint32_t *registers = pci_bar(pci, 0);
	struct nvme *nvme = memory_high(sizeof(*nvme), 16);
	int rc = -ENXIO;

	if (registers != NULL && nvme != NULL && !(registers[CAPABILITIES_HIGH] >> 16 & 15)) { // pages of 4 KiB will do
		*nvme = (struct nvme){.registers = registers, .stride = 1u << (registers[CAPABILITIES_HIGH] & 15), .slot = pci->bdf,
				      .ready_us = (registers[CAPABILITIES] >> 24) * 500000 + 500000,
				      .queues = memory_high(2 * sizeof(struct nvme_queue), PAGE),
				      .page_list = memory_high(PAGE, PAGE), .identity = memory_high(PAGE, PAGE)};
		pci_enable_master(pci);
		rc = nvme->queues != NULL && nvme->page_list != NULL && nvme->identity != NULL ? begin(nvme) : -ENOMEM;
		rc = rc == 0 ? attach_all(nvme) : rc;
	}
	if (rc != 0)
		log_error("disk: NVMe controller %04x does not work (%d)", pci->bdf, rc);
}
