/* SPDX-License-Identifier: BSD-2-Clause */
/* Text on scratch disks: see scratch.h. */
#include "tests/conformance/probe/scratch.h"

#include "boot/string.h"
#include "boot/tap.h"

const char *needs_scratch(const struct subject *subject)
{
	return subject->engine->no_reads;
}

bool pattern_name(const char *sector, char *name, size_t size)
{
	char begin[32];
	size_t length = 0, at = format(begin, sizeof(begin), "busproof host sector %u of ", NAME_SECTOR);

	if (memcmp(sector, begin, at) != 0)
		return false;
	while (length < size - 1 && sector[at + length] != '\n') {
		name[length] = sector[at + length];
		length++;
	}
	name[length] = 0;
	return true;
}

static void fill_with_text(char *bytes, size_t size, const char *text)
{
	size_t length = strlen(text);

	/* No division: Alpha has none. */
	for (size_t i = 0, at = 0; i < size; i++, at = at + 1 < length ? at + 1 : 0)
		bytes[i] = text[at];
}

void host_sector(char *bytes, size_t size, unsigned sector, const char *disk)
{
	char text[96];

	format(text, sizeof(text), "busproof host sector %u of %s\n", sector, disk);
	fill_with_text(bytes, size, text);
}

void guest_sector(char *bytes, size_t size, unsigned sector, const char *disk, uint64_t seed)
{
	char text[96];

	format(text, sizeof(text), "busproof guest sector %u of %s seed %016llx\n", sector, disk,
	       (unsigned long long)seed);
	fill_with_text(bytes, size, text);
}

void promise_sectors(const char *disk, uint64_t first, uint64_t count, const char *what)
{
	if (disk[0])
		tap_comment("host-check: %s sectors %llu-%llu %s", disk, (unsigned long long)first,
			    (unsigned long long)(first + count - 1), what);
}

void promise_text(const char *disk, uint64_t first, uint64_t count, uint64_t seed)
{
	char what[32];

	format(what, sizeof(what), "seed %016llx", (unsigned long long)seed);
	promise_sectors(disk, first, count, what);
}

void promise_sector(struct trial *trial, const struct oracle *oracle, unsigned sector, const char *disk, uint64_t seed)
{
	bool bus = trial->subject->engine->view == VIEW_BUS;
	char *right = arch_pointer(bus ? oracle->decoy.bus_frame : oracle->decoy.physical_frame);
	char *other = arch_pointer(bus ? oracle->decoy.physical_frame : oracle->decoy.bus_frame);

	/* The right one behind the other: where nothing translates there is one frame, which it stays in. */
	guest_sector(other + oracle->offset, SECTOR_SIZE, sector, disk, ~seed);
	guest_sector(right + oracle->offset, SECTOR_SIZE, sector, disk, seed);
	dma_sync(&oracle->decoy.map, DMA_TO_DEVICE);
}
