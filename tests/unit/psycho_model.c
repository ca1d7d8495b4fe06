/* SPDX-License-Identifier: BSD-2-Clause */
/* See psycho_model.h. */
#include "tests/unit/psycho_model.h"

#include <string.h>

#include "tests/unit/host/host.h"

#define CONTROL		0x10
#define UE_AFSR		0x30
#define IOMMU_CTL	0x200
#define   MMU_EN	1
#define   DIAG_EN	2
#define   XLT_ERR	(1ull << 24)
#define IOMMU_TSB	0x208
#define IOMMU_FLUSH	0x210
#define BUS(n)		(0x2000 + 0x2000 * (n))
#define   STICKY	(3ull << 34)
#define STRBUF(n)	(BUS(n) + 0x800)
#define TLB_TAG		0xa580
#define LINES		(sizeof(chips[0]->lines) / sizeof(chips[0]->lines[0]))
#define CHIPS		4

static struct psycho *chips[CHIPS];

uint64_t psycho_register(const struct psycho *chip, unsigned offset)
{
	return chip->registers[offset / 8];
}

void psycho_set(struct psycho *chip, unsigned offset, uint64_t value)
{
	chip->registers[offset / 8] = value;
}

static unsigned char *memory_at(uint64_t address)
{
	return arch_pointer((phys_addr) { address });
}

static uint64_t big_endian(const unsigned char *bytes)
{
	uint64_t value = 0;

	for (unsigned i = 0; i < 8; i++)
		value = value << 8 | bytes[i];
	return value;
}

/* ---- Streaming buffers ---- */

/* What was flushed arrives, and then the word that says so. */
static void finish(struct psycho *chip)
{
	for (struct psycho_line *line = chip->lines; line < chip->lines + LINES; line++)
		if (line->used && line->flushed && line->bus == chip->waiting_bus) {
			*memory_at(line->memory) = line->byte;
			line->used = false;
		}
	memory_at(chip->waiting)[7] = 1;
	chip->waiting = 0;
}

static void at_barrier(enum host_barrier barrier)
{
	for (unsigned i = 0; i < CHIPS && barrier == HOST_BARRIER_READ; i++)
		if (chips[i] && chips[i]->waiting && !chips[i]->never_done && ++chips[i]->looks >= 3)
			finish(chips[i]);
}

static void flush(struct psycho *chip, unsigned bus, uint64_t page)
{
	for (struct psycho_line *line = chip->lines; line < chip->lines + LINES; line++)
		if (line->bus == bus && line->page == page >> 13)
			line->flushed = true;
}

static void synchronize(struct psycho *chip, unsigned bus, uint64_t address)
{
	assert_int_equal(address % 64, 0);
	for (unsigned i = 0; i < 64; i++)
		assert_int_equal(memory_at(address)[i], 0);
	chip->waiting = address;
	chip->waiting_bus = bus;
	chip->looks = 0;
}

static void switch_buffer(struct psycho *chip, unsigned bus, uint64_t value)
{
	for (struct psycho_line *line = chip->lines; line < chip->lines + LINES && !(value & 1); line++)
		if (line->used && line->bus == bus) {
			chip->lost++;
			line->used = false;
		}
}

static void put_into_buffer(struct psycho *chip, unsigned bus, uint64_t address, uint64_t memory, unsigned char byte)
{
	struct psycho_line *line = chip->lines;

	while (line < chip->lines + LINES && line->used)
		line++;
	assert_true(line < chip->lines + LINES);
	*line = (struct psycho_line) {
		.used = true, .bus = bus, .page = address >> 13, .memory = memory, .byte = byte,
	};
}

/* ---- The IOMMU ---- */

static bool error(struct psycho *chip, unsigned why)
{
	psycho_set(chip, IOMMU_CTL, (psycho_register(chip, IOMMU_CTL) & ~(3ull << 25)) | XLT_ERR | (uint64_t)why << 25);
	return false;
}

