/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * How an ITS and the LPIs of the CPU's redistributor are brought up, and given back: see its.h.
 *
 * Source: IHI 0069, 5.1 (LPIs and their tables), 5.2 (tables of the ITS), 12.11 and 12.19.
 */
#include "boot/byteorder.h"
#include "boot/clock.h"
#include "boot/frames.h"
#include "boot/string.h"
#include "drivers/interrupt/its.h"

#define KIB_64		0x10000ull
#define ANSWER_LIMIT	SECONDS(1)

#define DEVICE_BITS	16u		/* of requester IDs; more are another segment's */
#define QUEUE_BYTES	4096u
#define PROPERTIES	((1ull << LPI_BITS) - LPI_FIRST)
#define PENDING		((1ull << LPI_BITS) / 8)

static phys_addr at(const struct its *its, unsigned reg)
{
	return (phys_addr) { its->registers.value + reg };
}

static phys_addr at_cpu(const struct its *its, unsigned reg)
{
	return (phys_addr) { its->redistributor.value + reg };
}

static uint64_t frames_of(uint64_t bytes)
{
	return (bytes + FRAME_SIZE - 1) / FRAME_SIZE;
}

/* All of its tables may be aligned as the strictest must. */
static bool take(phys_addr *memory, uint64_t bytes)
{
	return frames_take(frames_of(bytes), KIB_64, memory);
}

static int find_table(const struct its *its, unsigned type)
{
	for (unsigned n = 0; n < GITS_BASERS; n++)
		if (BASER_TYPE(mmio_read64_le(at(its, GITS_BASER(n)))) == type)
			return (int)n;
	return -1;
}

static bool take_all(struct its *its)
{
	return take(&its->queue, QUEUE_BYTES) && take(&its->devices, its->device_pages * KIB_64) &&
	       take(&its->collections, KIB_64) && take(&its->tables, ITS_DEVICES * its->table_bytes) &&
	       take(&its->properties, PROPERTIES) && take(&its->pending, PENDING);
}

const char *its_why_unusable(struct its *its)
{
	uint64_t type = mmio_read64_le(at(its, GITS_TYPER)), entry;
	unsigned bits = TYPER_DEVICE_BITS(type) < DEVICE_BITS ? TYPER_DEVICE_BITS(type) : DEVICE_BITS;
	int devices = find_table(its, BASER_DEVICES);
	uint32_t control = mmio_read32_le(at_cpu(its, GICR_CTLR));

	if (!(type & TYPER_PHYSICAL) || !(mmio_read64_le(at_cpu(its, GICR_TYPER)) & GICR_HAS_LPIS))
		return "it has no LPIs, or this CPU has none";
	if (1ull << TYPER_EVENT_BITS(type) < ITS_EVENTS)
		return "a function may have too few events";
	if (devices < 0)
		return "its table of functions is where it is";
	if (control & GICR_LPIS && !(control & GICR_MAY_END))
		return "the firmware's LPIs cannot be taken back";
	entry = BASER_ENTRY(mmio_read64_le(at(its, GITS_BASER(devices))));
	its->functions = 1u << bits;
	its->device_pages = (entry * its->functions + KIB_64 - 1) / KIB_64;
	its->table_bytes = ITS_EVENTS * TYPER_ENTRY(type);
	its->table_bytes = (its->table_bytes + ITS_TABLE_ALIGNMENT - 1) & -(uint64_t)ITS_TABLE_ALIGNMENT;
	its->target = type & TYPER_BY_ADDRESS ? its->redistributor.value :
						GICR_NUMBER(mmio_read64_le(at_cpu(its, GICR_TYPER))) << 16;
	return take_all(its) ? NULL : "there is no memory for its tables";
}

/* ---- Up ---- */

static void clear(phys_addr memory, uint64_t bytes)
{
	memset(arch_pointer(memory), 0, bytes);
}

static bool write_base(phys_addr reg, uint64_t value)
{
	mmio_write64_le(reg, value);
	return ITS_SHARED(mmio_read64_le(reg)) != 0;
}

/* Redistributors and the ITS agree with caches about each of their tables, or there is nothing to be done here. What a
 * table is like an ITS need not let be chosen. */
static bool write_table(const struct its *its, int number, phys_addr memory, uint64_t pages)
{
	const uint64_t shape = ITS_VALID | BASER_INDIRECT | BASER_PAGE | BASER_PAGES;
	uint64_t value = ITS_VALID | ITS_CACHED | memory.value | ITS_SHAREABLE | BASER_PAGE_64K | (pages - 1);

	return write_base(at(its, GITS_BASER(number)), value) &&
	       (mmio_read64_le(at(its, GITS_BASER(number))) & shape) == (value & shape);
}

