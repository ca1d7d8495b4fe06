/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Suite dma: one device writes and reads the memory that another one has in a BAR. Without translation the number of
 * the BAR leads there; through a domain its number leads nowhere and a mapping does; where a bus or a switch that both
 * are behind claims the number, nobody is asked to translate. A BAR that is not known to be memory is peer.c's.
 *
 * Sources: PCI Local Bus Specification 3.0, 3.2.2; PCI Express Base Specification 5.0, 1.3.1 (a root complex need not
 * lead requests back down), 1.3.3 (a switch must), 7.5.1.1.3 (Memory Space Enable).
 */
#include <linux/pci_regs.h>

#include "boot/string.h"
#include "tests/conformance/dma/trial.h"
#include "tests/conformance/probe/landing.h"
#include "tests/conformance/probe/shelf.h"

#define NO_SHELF	"no BAR of another function here is memory that may be written"
#define LARGEST_READ	512u

struct rig {
	struct trial *trial;
	struct engine *engine;
	struct shelves shelves;
	uint32_t size;			/* of a transfer */
};

static bool begin(struct trial *trial, struct rig *rig)
{
	*rig = (struct rig) { .trial = trial, .engine = trial->subject->engine };
	rig->size = transfer_size(rig->engine);
	shelves_find(&rig->shelves, rig->engine);
	shelves_paint(&rig->shelves);
	return trial_start(trial, rig->engine);
}

/* A device may need a reset after a write that was refused. */
static bool again(const struct rig *rig)
{
	engine_stop(rig->engine);
	return trial_good(rig->trial) && trial_start(rig->trial, rig->engine);
}

static void expect_write(const struct rig *rig, uint64_t number, const struct shelf *target, const char *when)
{
	if (!trial_good(rig->trial))
		return;
	write_soon(rig->engine, number, rig->size, target ? ENGINE_LIMIT : ENGINE_PATIENCE);
	expect_shelved(rig->trial, &rig->shelves, target, rig->size, when);
}

static void expect_read(const struct rig *rig, uint64_t number, const struct shelf *target, const char *when)
{
	uint8_t seen[LARGEST_READ], painted[LARGEST_READ];
	enum engine_result result;
	char name[SHELF_NAME];

	if (!trial_good(rig->trial) || !(rig->engine->directions & DMA_DEVICE_READS) || rig->engine->no_reads ||
	    rig->engine->largest == 1 || rig->size > LARGEST_READ)
		return;
	memset(seen, 0, sizeof(seen));
	shelf_painted(&rig->shelves, target, painted, rig->size);
	result = engine_transfer(rig->engine, DMA_DEVICE_READS, number, rig->size, ENGINE_LIMIT, seen);
	expect(rig->trial, result == ENGINE_DONE && memcmp(seen, painted, rig->size) == 0,
	       "%s: a read of %s did not bring what is there (%s %s)", when, shelf_name(target, name),
	       engine_result_name(result), rig->engine->fault);
}

/* ---- Nothing translates ---- */

static bool judges(const struct engine *engine)
{
	return (engine->view == VIEW_PHYSICAL || engine->view == VIEW_IDENTITY) && engine->function->host &&
	       (engine->directions & DMA_DEVICE_WRITES) && !engine->no_writes &&
	       (!virtio_engine_of(engine) || virtio_engine_plain(virtio_engine_of(engine)));
}

/* Every engine that is no virtio device; of those that are one speaks for all others of its view behind its bridge. */
static bool untranslated_engine(unsigned number, const struct conformance_scope *scope)
{
	const struct engine *engine = engine_get(number);

	(void)scope;
	for (unsigned i = 0; i < number && virtio_engine_of(engine); i++)
		if (virtio_engine_of(engine_get(i)) && judges(engine_get(i)) &&
		    engine_get(i)->view == engine->view && engine_get(i)->function->above == engine->function->above &&
		    engine_get(i)->function->host == engine->function->host)
			return false;
	return judges(engine);
}

static const struct conformance_scope scope_untranslated = {
	.of = &scope_engine, .only = untranslated_engine,
	.words = "each engine whose addresses nothing translates, and of virtio devices one on each bus",
};

/* By the physical address a virtio device, by the one on its bus what is no virtio device. */
static uint64_t untranslated_number(const struct engine *engine, const struct shelf *shelf)
{
	return engine->view == VIEW_PHYSICAL ? shelf_address(shelf, SHELF_OFFSET).value :
					       shelf_number(shelf, SHELF_OFFSET);
}

