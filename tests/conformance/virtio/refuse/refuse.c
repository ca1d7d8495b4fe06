/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Suite virtio.refuse: what must not work. What is so for every kind of engine is in probe/refusals.c; the rest is
 * about what a virtio driver has left out. What the device says is not judged: the specification lets it complete such
 * a request, report an error, or ask for a reset.
 */
#include <linux/virtio_pci.h>

#include "boot/clock.h"
#include "boot/frames.h"
#include "drivers/virtio/engine.h"
#include "tests/conformance/probe/refusals.h"
#include "tests/conformance/probe/virtio_trial.h"
#include "tests/conformance/probe/witness.h"

CONFORMANCE_TEST("virtio.refuse.unmapped-write", refuse_unmapped_write,
		 "A write to a bus address that is not mapped arrives nowhere, and the virtio device recovers.",
		 .scope = &scope_virtio_queue, .about = on_each_layout, .skip = needs_bus_view, .clauses = "DEF-3",
		 .judged_by = EVIDENCE);

CONFORMANCE_TEST("virtio.refuse.unmapped-read", refuse_unmapped_read,
		 "A read from a bus address that is not mapped brings nothing, and the virtio device recovers.",
		 .scope = &scope_virtio_engine, .about = on_each_layout, .skip = needs_bus_view_reads,
		 .clauses = "DEF-3", .judged_by = EVIDENCE);

CONFORMANCE_TEST("virtio.refuse.read-only-write", refuse_read_only_write,
		 "A virtio device's write to a page that is mapped for reads alone changes nothing.",
		 .scope = &scope_virtio_queue, .about = on_each_layout, .skip = needs_write_protection,
		 .clauses = "DEF-3", .judged_by = EVIDENCE);

static const char *needs_write_protection_reads(const struct subject *subject)
{
	const char *reason = needs_write_protection(subject);

	return reason ? reason : needs_reads(subject);
}

CONFORMANCE_TEST("virtio.refuse.read-only-read", allow_read_only_read,
		 "A virtio device can read a page that is mapped for reads alone.",
		 .scope = &scope_virtio_engine, .about = on_each_layout, .skip = needs_write_protection_reads,
		 .clauses = "DEF-3", .judged_by = EVIDENCE);

CONFORMANCE_TEST("virtio.refuse.out-of-window", refuse_out_of_window,
		 "A virtio device's write to an address that no window claims arrives nowhere.",
		 .scope = &scope_virtio_engine, .about = on_each_layout, .skip = needs_bus_view, .clauses = "DEF-3",
		 .judged_by = EVIDENCE);

/* A physical address behind the last byte of memory. Far behind, so that a bank more would not make it valid. */
static void beyond_memory(struct trial *trial)
{
	struct engine *engine = trial->subject->engine;
	struct oracle oracle;
	uint64_t number = (frames_highest() | 0xfffffff) + 1 + 0x1000000;

	if (!trial_start_oracle(trial, DMA_DEVICE_BOTH, &oracle))
		return;
	trial_note(trial, "number", "%#llx", (unsigned long long)number);
	transfer_within(engine, DMA_DEVICE_WRITES, number, oracle.size, WITNESSED, NULL);
	engine_stop(engine);
	expect(trial, oracle_look(trial, &oracle) == VIEW_NONE, "a write beyond the end of memory arrived in it");
	oracle_release(&oracle);
	expect_recovers(trial, engine);
}
CONFORMANCE_TEST("virtio.refuse.beyond-memory", beyond_memory,
		 "A write to a physical address behind the end of memory arrives in none of it.",
		 .scope = &scope_virtio_engine, .about = on_each_layout, .skip = needs_physical_view,
		 .clauses = "DEF-1", .judged_by = EVIDENCE);

CONFORMANCE_TEST("virtio.refuse.revoked", refuse_revoked,
		 "A page that the virtio device has used is out of its reach once the mapping is revoked.",
		 .scope = &scope_virtio_queue, .about = on_each_layout, .skip = needs_bus_view, .clauses = "DEF-3",
		 .judged_by = EVIDENCE);

static const char *needs_pci_and_writes(const struct subject *subject)
{
	return needs_pci(subject) ? needs_pci(subject) : needs_writes(subject);
}

static const char *needs_return(const struct subject *subject)
{
	if (!virtio_engine_of(subject->engine)->mode->access_platform && hangs_when_disabled(subject))
		return hangs_when_disabled(subject);
	return needs_pci_and_writes(subject);
}

CONFORMANCE_TEST("virtio.refuse.bus-master-cleared", refuse_without_bus_master,
		 "A virtio device whose bus mastering is switched off does no DMA, and does it again when it is on.",
		 .scope = &scope_virtio_engine, .about = on_plain_ring, .skip = needs_return, .clauses = "PCIID-1",
		 .judged_by = EVIDENCE);

/* Starts the engine with something left out, and sees that it does not touch memory. */
static void left_out(struct trial *trial, unsigned omit, const char *why)
{
	struct engine *engine = trial->subject->engine;
	struct oracle oracle;

	virtio_engine_of(engine)->plan = (struct virtio_plan) { .omit = omit };
	if (!trial_start_oracle(trial, DMA_DEVICE_BOTH, &oracle))
		return;
	expect_silence(trial, engine, &oracle, why);
	end_and_recover(trial, &oracle);
}