static uint64_t entry_of(struct psycho *chip, uint64_t address, uint64_t entries)
{
	uint64_t table = psycho_register(chip, IOMMU_TSB) & -8192ull, page = address >> 13;

	for (unsigned i = 0; i < 16; i++)
		if (chip->tlb[i].valid && chip->tlb[i].page == page)
			return chip->tlb[i].entry;
	chip->tlb_next = (chip->tlb_next + 1) % 16;
	chip->tlb[chip->tlb_next].valid = true;
	chip->tlb[chip->tlb_next].page = page;
	chip->tlb[chip->tlb_next].entry = big_endian(memory_at(table) + page % entries * 8);
	return chip->tlb[chip->tlb_next].entry;
}

/* Addresses below the window are none of the IOMMU's, whatever it does with them. */
static bool translate(struct psycho *chip, uint64_t address, bool writes, uint64_t *memory, bool *streams)
{
	uint64_t control = psycho_register(chip, IOMMU_CTL), entries = 1024ull << (control >> 16 & 7), entry;

	*streams = false;
	*memory = address;
	if (!(control & MMU_EN)) {
		chip->untranslated++;
		return true;
	}
	if (address >= PSYCHO_WINDOW_END || address < PSYCHO_WINDOW_END - (entries << 13))
		return false;
	entry = entry_of(chip, address, entries);
	if (!(entry >> 63))
		return error(chip, 1);
	if (writes && !(entry & 2))
		return error(chip, 0);
	*streams = entry >> 60 & 1;
	*memory = (entry & 0x1ffffffe000ull) | (address & 0x1fff);
	return true;
}

bool psycho_write(struct psycho *chip, unsigned bus, uint64_t address, unsigned char byte)
{
	uint64_t memory;
	bool streams;

	if (!translate(chip, address, true, &memory, &streams))
		return false;
	if (streams && psycho_register(chip, STRBUF(bus)) & 1)
		put_into_buffer(chip, bus, address, memory, byte);
	else
		*memory_at(memory) = byte;
	return true;
}

bool psycho_read(struct psycho *chip, unsigned bus, uint64_t address, unsigned char *byte)
{
	uint64_t memory;
	bool streams;

	(void)bus;
	if (!translate(chip, address, false, &memory, &streams))
		return false;
	*byte = *memory_at(memory);
	return true;
}

/* ---- Registers ---- */

static uint64_t read_register(void *context, const struct host_access *access)
{
	assert_int_equal(access->width, 8);
	assert_int_equal(access->order, HOST_BIG);
	return psycho_register(context, (unsigned)access->offset);
}

static void forget(struct psycho *chip, uint64_t page)
{
	for (unsigned i = 0; i < 16; i++)
		if (chip->tlb[i].page == page)
			chip->tlb[i].valid = false;
}

static void write_register(void *context, const struct host_access *access, uint64_t value)
{
	struct psycho *chip = context;
	unsigned reg = (unsigned)access->offset;

	assert_int_equal(access->width, 8);
	assert_int_equal(access->order, HOST_BIG);
	assert_int_not_equal(reg, CONTROL);
	for (unsigned bus = 0; bus < 2; bus++) {
		if (reg == STRBUF(bus))
			switch_buffer(chip, bus, value);
		if (reg == STRBUF(bus) + 8)
			flush(chip, bus, value);
		if (reg == STRBUF(bus) + 16)
			synchronize(chip, bus, value);
		if (reg == BUS(bus))
			value = (value & ~STICKY) | (psycho_register(chip, reg) & STICKY & ~value);
	}
	if (reg == IOMMU_FLUSH)
		forget(chip, value >> 13);
	if (reg >= TLB_TAG && reg < TLB_TAG + 16 * 8 && psycho_register(chip, IOMMU_CTL) & DIAG_EN)
		chip->tlb[(reg - TLB_TAG) / 8].valid = false;
	if (reg == UE_AFSR)
		value = psycho_register(chip, reg) & ~value;
	psycho_set(chip, reg, value);
}

void psycho_add(struct psycho *chip, uint64_t address, unsigned version, unsigned group)
{
	const struct host_device device = { address, PSYCHO_BYTES, read_register, write_register, chip };
	unsigned i = 0;

	if (!host_at_barrier)
		memset(chips, 0, sizeof(chips));
	while (i < CHIPS - 1 && chips[i])
		i++;
	memset(chip, 0, sizeof(*chip));
	chips[i] = chip;
	host_at_barrier = at_barrier;
	psycho_set(chip, CONTROL, (uint64_t)version << 56 | (uint64_t)group << 46);
	host_add_device(&device);
}
