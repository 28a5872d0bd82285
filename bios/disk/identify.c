// identify.c: see identify.h.
#include "bios/disk/identify.h"
#include "kernel/uapi/errno.h"

#define CYLINDERS_MAX 1024u
#define HEADS_MAX 255u
#define TRACK 63u // sectors

void ata_text(char *text, const uint16_t *words, unsigned count)
{
	unsigned length = 0;

	for (unsigned i = 0; i < 2 * count; i++) {
		text[i] = words[i / 2] >> (i % 2 ? 0 : 8);
		if (text[i] < ' ' || text[i] > '~')
			text[i] = ' ';
		if (text[i] != ' ')
			length = i + 1;
	}
	text[length] = '\0';
}

int ata_identity(struct ata_identity *identity, const uint16_t *words)
{
	*identity = (struct ata_identity){.sector_size = 512, .physical = {words[1], words[3], words[6]}, .multiple = 1};
	ata_text(identity->model, words + 27, 20);
	if (!(words[49] & 1 << 9)) // no LBA: a disk of the 1980s
		return -EINVAL;
	identity->lba48 = (words[83] & 0xc400) == 0x4400; // words that must be valid say 01 in their upper bits
	identity->sectors = identity->lba48 ? words[100] | (uint32_t)words[101] << 16 | (uint64_t)words[102] << 32 |
						      (uint64_t)words[103] << 48
					    : words[60] | (uint32_t)words[61] << 16;
	if ((words[106] & 0xd000) == 0x5000)
		identity->sector_size = 2 * (words[117] | (uint32_t)words[118] << 16);
	if ((words[47] & 0xff) != 0)
		identity->multiple = words[47] & 0xff;
	if (identity->sectors == 0 || identity->sectors >> (identity->lba48 ? 48 : 28) != 0 || identity->sector_size < 512 ||
	    identity->sector_size > DISK_SECTOR_MAX || (identity->sector_size & (identity->sector_size - 1)) != 0)
		return -EINVAL;
	return 0;
}

static struct disk_geometry assisted(uint64_t sectors)
{
	static const uint8_t steps[] = {16, 32, 64, 128};
	uint32_t tracks = sectors < CYLINDERS_MAX * HEADS_MAX * TRACK ? (uint32_t)sectors / TRACK : CYLINDERS_MAX * HEADS_MAX;
	struct disk_geometry chs = {CYLINDERS_MAX, HEADS_MAX, TRACK};

	for (unsigned i = sizeof(steps); i-- > 0;)
		if (tracks <= steps[i] * CYLINDERS_MAX)
			chs.heads = steps[i];
	chs.cylinders = tracks >= chs.heads ? tracks / chs.heads : 1; // of a tiny disk: what it lacks is refused when it is read
	return chs;
}

struct disk_geometry disk_translate(struct disk_geometry physical, uint64_t sectors)
{
	uint32_t cylinders = physical.cylinders, heads = physical.heads, track = physical.sectors;

	if (cylinders == 0 || heads == 0 || heads > 16 || track == 0 || track > TRACK || sectors > cylinders * heads * track)
		return assisted(sectors);
	if (cylinders <= CYLINDERS_MAX)
		return physical;
	if (cylinders * heads > CYLINDERS_MAX * 128)
		return assisted(sectors);
	for (; cylinders > CYLINDERS_MAX; cylinders /= 2)
		heads *= 2;
	return (struct disk_geometry){cylinders, heads > HEADS_MAX ? HEADS_MAX : heads, track};
}
