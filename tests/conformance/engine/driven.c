/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Suite engine, of the tables as a whole, and of what each device can be made to do here at all: a device that found no
 * room in them, or that nobody could drive, would not be judged, and nobody would know. The limits are ENGINES,
 * ENGINE_FUNCTIONS and VIRTIO_DEVICES.
 */
#include "tests/conformance/engine/driven.h"

#include <linux/virtio_ids.h>

#include "boot/string.h"
#include "boot/tap.h"
#include "tests/conformance/probe/engine_trial.h"

static void nothing_left_out(struct trial *trial)
{
	if (virtio_left_out())
		trial_error(trial, "%u virtio devices are left out: busproof keeps %u at most", virtio_left_out(),
			    VIRTIO_DEVICES);
	if (engine_left_out())
		trial_error(trial, "%u engines are left out: busproof keeps %u at most, %u of them no virtio devices",
			    engine_left_out(), ENGINES, ENGINE_FUNCTIONS);
}
CONFORMANCE_TEST("engine.nothing-left-out", nothing_left_out,
		 "There is room in busproof's lists for every device and engine of this machine.");

/* The engines of a function stand together, the plainest mode first: that one speaks for the device. */
static bool is_first(unsigned number, const struct conformance_scope *scope)
{
	(void)scope;
	for (unsigned i = 0; i < number; i++)
		if (engine_get(i)->function == engine_get(number)->function)
			return false;
	return true;
}

static const struct conformance_scope scope_first = {
	.of = &scope_engine, .only = is_first, .words = "each device that can do DMA, in its plainest mode",
};

static const char *needs_what_it_lacks(const struct subject *subject)
{
	return subject->engine->no_writes;
}

/* What the other suites stand on: the device starts, and completes one good request. */
static void driven(struct trial *trial)
{
	struct engine *engine = trial->subject->engine;
	struct oracle oracle;

	if (!engine_start(engine)) {
		trial_fail(trial, "the device cannot be started: %s", engine->fault);
		return;
	}
	if (!(engine->directions & DMA_DEVICE_WRITES) || !oracle_make(trial, engine, DMA_DEVICE_BOTH, &oracle))
		return;
	expect(trial, oracle_device_writes(trial, engine, &oracle, ENGINE_LIMIT).result == ENGINE_DONE,
	       "a good request is not completed: %s", engine->fault);
	engine_stop(engine);
	oracle_release(&oracle);
}
CONFORMANCE_TEST("engine.driven", driven,
		 "The device starts and completes one good request; or it is said what it lacks for that.",
		 .scope = &scope_first, .skip = needs_what_it_lacks, .says_lacking = true, .judged_by = EVIDENCE);

/* Are there engines of this device at all? A device without any has no driver, or a fault. */
static bool has_engine(const struct virtio_device *device)
{
	for (unsigned i = 0; i < engine_count(); i++)
		if (engine_get(i)->function == device->function)
			return true;
	return false;
}

/* An IOMMU that is driven is kept from all others, and judged by a suite of its own. */
static bool is_driven_iommu(const struct virtio_device *device)
{
	return device->type == VIRTIO_ID_IOMMU && device->function->reserved && !device->fault[0];
}

static void print_unknown(const struct virtio_device *device)
{
	const char *must_not = pci_must_not_drive(device->function);
	char name[VIRTIO_NAME];

	if (!has_engine(device) && !is_driven_iommu(device))
		tap_comment("not judged: %s: %s%s", virtio_name(device, name),
			    device->function->reserved ? "" : "all but its registers: ",
			    device->fault[0] ? device->fault :
			    must_not ? must_not : "busproof has no driver for this type");
}

static void print_not_driven(const struct pci_function *function)
{
	const char *must_not = pci_must_not_drive(function);
	char where[PCI_NAME];

	if (must_not && engine_kind(function))
		tap_comment("not judged: %s@%s: %s%s", engine_kind(function), pci_name(function, where),
			    function->reserved ? "" : "all but its registers: ", must_not);
}

/* What all failures then have in common. */
static void print_dead(void)
{
	unsigned functions = scope_count(&scope_first);

	if (patience_none_answered())
		tap_comment("none of the %u devices that were driven completed any request: either what is written to "
			    "them does not arrive, or what they write does not", functions);
}

void driven_print(void)
{
	char where[PCI_NAME];

	print_dead();
	for (unsigned i = 0; i < virtio_count(); i++)
		print_unknown(virtio_get(i));
	for (unsigned i = 0; i < pci_count(); i++)
		print_not_driven(pci_get(i));
	for (unsigned i = 0; i < engine_count(); i++) {
		const struct engine *engine = engine_get(i);
		const char *lacking = engine->no_writes ? engine->no_writes : engine->no_reads;

		if (lacking && is_first(i, &scope_first))
			tap_comment("not judged: %s@%s: %s: %s", engine->kind, pci_name(engine->function, where),
				    engine->no_writes ? "its accesses to memory" : "its reads of memory", lacking);
	}
}