static void bus_master_never_set(struct trial *trial)
{
	left_out(trial, OMIT_BUS_MASTER, "bus mastering was never switched on");
}
CONFORMANCE_TEST("virtio.refuse.bus-master-never-set", bus_master_never_set,
		 "A virtio device whose bus mastering was never switched on does no DMA.",
		 .scope = &scope_virtio_engine, .about = on_plain_ring, .skip = needs_pci_and_writes,
		 .clauses = "PCIID-1", .judged_by = EVIDENCE);

/* A legacy device must even work then (LEG-5): suite virtio.legacy. */
static const char *needs_driver_ok(const struct subject *subject)
{
	if (virtio_is_legacy(virtio_engine_of(subject->engine)->device))
		return "driven as a legacy device, which may be used before DRIVER_OK";
	return needs_writes(subject);
}

static void before_driver_ok(struct trial *trial)
{
	left_out(trial, OMIT_DRIVER_OK, "DRIVER_OK is not set");
}
CONFORMANCE_TEST("virtio.refuse.before-driver-ok", before_driver_ok,
		 "A device uses no buffer before DRIVER_OK.",
		 .scope = &scope_virtio_engine, .about = on_plain_ring, .skip = needs_driver_ok, .clauses = "STATUS-1",
		 .judged_by = EVIDENCE);

static void after_reset(struct trial *trial)
{
	struct engine *engine = trial->subject->engine;
	struct oracle oracle;

	if (!trial_start_oracle(trial, DMA_DEVICE_BOTH, &oracle))
		return;
	if (!virtio_reset(virtio_engine_of(engine)->device)) {
		trial_fail(trial, "the device status does not read 0 after a reset");
		return;
	}
	expect_silence(trial, engine, &oracle, "the device was reset");
	end_and_recover(trial, &oracle);
}
CONFORMANCE_TEST("virtio.refuse.after-reset", after_reset,
		 "A device that was reset touches neither its old rings nor their buffers.",
		 .scope = &scope_virtio_queue, .about = on_plain_ring, .skip = needs_writes,
		 .clauses = "RESET-1 RESET-2", .judged_by = EVIDENCE);

static void after_queue_reset(struct trial *trial)
{
	struct engine *engine = trial->subject->engine;
	struct virtio_engine *virtio = virtio_engine_of(engine);
	struct virtio_device *device = virtio->device;
	struct oracle oracle;

	if (!trial_start_oracle(trial, DMA_DEVICE_BOTH, &oracle))
		return;
	if (!virtqueue_reset(virtio_engine_requests(virtio))) {
		trial_fail(trial, "queue_reset still reads 1 after %llu ms",
			   (unsigned long long)(VIRTIO_RESET_LIMIT / MILLISECONDS(1)));
		return;
	}
	expect_equal(trial, "queue_enable after queue_reset",
		     virtio_common_read16(device, VIRTIO_PCI_COMMON_Q_ENABLE), 0);
	expect_silence(trial, engine, &oracle, "the queue was reset");
	end_and_recover(trial, &oracle);
}
CONFORMANCE_TEST("virtio.refuse.after-queue-reset", after_queue_reset,
		 "A queue that was reset is used no more, and the device works again after a reset.",
		 .scope = &scope_virtio_queue, .about = on_plain_ring, .skip = needs_ring_reset,
		 .clauses = "QRST-1 COMMON-11 COMMON-13", .judged_by = EVIDENCE);

static const char *needs_offer(const struct subject *subject)
{
	if (subject->engine->view != VIEW_BUS)
		return "bit 33 is not offered";
	return needs_writes(subject);
}

/*
 * Bit 33 offered and declined: the device may keep FEATURES_OK clear (RSVD-4). If it goes on, its addresses are
 * physical (DEF-1) or it does not work at all; through the host bridge it must not go.
 */
static void decline(struct trial *trial)
{
	struct engine *engine = trial->subject->engine;
	struct oracle oracle;
	struct sighting sighting;

	virtio_engine_of(engine)->plan = (struct virtio_plan) { .omit = OMIT_ACCESS_PLATFORM };
	if (!start_declined(trial, engine)) {
		engine_stop(engine);
		expect_recovers(trial, engine);
		return;
	}
	if (!oracle_make(trial, engine, DMA_DEVICE_BOTH, &oracle))
		return;
	sighting = oracle_device_writes(trial, engine, &oracle, WITNESSED);
	expect(trial, !(sighting.view & VIEW_BUS), "bit 33 was declined, and yet the host bridge translated");
	trial_record(trial, "FEATURES_OK stuck; the device then %s", sighting.view == VIEW_NONE ? "did not work" :
		     "took physical addresses");
	end_and_recover(trial, &oracle);
}
CONFORMANCE_TEST("virtio.refuse.declined", decline,
		 "A device whose bit 33 was declined refuses, or uses physical addresses: never the host bridge.",
		 .scope = &scope_virtio_engine, .about = on_each_layout, .skip = needs_offer,
		 .clauses = "RSVD-4 FEAT-3 DEF-1", .judged_by = EVIDENCE);