static void keep(struct its *its)
{
	its->kept.control = mmio_read32_le(at(its, GITS_CTLR));
	its->kept.queue = mmio_read64_le(at(its, GITS_CBASER));
	for (unsigned n = 0; n < GITS_BASERS; n++)
		its->kept.tables[n] = mmio_read64_le(at(its, GITS_BASER(n)));
	its->kept.redistributor = mmio_read32_le(at_cpu(its, GICR_CTLR));
	its->kept.properties = mmio_read64_le(at_cpu(its, GICR_PROPBASER));
	its->kept.pending = mmio_read64_le(at_cpu(its, GICR_PENDBASER));
}

static bool disable(struct its *its)
{
	mmio_write32_le(at(its, GITS_CTLR), mmio_read32_le(at(its, GITS_CTLR)) & ~GITS_ENABLED);
	return poll_until(mmio_read32_le(at(its, GITS_CTLR)) & GITS_QUIESCENT, ANSWER_LIMIT);
}

static bool set_lpis(struct its *its, bool on)
{
	uint32_t control = mmio_read32_le(at_cpu(its, GICR_CTLR)) & ~GICR_LPIS;

	mmio_write32_le(at_cpu(its, GICR_CTLR), control | (on ? GICR_LPIS : 0));
	return poll_until(!(mmio_read32_le(at_cpu(its, GICR_CTLR)) & GICR_PENDING), ANSWER_LIMIT);
}

/* Tables of a redistributor whose LPIs could not be taken back are ours still. */
static bool start_lpis(struct its *its)
{
	if (mmio_read32_le(at_cpu(its, GICR_CTLR)) & GICR_LPIS && !set_lpis(its, false))
		return false;
	memset(arch_pointer(its->properties), LPI_PRIORITY | LPI_ONE, PROPERTIES);
	barrier_full();
	if (mmio_read32_le(at_cpu(its, GICR_CTLR)) & GICR_LPIS)
		return true;
	clear(its->pending, PENDING);
	barrier_full();
	return write_base(at_cpu(its, GICR_PROPBASER),
			  its->properties.value | ITS_SHAREABLE | GICR_CACHED | (LPI_BITS - 1)) &&
	       write_base(at_cpu(its, GICR_PENDBASER),
			  its->pending.value | PENDBASER_ZERO | ITS_SHAREABLE | GICR_CACHED) &&
	       set_lpis(its, true);
}

static bool start_tables(struct its *its)
{
	int collections = find_table(its, BASER_COLLECTIONS);

	clear(its->devices, its->device_pages * KIB_64);
	clear(its->collections, KIB_64);
	barrier_full();
	if (!write_table(its, find_table(its, BASER_DEVICES), its->devices, its->device_pages) ||
	    (collections >= 0 && !write_table(its, collections, its->collections, 1)))
		return false;
	its->next = 0;
	if (!write_base(at(its, GITS_CBASER),
			ITS_VALID | ITS_CACHED | its->queue.value | ITS_SHAREABLE | (QUEUE_BYTES / 4096 - 1)))
		return false;
	mmio_write64_le(at(its, GITS_CWRITER), 0);
	return true;
}

bool its_start(struct its *its)
{
	const struct its_command commands[] = {
		{ { ITS_MAPC, 0, ITS_VALID | its->target | ITS_COLLECTION, 0 } },
		{ { ITS_INVALL, 0, ITS_COLLECTION, 0 } },
	};

	memset(its->known, 0, sizeof(its->known));
	its->arrived = its->enabled = 0;
	keep(its);
	if (!disable(its) || !start_lpis(its) || !start_tables(its))
		return false;
	mmio_write32_le(at(its, GITS_CTLR), mmio_read32_le(at(its, GITS_CTLR)) | GITS_ENABLED);
	its->up = true;
	return its_send(its, commands, sizeof(commands) / sizeof(commands[0]));
}

/* Functions have no events any more, so that nothing comes from what they still send. */
static void forget_all(struct its *its)
{
	struct its_command command = { { ITS_MAPC, 0, its->target | ITS_COLLECTION, 0 } };

	for (unsigned i = 0; i < ITS_DEVICES; i++) {
		const struct its_command none = { { ITS_MAPD | COMMAND_DEVICE(its->known[i].id), 0, 0, 0 } };

		if (its->known[i].used)
			its_send(its, &none, 1);
	}
	its_send(its, &command, 1);
}

void its_stop(struct its *its)
{
	forget_all(its);
	its->up = false;
	disable(its);
	for (unsigned n = 0; n < GITS_BASERS; n++)
		mmio_write64_le(at(its, GITS_BASER(n)), its->kept.tables[n]);
	mmio_write64_le(at(its, GITS_CBASER), its->kept.queue);
	if (mmio_read32_le(at_cpu(its, GICR_CTLR)) & GICR_MAY_END) {
		set_lpis(its, false);
		mmio_write64_le(at_cpu(its, GICR_PROPBASER), its->kept.properties);
		mmio_write64_le(at_cpu(its, GICR_PENDBASER), its->kept.pending);
		set_lpis(its, its->kept.redistributor & GICR_LPIS);
	}
	mmio_write32_le(at(its, GITS_CTLR), its->kept.control);
}
