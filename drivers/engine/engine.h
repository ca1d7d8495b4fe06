/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Engines: devices that can be made to read or write memory at an address of our choice.
 *
 * One interface for a virtio device in one of its modes (drivers/virtio) and for any other bus master, so that the
 * same tests run on each of them. The address handed to an engine is a bare number, because what it means is what the
 * tests find out. An engine's own rings and buffers are set up by its driver, in the view that is right for it.
 */
#ifndef ENGINE_H
#define ENGINE_H

#include "boot/table.h"
#include "drivers/dma/dma.h"
#include "drivers/engine/patience.h"

/* How an address number is understood. */
enum view {
	VIEW_NONE = 0,		/* the access had no effect */
	VIEW_PHYSICAL = 1,	/* untranslated */
	VIEW_BUS = 2,		/* through the function's domain */
	VIEW_BOTH = 3,
	VIEW_IDENTITY = 4,	/* both are the same number here, and cannot be told apart */
};
const char *view_name(enum view view);
/* The view in which an access would be wrong; identity has none. */
static inline enum view view_opposite(enum view view)
{
	return view == VIEW_IDENTITY ? VIEW_NONE : (enum view)(view ^ VIEW_BOTH);
}

enum engine_result {
	ENGINE_DONE,		/* the device said it is done */
	ENGINE_SILENT,		/* it said nothing within the limit */
	ENGINE_FAILED,		/* it said that it could not, or broke its protocol: engine->fault says how */
};

struct engine;

struct engine_ops {
	/* Resets the device and makes it ready, bus mastering on. False: engine->fault says why. */
	bool (*start)(struct engine *engine);
	/* Resets the device and takes back what start() took. Safe after a failed start(). What a reset does not
	 * silence may do no DMA either: bus mastering goes off. It goes off anyway where a reset is no such promise. */
	void (*stop)(struct engine *engine);
	/* Starts one transfer of size bytes, direction as the device sees it. One at a time. False: engine->fault. */
	bool (*begin)(struct engine *engine, enum dma_direction direction, uint64_t address, uint32_t size);
	/* Waits for its end. seen (NULL or size bytes) gets what the device read, for DMA_DEVICE_READS. */
	enum engine_result (*finish)(struct engine *engine, uint64_t limit, void *seen);
	bool notes_waits;		/* finish() itself calls patience_limit() and engine_waited() */
};

#define ENGINE_NAME	64

struct engine {
	const struct engine_ops *ops;
	struct pci_function *function;
	char name[ENGINE_NAME];		/* "rng@02:01.0/accepted", once somebody has asked for it */
	const char *kind;		/* "rng" */
	const char *mode;		/* "accepted", "not-offered"; "" for engines that have only one */
	enum view view;			/* that the specification asks of it */
	unsigned directions;		/* enum dma_direction: what it can be made to do */
	/* Why not on this machine, where it could in principle: what is lacking, and what would give it. NULL where it
	 * can. Known when start() has returned for the first time, as are the sizes, and not changed after that. */
	const char *no_writes, *no_reads;
	bool unpredictable;		/* what it writes is different each time */
	uint32_t largest;		/* bytes of one transfer, a multiple of granule. 1: it can only answer */
	uint32_t granule;
	uint32_t largest_write;		/* bytes that it can write at once, where that is more; else 0 */
	unsigned address_bits;		/* 32, or 64 where the device reaches all of a 64-bit bus address */
	void *state;			/* the driver's */
	struct patience patience;	/* how long it is waited for */
	bool running;			/* between engine_start() and engine_stop() */
	bool beside;			/* one of those beside the others: engine_add_beside() */
	char fault[160];
};

/*
 * Fills size bytes (a multiple of 8) with a payload that engines which must send it with a checksum can carry: each
 * 16-bit word is followed by its complement, so that all payloads have the same Internet checksum, that of zeroes.
 * Payloads of different seeds differ in every word, and from zeroes.
 */
void engine_payload(void *bytes, uint32_t size, uint16_t seed);

/* Enough for 128 virtio devices in a dozen modes each. */
#define ENGINES	2048

/* Adds an engine, copying it. False when the table is full or the engine is NULL, for want of memory; the suite engine
 * reports what was left out. */
bool engine_add(const struct engine *engine);
unsigned engine_count(void);
unsigned engine_left_out(void);
struct engine *engine_get(unsigned number);

/*
 * Engines beside those are for the few tests that ask for them: a device has one of that kind already, and this is
 * another way to make it do DMA. What is counted and found above is without them; any engine comes behind all of those.
 */
#define ENGINES_BESIDE	256
bool engine_add_beside(const struct engine *engine);
unsigned engine_any_count(void);
struct engine *engine_any(unsigned number);

/*
 * A kind of engine that is a PCI function by itself, as opposed to a virtio device. Registers itself from its own file
 * with ENGINE_DRIVER. Bus mastering and decoding are the operations' own to switch.
 */
struct engine_driver {
	const char *kind;		/* "lsi53c895a": part of the names of points */
	const struct engine_ops *ops;
	struct { uint16_t vendor, product; } ids[8];	/* the rest all zero */
	unsigned directions;
	uint32_t largest, granule;
	unsigned address_bits;
	size_t state_size;		/* bytes of engine->state, zeroed, at most ENGINE_STATE */
	/* NULL, or tells two parts with the same id apart: is this function ours? Must not change anything. */
	bool (*ours)(const struct pci_function *function);
};
#define ENGINE_DRIVER(object)	TABLE_ADD(engine_drivers, const struct engine_driver, object)
#define ENGINE_STATE	512
#define ENGINE_FUNCTIONS	64	/* engines of this kind, at most */

/* Makes an engine of every PCI function that a driver knows, but of those that must not interrupt. */
void engine_add_functions(void);
/* What the driver that knows this function calls it; NULL when none does. */
const char *engine_kind(const struct pci_function *function);

/* The operations start and stop, with the record of which engines run; stopping one that does not run does nothing. */
bool engine_start(struct engine *engine);
void engine_stop(struct engine *engine);
void engine_stop_all(void);

/* Says in engine->fault what went wrong; returns false, for whoever has no more to say. */
bool engine_fail(struct engine *engine, const char *text, ...) __attribute__((format(printf, 2, 3)));

/* Notes how a wait with this limit has ended, for whoever waits on. */
void engine_waited(struct engine *engine, uint64_t limit, enum engine_result result);

/* begin and finish in one. */
enum engine_result engine_transfer(struct engine *engine, enum dma_direction direction, uint64_t address,
				   uint32_t size, uint64_t limit, void *seen);

/*
 * Has the function, as a bus master, met an error on the bus since engine_start()? PCI status says so for every device,
 * where the host bridge answers a refused access with an abort (QEMU's bridges do not). If so, adds it to
 * engine->fault.
 */
bool engine_bus_error(struct engine *engine);

#endif