static const char *needs_untranslated(const struct subject *subject)
{
	struct shelves shelves;

	shelves_find(&shelves, subject->engine);
	for (unsigned i = 0; i < shelves.count; i++)
		if (shelf_in_reach(subject->engine, untranslated_number(subject->engine, &shelves.all[i])))
			return NULL;
	return shelves.count ? "the device has no address bits for any BAR here that is memory" : NO_SHELF;
}

/* With the function, or a bridge above it alone, closed nobody claims the number. */
static void expect_closed(const struct rig *rig, const struct shelf *target, const struct pci_function *closed,
			  const char *when)
{
	uint16_t command;

	if (!closed || !again(rig))
		return;
	command = pci_command(closed, 0, PCI_COMMAND_MEMORY);
	write_soon(rig->engine, untranslated_number(rig->engine, target), rig->size, ENGINE_PATIENCE);
	pci_write16(closed, PCI_COMMAND, command);
	expect_shelved(rig->trial, &rig->shelves, NULL, rig->size, when);
}

static bool is_above(const struct pci_function *bridge, const struct pci_function *function)
{
	for (; function; function = function->above)
		if (function->above == bridge)
			return true;
	return false;
}

/* A root complex of a real machine may lead nothing from one function to another. */
static bool must_arrive(const struct engine *engine, const struct shelf *shelf)
{
	return shelf_way(engine, shelf) == BELOW_ROOT || arch_platform()->emulated;
}

static void untranslated_at(const struct rig *rig, const struct shelf *target)
{
	uint64_t number = untranslated_number(rig->engine, target);
	struct pci_function *above = target->function->above;
	char name[SHELF_NAME];

	trial_note(rig->trial, "target", "%s, number %#llx", shelf_name(target, name), (unsigned long long)number);
	if (!must_arrive(rig->engine, target)) {
		write_soon(rig->engine, number, rig->size, ENGINE_PATIENCE);
		if (!shelved(rig->trial, &rig->shelves, target, rig->size, ENGINE_PATIENCE))
			return;
	} else {
		expect_write(rig, number, target, "at its number");
	}
	expect_read(rig, number, target, "at its number");
	expect_closed(rig, target, target->function, "its function does not decode");
	if (above && !is_above(above, rig->engine->function))
		expect_closed(rig, target, above, "the bridge above it does not decode");
	again(rig);
	expect_write(rig, number, target, "at its number again");
}

static void untranslated(struct trial *trial)
{
	struct rig rig;

	if (!begin(trial, &rig))
		return;
	for (unsigned i = 0; i < rig.shelves.count && trial_good(trial); i++)
		if (shelf_in_reach(rig.engine, untranslated_number(rig.engine, &rig.shelves.all[i])))
			untranslated_at(&rig, &rig.shelves.all[i]);
	engine_stop(rig.engine);
}
CONFORMANCE_TEST("dma.peer-untranslated", untranslated,
		 "Untranslated, a BAR's number leads to its memory and nowhere else, and nowhere where that is closed.",
		 .scope = &scope_untranslated, .skip = needs_untranslated, .judged_by = EVIDENCE);

/* ---- A domain translates ---- */

static const char *needs_way(const struct subject *subject, enum shelf_way way, const char *why)
{
	struct shelves shelves;

	if (!subject->engine)
		return needs_engine(subject);
	shelves_find(&shelves, subject->engine);
	for (unsigned i = 0; i < shelves.count; i++)
		if (shelf_way(subject->engine, &shelves.all[i]) == way &&
		    shelf_in_reach(subject->engine, shelf_number(&shelves.all[i], SHELF_OFFSET)))
			return NULL;
	return shelves.count ? why : NO_SHELF;
}

static void each_on_way(struct trial *trial, enum shelf_way way, const char *when)
{
	struct rig rig;
	char name[SHELF_NAME];

	if (!begin(trial, &rig))
		return;
	for (unsigned i = 0; i < rig.shelves.count && trial_good(trial); i++) {
		const struct shelf *shelf = &rig.shelves.all[i];
		uint64_t number = shelf_number(shelf, SHELF_OFFSET);

		if (shelf_way(rig.engine, shelf) != way || !shelf_in_reach(rig.engine, number))
			continue;
		trial_note(trial, "target", "%s", shelf_name(shelf, name));
		expect_write(&rig, number, way == BELOW_ROOT ? shelf : NULL, when);
		again(&rig);
	}
	engine_stop(rig.engine);
}

