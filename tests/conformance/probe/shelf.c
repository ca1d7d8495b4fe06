/* SPDX-License-Identifier: BSD-2-Clause */
/* BARs that are memory and nothing else: see shelf.h. */
#include "tests/conformance/probe/shelf.h"

#include <linux/pci_regs.h>

#include "boot/byteorder.h"
#include "boot/clock.h"
#include "boot/string.h"
#include "drivers/pci/requester.h"

#define CHUNK		512u		/* bytes that engine_payload() fills with different words */
#define CHUNKS		(SHELF_BYTES / CHUNK)
#define SEED(n, chunk)	((uint16_t)(0x80 + (n) * CHUNKS + (chunk)))	/* engines send those below */
_Static_assert(SHELVES * CHUNKS <= 0x80, "each chunk of each shelf has a seed of its own");

static const struct { uint16_t vendor, product; unsigned bar; } memories[] = {
	{ 0x1000, 0x000b, 2 },		/* 53C896: SCRIPTS RAM */
	{ 0x1000, 0x000c, 2 },		/* 53C895 */
	{ 0x1000, 0x000f, 2 },		/* 53C875 */
	{ 0x1000, 0x0012, 2 },		/* 53C895A */
	{ 0x1af4, 0x1110, 2 },		/* ivshmem: memory that machines share */
};

bool shelf_is_one(const struct pci_function *function, unsigned bar)
{
	for (unsigned i = 0; i < sizeof(memories) / sizeof(memories[0]); i++)
		if (function->vendor == memories[i].vendor && function->product == memories[i].product &&
		    bar == memories[i].bar)
			return true;
	return false;
}

static void add_bars(struct shelves *shelves, struct pci_function *function)
{
	for (unsigned bar = 0; bar < PCI_BARS; bar++)
		if (shelf_is_one(function, bar) && function->bars[bar].placed &&
		    function->bars[bar].size >= SHELF_BYTES && shelves->count < SHELVES)
			shelves->all[shelves->count++] = (struct shelf) { function, bar };
}

void shelves_find(struct shelves *shelves, const struct engine *engine)
{
	shelves->count = 0;
	for (unsigned i = 0; i < pci_count(); i++)
		if (pci_get(i)->host == engine->function->host && pci_get(i) != engine->function &&
		    !pci_must_not_drive(pci_get(i)))
			add_bars(shelves, pci_get(i));
}

uint64_t shelf_number(const struct shelf *shelf, uint32_t offset)
{
	return shelf->function->bars[shelf->bar].address + offset;
}

phys_addr shelf_address(const struct shelf *shelf, uint32_t offset)
{
	return pci_bar_address(shelf->function, shelf->bar, offset);
}

const char *shelf_name(const struct shelf *shelf, char *text)
{
	char name[PCI_NAME];

	format(text, SHELF_NAME, "BAR %u of %04x:%04x@%s at %#llx", shelf->bar, shelf->function->vendor,
	       shelf->function->product, pci_name(shelf->function, name), (unsigned long long)shelf_number(shelf, 0));
	return text;
}

/* ---- The pattern ---- */

static void pattern(unsigned number, unsigned chunk, uint32_t words[CHUNK / 4])
{
	engine_payload(words, CHUNK, SEED(number, chunk));
}

void shelves_paint(const struct shelves *shelves)
{
	uint32_t words[CHUNK / 4];

	for (unsigned n = 0; n < shelves->count; n++)
		for (unsigned chunk = 0; chunk < CHUNKS; chunk++) {
			pattern(n, chunk, words);
			for (unsigned i = 0; i < CHUNK / 4; i++)
				mmio_write32_le(shelf_address(&shelves->all[n], chunk * CHUNK + 4 * i),
						le32_to_cpu(words[i]));
		}
}

void shelf_painted(const struct shelves *shelves, const struct shelf *shelf, void *bytes, uint32_t size)
{
	uint32_t words[CHUNK / 4];

	for (uint32_t at = 0; at < size; at += CHUNK) {
		pattern((unsigned)(shelf - shelves->all), (SHELF_OFFSET + at) / CHUNK, words);
		memcpy((char *)bytes + at, words, size - at < CHUNK ? size - at : CHUNK);
	}
}

struct look {
	bool moved, beside;		/* in the target, and anywhere else */
	uint32_t at;			/* of the first word that moved beside it */
};

static struct look look_at(const struct shelves *shelves, unsigned n, uint32_t first, uint32_t size)
{
	struct look look = { false, false, 0 };
	uint32_t words[CHUNK / 4];

	for (uint32_t at = 0; at < SHELF_BYTES; at += 4) {
		if (at % CHUNK == 0)
			pattern(n, at / CHUNK, words);
		if (mmio_read32_le(shelf_address(&shelves->all[n], at)) == le32_to_cpu(words[at % CHUNK / 4]))
			continue;
		if (at >= first && at < first + size) {
			look.moved = true;
		} else if (!look.beside) {
			look.beside = true;
			look.at = at;
		}
	}
	return look;
}

static bool has_moved(const struct shelves *shelves, const struct shelf *shelf, uint32_t size)
{
	return look_at(shelves, (unsigned)(shelf - shelves->all), SHELF_OFFSET, size).moved;
}

bool shelved(struct trial *trial, const struct shelves *shelves, const struct shelf *target, uint32_t size,
	     uint64_t limit)
{
	bool moved = target && poll_until(has_moved(shelves, target, size), limit);
	char name[SHELF_NAME];

	for (unsigned n = 0; n < shelves->count; n++) {
		struct look look = look_at(shelves, n, SHELF_OFFSET, target == &shelves->all[n] ? size : 0);

		expect(trial, !look.beside, "beside the target %s moved, offset %#x",
		       shelf_name(&shelves->all[n], name), look.at);
	}
	shelves_paint(shelves);
	return moved;
}

void expect_shelved(struct trial *trial, const struct shelves *shelves, const struct shelf *target, uint32_t size,
		    const char *when)
{
	bool moved = shelved(trial, shelves, target, size, clock_patience(ENGINE_PATIENCE));
	char name[SHELF_NAME];

	if (target)
		expect(trial, moved, "%s: a write did not arrive in %s", when, shelf_name(target, name));
}

/* ---- Its way ---- */

static bool is_behind(const struct pci_function *function, const struct pci_function *bridge)
{
	const struct pci_function *above = function->above;

	while (above && above != bridge)
		above = above->above;
	return above == bridge;
}

/* The lowest bridge that both are behind, or NULL: they have the root bus in common. */
enum shelf_way shelf_way(const struct engine *engine, const struct shelf *shelf)
{
	const struct pci_function *common = engine->function->above;
	unsigned type;

	while (common && !is_behind(shelf->function, common))
		common = common->above;
	if (!common)
		return host_config_bytes(engine->function->host) > PCI_CFG_SPACE_SIZE ? THROUGH_ROOT : BELOW_ROOT;
	/* Two functions of one device below a port need no way to each other. */
	type = pci_express_type(common);
	return type == PCI_EXP_TYPE_ROOT_PORT || type == PCI_EXP_TYPE_DOWNSTREAM ? THROUGH_ROOT : BELOW_ROOT;
}

bool shelf_in_reach(const struct engine *engine, uint64_t number)
{
	return engine->address_bits >= 64 || number >> engine->address_bits == 0;
}
