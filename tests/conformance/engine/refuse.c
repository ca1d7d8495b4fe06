/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Suite engine: the views and refusals of every engine whose addresses are bus addresses, so that a fault of the host
 * bridge, which shows on all of them, can be told from one of a device. The refusals are those of virtio.refuse, which
 * judges virtio devices.
 */
#include <linux/pci_regs.h>

#include "boot/clock.h"
#include "boot/frames.h"
#include "tests/conformance/framework/matrix.h"
#include "tests/conformance/probe/refusals.h"
#include "tests/conformance/probe/witness.h"

/* scope_bus_engine has engines that write, in the bus view, or none at all. */
static const char *needs_other_engine(const struct subject *subject)
{
	if (subject->engine && virtio_engine_of(subject->engine))
		return "a virtio device: virtio.view and virtio.refuse judge it, in every mode";
	return needs_engine(subject);
}

static const char *needs_engine_reads(const struct subject *subject)
{
	const char *reason = needs_other_engine(subject);

	return reason ? reason : needs_reads(subject);
}

static const char *needs_protection(const struct subject *subject)
{
	const char *reason = needs_other_engine(subject);

	return reason ? reason : needs_write_protection(subject);
}

static const char *needs_protection_reads(const struct subject *subject)
{
	const char *reason = needs_protection(subject);

	return reason ? reason : needs_reads(subject);
}

/* The write arrives where the window leads; the frame that has the number as its physical address stays as it was. */
static void view_write(struct trial *trial)
{
	struct engine *engine = trial->subject->engine;
	struct oracle oracle;
	struct sighting sighting;

	if (!trial_start_oracle(trial, DMA_DEVICE_BOTH, &oracle))
		return;
	sighting = oracle_device_writes(trial, engine, &oracle, ENGINE_LIMIT);
	expect(trial, sighting.result == ENGINE_DONE, "a good write: %s", engine_result_name(sighting.result));
	matrix_record(engine, STRUCTURE_BUFFER_WRITE, sighting.view);
	expect(trial, sighting.view == VIEW_BUS, "a write was seen in view %s", view_name(sighting.view));
	engine_stop(engine);
	oracle_release(&oracle);
}
CONFORMANCE_TEST("engine.view-write", view_write,
		 "What the engine writes arrives where the window leads, not in the frame that has the number as its "
		 "address.",
		 .scope = &scope_bus_engine, .skip = needs_other_engine, .judged_by = EVIDENCE);

/* The device sees the payload of the bus frame, not that of the physical one. */
static void view_read(struct trial *trial)
{
	struct engine *engine = trial->subject->engine;
	struct oracle oracle;
	struct sighting sighting;

	if (!trial_start_oracle(trial, DMA_DEVICE_READS, &oracle) || !trial_can_read(trial))
		return;
	sighting = oracle_device_reads(trial, engine, &oracle, ENGINE_LIMIT);
	expect(trial, sighting.result == ENGINE_DONE, "a good read: %s", engine_result_name(sighting.result));
	matrix_record(engine, STRUCTURE_BUFFER_READ, sighting.view);
	expect(trial, sighting.view == VIEW_BUS, "a read was seen in view %s", view_name(sighting.view));
	engine_stop(engine);
	oracle_release(&oracle);
}
CONFORMANCE_TEST("engine.view-read", view_read,
		 "The engine reads the frame to which the window leads, not the one that has the number as its "
		 "address.",
		 .scope = &scope_bus_engine, .skip = needs_engine_reads, .judged_by = EVIDENCE);

CONFORMANCE_TEST("engine.unmapped-write", refuse_unmapped_write,
		 "A write to a bus address that is not mapped arrives nowhere, and the engine recovers.",
		 .scope = &scope_bus_engine, .skip = needs_other_engine, .judged_by = EVIDENCE);

CONFORMANCE_TEST("engine.unmapped-read", refuse_unmapped_read,
		 "A read from a bus address that is not mapped brings nothing from memory, and the engine recovers.",
		 .scope = &scope_bus_engine, .skip = needs_engine_reads, .judged_by = EVIDENCE);

CONFORMANCE_TEST("engine.read-only-write", refuse_read_only_write,
		 "A write to a page that is mapped for reads alone changes nothing, and the engine recovers.",
		 .scope = &scope_bus_engine, .skip = needs_protection, .judged_by = EVIDENCE);

CONFORMANCE_TEST("engine.read-only-read", allow_read_only_read,
		 "A page that is mapped for reads alone can be read.",
		 .scope = &scope_bus_engine, .skip = needs_protection_reads, .judged_by = EVIDENCE);

CONFORMANCE_TEST("engine.out-of-window", refuse_out_of_window,
		 "A write to an address that no window claims arrives nowhere, and the engine recovers.",
		 .scope = &scope_bus_engine, .skip = needs_other_engine, .judged_by = EVIDENCE);

CONFORMANCE_TEST("engine.revoked", refuse_revoked,
		 "A page that was mapped and used is out of reach once its mapping is revoked.",
		 .scope = &scope_bus_engine, .skip = needs_other_engine, .judged_by = EVIDENCE);

CONFORMANCE_TEST("engine.bus-master-cleared", refuse_without_bus_master,
		 "An engine whose bus mastering is switched off does no DMA, and does it again when it is on.",
		 .scope = &scope_bus_engine, .skip = needs_other_engine, .judged_by = EVIDENCE);

/*
 * A reset under a transfer. What has arrived by then has; from then on nothing may move, although the page is still
 * mapped and the function may be a bus master: the reset alone must have ended it.
 */
static void after_reset(struct trial *trial)
{
	struct engine *engine = trial->subject->engine;
	struct oracle oracle;

	if (!trial_start_oracle(trial, DMA_DEVICE_BOTH, &oracle))
		return;
	oracle_note(trial, &oracle);
	if (!engine->ops->begin(engine, DMA_DEVICE_WRITES, oracle_number(&oracle), oracle.size)) {
		trial_error(trial, "the transfer cannot be begun: %s", engine->fault);
		return;
	}
	engine_stop(engine);
	oracle_renew(&oracle);
	PCI_BUS_MASTER(engine->function);
	clock_wait(patience_grace(&engine->patience));
	give_time(engine);
	expect(trial, oracle_look(trial, &oracle) == VIEW_NONE, "memory moved after the device was reset");
	pci_command(engine->function, 0, PCI_COMMAND_MASTER);
	oracle_release(&oracle);
	expect_recovers(trial, engine);
}
CONFORMANCE_TEST("engine.after-reset", after_reset,
		 "A reset ends a transfer under way: from then on nothing moves, although the page is still mapped.",
		 .scope = &scope_bus_engine, .skip = needs_other_engine, .judged_by = EVIDENCE);