static void below_root(struct trial *trial)
{
	each_on_way(trial, BELOW_ROOT, "at its number");
}
static const char *needs_below_root(const struct subject *subject)
{
	return needs_way(subject, BELOW_ROOT, "no BAR that is memory is reached without a root complex");
}
CONFORMANCE_TEST("dma.peer-below-root", below_root,
		 "A BAR's number leads to its memory by a bus or switch that both are behind, untranslated.",
		 .scope = &scope_bus_engine, .skip = needs_below_root, .judged_by = EVIDENCE);

static void not_mapped(struct trial *trial)
{
	each_on_way(trial, THROUGH_ROOT, "at its number, which is not mapped");
}
static const char *needs_through_root(const struct subject *subject)
{
	return needs_way(subject, THROUGH_ROOT, "all BARs that are memory are reached without a root complex");
}
CONFORMANCE_TEST("dma.peer-not-mapped", not_mapped,
		 "Where a root complex translates, a BAR's number by itself leads to no BAR's memory.",
		 .scope = &scope_bus_engine, .skip = needs_through_root, .judged_by = EVIDENCE);

static const char *needs_shelf(const struct subject *subject)
{
	struct shelves shelves;

	if (!subject->engine)
		return needs_engine(subject);
	shelves_find(&shelves, subject->engine);
	return shelves.count ? NULL : NO_SHELF;
}

static phys_addr page_of(const struct rig *rig, const struct shelf *shelf)
{
	return (phys_addr) { shelf_address(shelf, 0).value & -domain_page_size(rig->engine->function->domain) };
}

static uint64_t mapped_number(const struct rig *rig, const struct dma_map *map, const struct shelf *shelf)
{
	return map->address.value + (shelf_address(shelf, SHELF_OFFSET).value - page_of(rig, shelf).value);
}

/* Mapped for reads alone, it is read and stays as it is. */
static void read_only(const struct rig *rig, struct dma_map *map, const struct shelf *shelf)
{
	uint64_t number = mapped_number(rig, map, shelf);

	if (!domain_can(rig->engine->function->domain, DOMAIN_WRITE_PROTECTION))
		return;
	dma_remap(map, map->memory, DMA_DEVICE_READS | DMA_TO_BAR);
	expect_read(rig, number, shelf, "mapped for reads");
	expect_write(rig, number, NULL, "mapped for reads");
	again(rig);
}

/* The same bus address leads to one BAR, then to another, and then nowhere. */
static void mapped_at(const struct rig *rig, struct dma_map *map, const struct shelf *shelf, const struct shelf *other)
{
	uint64_t number = mapped_number(rig, map, shelf);

	expect_write(rig, number, shelf, "mapped");
	expect_read(rig, number, shelf, "mapped");
	read_only(rig, map, shelf);
	dma_remap(map, page_of(rig, other), DMA_DEVICE_BOTH | DMA_TO_BAR);
	number = mapped_number(rig, map, other);
	expect_write(rig, number, other, "led elsewhere");
	dma_unmap(map);
	expect_write(rig, number, NULL, "mapped no more");
}

static void mapped(struct trial *trial)
{
	struct rig rig;
	char name[SHELF_NAME];

	if (!begin(trial, &rig))
		return;
	for (unsigned i = 0; i < rig.shelves.count && trial_good(trial); i++) {
		const struct shelf *shelf = &rig.shelves.all[i];
		const struct shelf *other = &rig.shelves.all[(i + 1) % rig.shelves.count];
		struct dma_map map = dma_map(rig.engine->function, page_of(&rig, shelf),
					     domain_page_size(rig.engine->function->domain),
					     DMA_DEVICE_BOTH | DMA_TO_BAR);

		if (map.status == DMA_REFUSED && map.refusal == DOMAIN_NO_REACH) {
			trial_skip(trial, "no entry of this domain can say the address of a BAR");
			break;
		}
		trial_note(trial, "target", "%s, mapped at %#llx", shelf_name(shelf, name),
			   (unsigned long long)map.address.value);
		if (expect_equal(trial, "status of the map", map.status, DMA_MAPPED))
			mapped_at(&rig, &map, shelf, other);
		dma_unmap(&map);
		again(&rig);
	}
	engine_stop(rig.engine);
}
CONFORMANCE_TEST("dma.peer-mapped", mapped,
		 "By a mapping a device reaches the BAR's memory that it leads to, by its permission, and no other.",
		 .scope = &scope_bus_engine, .skip = needs_shelf, .judged_by = EVIDENCE);
