/* SPDX-License-Identifier: BSD-2-Clause */
/* The table of engines, and what every engine's user needs: see engine.h. */
#include "drivers/engine/engine.h"

#include <linux/pci_regs.h>

#include "boot/print.h"
#include "boot/string.h"

/* What PCI status records of accesses that the function began itself. Write ones to clear. */
#define BUS_ERRORS	(PCI_STATUS_PARITY | PCI_STATUS_REC_TARGET_ABORT | PCI_STATUS_REC_MASTER_ABORT | \
			 PCI_STATUS_DETECTED_PARITY)

TABLE_DECLARE(engine_drivers, const struct engine_driver);

static struct engine engines[ENGINES];
static struct engine besides[ENGINES_BESIDE];
static unsigned engines_known, besides_known, left_out;
/* State of the engines that are PCI functions by themselves. */
static uint64_t states[ENGINE_FUNCTIONS][ENGINE_STATE / sizeof(uint64_t)];
static unsigned states_used;

const char *view_name(enum view view)
{
	static const char *const names[] = { "none", "physical", "bus", "both", "identity" };

	return names[view < sizeof(names) / sizeof(names[0]) ? view : VIEW_BOTH];
}

static bool add(struct engine *table, unsigned *known, unsigned room, const struct engine *engine)
{
	struct engine *added = &table[*known];

	if (!engine || *known == room) {
		left_out++;
		return false;
	}
	*added = *engine;
	/* Whatever addresses it takes, nothing makes a difference between them. */
	if (!dma_translates(engine->function))
		added->view = VIEW_IDENTITY;
	added->patience.behind = engine->function->host;
	added->patience.view = added->view;
	patience_add(&added->patience);
	++*known;
	return true;
}

bool engine_add(const struct engine *engine)
{
	return add(engines, &engines_known, ENGINES, engine);
}

bool engine_add_beside(const struct engine *engine)
{
	bool added = add(besides, &besides_known, ENGINES_BESIDE, engine);

	if (added)
		besides[besides_known - 1].beside = true;
	return added;
}

unsigned engine_any_count(void)
{
	return engines_known + besides_known;
}

struct engine *engine_any(unsigned number)
{
	if (number < engines_known)
		return &engines[number];
	return number < engine_any_count() ? &besides[number - engines_known] : NULL;
}

unsigned engine_count(void)
{
	return engines_known;
}

unsigned engine_left_out(void)
{
	return left_out;
}

struct engine *engine_get(unsigned number)
{
	return number < engines_known ? &engines[number] : NULL;
}

bool engine_start(struct engine *engine)
{
	engine->running = true;
	engine->fault[0] = 0;
	pci_write16(engine->function, PCI_STATUS, BUS_ERRORS);
	return engine->ops->start(engine);
}

void engine_stop(struct engine *engine)
{
	if (!engine->running)
		return;
	engine->running = false;
	engine->ops->stop(engine);
}

void engine_stop_all(void)
{
	for (unsigned i = 0; i < engine_any_count(); i++)
		if (engine_any(i)->running)
			engine_stop(engine_any(i));
}

/* What must not happen is tried with less than this, so that no longer transfer says how long that could take. */
#define SHORT_TRANSFER	4096u

enum engine_result engine_transfer(struct engine *engine, enum dma_direction direction, uint64_t address,
				   uint32_t size, uint64_t limit, void *seen)
{
	uint64_t start = clock_now();
	enum engine_result result;

	if (!engine->ops->begin(engine, direction, address, size))
		return ENGINE_FAILED;
	if (engine->ops->notes_waits) {
		result = engine->ops->finish(engine, limit, seen);
	} else {
		result = engine->ops->finish(engine, patience_limit(&engine->patience, limit), seen);
		engine_waited(engine, limit, result);
	}
	if (result != ENGINE_DONE)
		return result;
	/* Of a wait before. */
	engine->fault[0] = 0;
	if (size <= SHORT_TRANSFER)
		patience_took(&engine->patience, clock_now() - start);
	return result;
}

bool engine_bus_error(struct engine *engine)
{
	uint16_t status = pci_read16(engine->function, PCI_STATUS);
	struct text fault = { engine->fault, sizeof(engine->fault), strlen(engine->fault), false };

	if (!(status & BUS_ERRORS))
		return false;
	append(&fault, "%sPCI status is %#x: %s", fault.length ? "; " : "", status,
	       status & PCI_STATUS_REC_MASTER_ABORT ? "master abort" :
	       status & PCI_STATUS_REC_TARGET_ABORT ? "target abort" : "parity error");
	return true;
}

bool engine_fail(struct engine *engine, const char *text, ...)
{
	va_list list;

	va_start(list, text);
	format_list(engine->fault, sizeof(engine->fault), text, list);
	va_end(list);
	return false;
}

void engine_waited(struct engine *engine, uint64_t limit, enum engine_result result)
{
	if (result == ENGINE_DONE)
		patience_answered(&engine->patience);
	if (result == ENGINE_SILENT)
		patience_silent(&engine->patience, limit);
}

void engine_payload(void *bytes, uint32_t size, uint16_t seed)
{
	uint16_t *words = bytes;

	/* The low byte counts, the high byte is the seed's alone: two seeds never give the same word at the same
	 * place. */
	for (uint32_t i = 0; i < size / 4; i++) {
		uint16_t word = (uint16_t)(seed << 8 | 0x80 | (i & 0x7f));

		words[2 * i] = word;
		words[2 * i + 1] = ~word;
	}
}

static bool driver_knows(const struct engine_driver *driver, const struct pci_function *function)
{
	for (unsigned i = 0; i < sizeof(driver->ids) / sizeof(driver->ids[0]) && driver->ids[i].vendor; i++)
		if (driver->ids[i].vendor == function->vendor && driver->ids[i].product == function->product)
			return !driver->ours || driver->ours(function);
	return false;
}

static const struct engine_driver *find_driver(const struct pci_function *function)
{
	TABLE_EACH(engine_drivers, const struct engine_driver, entry)
		if (driver_knows(*entry, function))
			return *entry;
	return NULL;
}

const char *engine_kind(const struct pci_function *function)
{
	const struct engine_driver *driver = find_driver(function);

	return driver ? driver->kind : NULL;
}

static void add_function(const struct engine_driver *driver, struct pci_function *function)
{
	struct engine engine = {
		.ops = driver->ops, .function = function, .kind = driver->kind, .mode = "", .view = VIEW_BUS,
		.directions = driver->directions, .largest = driver->largest, .granule = driver->granule,
		.address_bits = driver->address_bits,
	};

	if (states_used == ENGINE_FUNCTIONS || driver->state_size > ENGINE_STATE) {
		left_out++;
		return;
	}
	engine.state = states[states_used];
	if (engine_add(&engine))
		states_used++;
}

void engine_add_functions(void)
{
	for (unsigned i = 0; i < pci_count(); i++) {
		const struct engine_driver *driver = find_driver(pci_get(i));

		if (driver && !pci_must_not_drive(pci_get(i)))
			add_function(driver, pci_get(i));
	}
}
