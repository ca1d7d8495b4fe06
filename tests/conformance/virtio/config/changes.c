/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Suite virtio.config: what a driver sees of a configuration that the host changes while the device runs: the new
 * value, another generation, an interrupt with the second bit of the ISR. And what nobody may see: a change where there
 * was none, a field of which one half is old and one new, or an interrupt after a reset.
 *
 * A device may notify a little later than the host says that it is done: what must come is waited for.
 *
 * Source: VIRTIO 1.4, sections 2.5, 3.3, 4.1.4.3, 4.1.4.5 and 4.1.5.4.
 */
#include <linux/pci_regs.h>
#include <linux/virtio_pci.h>

#include "boot/clock.h"
#include "tests/conformance/probe/host_event.h"
#include "tests/conformance/probe/virtio_trial.h"
#include "tests/conformance/probe/config_change.h"

#define ISR_QUEUE	0x1
#define ISR_CONFIG	VIRTIO_PCI_ISR_CONFIG

static const struct virtio_device *device_of(const struct config_change *change)
{
	return virtio_engine_of(change->engine)->device;
}

static bool pending(const struct engine *engine)
{
	return virtio_interrupt_pending(virtio_engine_of(engine)->device);
}

/* 0 through a legacy interface, which has none. */
static uint32_t generation(const struct virtio_device *device)
{
	return device->transport->features_ok ? virtio_config_generation(device) : 0;
}

static bool start(struct trial *trial, unsigned omit, struct config_change *change)
{
	struct engine *engine = trial->subject->engine;
	struct virtio_plan *plan = &virtio_engine_of(engine)->plan;

	plan->omit = omit;
	plan->also = change_features(engine);
	return trial_start(trial, engine) && change_prepare(trial, engine, change);
}

/* An engine of another function that runs beside this one, and of which nothing is changed. */
static struct engine *bystander_of(const struct engine *engine)
{
	for (unsigned i = 0; i < engine_count(); i++) {
		struct engine *other = engine_get(i);
		const struct virtio_engine *virtio = virtio_engine_of(other);

		if (virtio && virtio_engine_plain(virtio) && other->function != engine->function &&
		    !other->function->reserved && engine_start(other))
			return other;
	}
	return NULL;
}

/* The value that is wanted, another generation than before, the second bit of the ISR and PCI's status bit. */
static void expect_changed(struct trial *trial, const struct config_change *change, uint64_t wanted, uint8_t before)
{
	const struct virtio_device *device = device_of(change);
	uint64_t value;
	uint8_t isr;

	if (!expect(trial, poll_soon(pending(change->engine), INTERRUPT_LATE),
		    "no interrupt pending in the PCI status after its %s was changed", change_name(change)))
		return;
	isr = virtio_isr(device);
	expect(trial, isr & ISR_CONFIG, "ISR after its %s was changed: expected bit 1, found %#x", change_name(change),
	       isr);
	trial_record(trial, "ISR %#x for a change alone", isr);
	expect(trial, !pending(change->engine) || poll_until(virtio_isr(device) == 0, INTERRUPT_LATE),
	       "the interrupt stays pending after the ISR was read");
	if (!change_read(trial, change, &value))
		return;
	expect(trial, value == wanted, "its %s: expected %#llx, found %#llx", change_name(change),
	       (unsigned long long)wanted, (unsigned long long)value);
	expect(trial, !device->transport->features_ok || generation(device) != before,
	       "its %s has changed, and config_generation still is %u", change_name(change), before);
}

/* Of the bytes that are no part of the field, how many to compare. */
#define OTHERS_MOST	64u

static uint32_t read_others(const struct config_change *change, uint8_t *bytes)
{
	const struct virtio_device *device = device_of(change);
	uint32_t length = device->config.length < OTHERS_MOST ? device->config.length : OTHERS_MOST;
	uint64_t byte = 0;

	for (uint32_t at = 0; at < length; at++)
		bytes[at] = virtio_config_read(device, at, 1, &byte) ? (uint8_t)byte : 0;
	return length;
}

static void expect_others(struct trial *trial, const struct config_change *change, const uint8_t *before)
{
	uint8_t now[OTHERS_MOST];
	uint32_t length = read_others(change, now);

	for (uint32_t at = 0; at < length && trial_good(trial); at++)
		expect(trial, change_covers(change, at) || now[at] == before[at],
		       "its %s was changed, and byte %u of the configuration went from %#x to %#x", change_name(change),
		       at, before[at], now[at]);
}

/*
 * Reads of a field that takes two accesses, which go on while the host changes it: each finds what was or what is to
 * be, because a driver that reads again where the generation has moved never sees a part of either.
 */
struct reads {
	const struct config_change *change;
	unsigned count, unsettled;
	unsigned strange;		/* those that found neither, */
	uint64_t other;			/* as the last of them did */
};

static void read_once(void *context)
{
	struct reads *reads = context;
	uint64_t value;

	reads->count++;
	if (!change_peek(reads->change, &value)) {
		reads->unsettled++;
	} else if (value != reads->change->first && value != reads->change->away) {
		reads->other = value;
		reads->strange++;
	}
}

static void expect_whole(struct trial *trial, const struct reads *reads)
{
	const struct config_change *change = reads->change;

	trial_note(trial, "reads-meanwhile", "%u", reads->count);
	expect(trial, reads->unsettled == 0, "%s was changed, and %u of %u reads meanwhile never held still",
	       change_name(change), reads->unsettled, reads->count);
	expect(trial, reads->strange == 0, "%s went from %#llx to %#llx or back, and a read meanwhile found %#llx",
	       change_name(change), (unsigned long long)change->first, (unsigned long long)change->away,
	       (unsigned long long)reads->other);
}

/* Two accesses with the change between them make a value that never was; that the generation moves is what tells. */
static void expect_torn(struct trial *trial, const struct config_change *change, uint64_t lower)
{
	uint64_t upper, torn;

	if (!change_read_upper(change, &upper))
		return;
	torn = upper | lower;
	trial_note(trial, "torn-read", "%#llx", (unsigned long long)torn);
	expect(trial, torn != change->first && torn != change->away,
	       "%s: only one of its halves has changed, and no read can be torn", change_name(change));
}

/* Both ways, with a device beside it that must not notice. */
static void changed(struct trial *trial)
{
	struct engine *engine = trial->subject->engine, *other;
	uint8_t others[OTHERS_MOST], before, other_before = 0;
	struct config_change change;

	if (!start(trial, 0, &change))
		return;
	other = bystander_of(engine);
	if (other) {
		settle_interrupts(other);
		other_before = generation(virtio_engine_of(other)->device);
	}
	settle_interrupts(engine);
	read_others(&change, others);
	for (unsigned back = 0; back < 2; back++) {
		struct reads reads = { .change = &change };
		uint64_t lower = 0;
		bool halves = change_read_lower(&change, &lower);

		before = generation(device_of(&change));
		if (halves)
			host_event_meanwhile(read_once, &reads);
		if (change_make(trial, &change, back) && trial_good(trial)) {
			if (halves) {
				expect_torn(trial, &change, lower);
				expect_whole(trial, &reads);
			}
			expect_changed(trial, &change, back ? change.first : change.away, before);
		}
		expect_others(trial, &change, others);
	}
	if (other) {
		trial_note(trial, "beside", "%s", other->kind);
		expect(trial, !pending(other) && virtio_isr(virtio_engine_of(other)->device) == 0,
		       "another device interrupts for the change of this one's %s", change_name(&change));
		expect_equal(trial, "config_generation of another device",
			     generation(virtio_engine_of(other)->device), other_before);
		engine_stop(other);
	}
	engine_stop(engine);
}
CONFORMANCE_TEST("virtio.config.changed", changed,
		 "What the host changes of a configuration is read, with another generation and an interrupt, and "
		 "no other device notices.",
		 .scope = &scope_changing, .skip = needs_host,
		 .clauses = "DEF-6 COMMON-6 ISR-2 ISR-4 ISR-5 BLK-22 BLK-23", .judged_by = EVIDENCE);

static bool has_buffers(const struct subject *subject)
{
	return subject->engine->directions & DMA_DEVICE_WRITES;
}

static const char *needs_host_and_writes(const struct subject *subject)
{
	const char *reason = needs_writes(subject);

	return reason ? reason : needs_host(subject);
}

/* A used buffer and a change wait for the driver together: the ISR has both bits, and the interrupt is one. */
static void changed_with_buffer(struct trial *trial)
{
	struct engine *engine = trial->subject->engine;
	struct config_change change;
	struct oracle oracle;
	uint8_t isr = 0;

	if (!start(trial, 0, &change))
		return;
	if (!oracle_make(trial, engine, DMA_DEVICE_BOTH, &oracle))
		return;
	settle_interrupts(engine);
	if (change_make(trial, &change, false) && change_make(trial, &change, true) && trial_good(trial) &&
	    expect(trial, poll_soon(pending(engine), INTERRUPT_LATE), "no interrupt pending after its %s was changed",
		   change_name(&change)) &&
	    good_transfer(trial, &oracle)) {
		poll_soon((isr |= virtio_isr(device_of(&change))) == (ISR_QUEUE | ISR_CONFIG), INTERRUPT_LATE);
		expect_equal(trial, "ISR after a change and a used buffer", isr, ISR_QUEUE | ISR_CONFIG);
		expect(trial, poll_until(virtio_isr(device_of(&change)) == 0, INTERRUPT_LATE),
		       "the ISR is not cleared by being read");
		expect(trial, !pending(engine), "the interrupt stays pending after the ISR was read");
	}
	engine_stop(engine);
	oracle_release(&oracle);
}
CONFORMANCE_TEST("virtio.config.changed-with-buffer", changed_with_buffer,
		 "A change and a used buffer that wait together set both bits of the ISR, and neither is lost.",
		 .scope = &scope_changing, .about = has_buffers, .skip = needs_host_and_writes,
		 .clauses = "ISR-2 ISR-3 ISR-5",
		 .judged_by = EVIDENCE);

static const char *needs_generation(const struct subject *subject)
{
	const struct virtio_device *device = virtio_engine_of(subject->engine)->device;

	return device->transport->features_ok ? needs_host(subject) : "a legacy interface has no generation";
}

/* The generation belongs to the value, whether or not anybody is told of it yet. */
static void changed_before_driver_ok(struct trial *trial)
{
	struct config_change change;
	uint8_t before, now;
	uint64_t value;

	if (!start(trial, OMIT_DRIVER_OK, &change))
		return;
	before = generation(device_of(&change));
	if (change_make(trial, &change, false) && trial_good(trial) && change_read(trial, &change, &value)) {
		now = generation(device_of(&change));
		expect(trial, value == change.away, "its %s: expected %#llx, found %#llx", change_name(&change),
		       (unsigned long long)change.away, (unsigned long long)value);
		expect(trial, now != before,
		       "before DRIVER_OK its %s was changed, and config_generation still is %u", change_name(&change),
		       before);
	}
	change_make(trial, &change, true);
	engine_stop(trial->subject->engine);
}
CONFORMANCE_TEST("virtio.config.changed-before-driver-ok", changed_before_driver_ok,
		 "A configuration that changes before DRIVER_OK is read as it is then, with another generation.",
		 .scope = &scope_changing, .skip = needs_generation, .clauses = "MMIO-5 COMMON-6 CFG-1",
		 .judged_by = EVIDENCE);

/* After a reset the device says nothing of changes, and is found changed by the next driver. */
static void changed_after_reset(struct trial *trial)
{
	struct engine *engine = trial->subject->engine;
	struct config_change change;
	uint64_t value;

	if (!start(trial, 0, &change))
		return;
	engine_stop(engine);
	if (change_make(trial, &change, false) && trial_good(trial)) {
		expect(trial, !poll_until(pending(engine), clock_silence(patience_grace(&engine->patience))),
		       "an interrupt is pending for a change of its %s after a reset", change_name(&change));
		expect_equal(trial, "ISR after a reset", virtio_isr(device_of(&change)), 0);
		if (trial_good(trial) && trial_start(trial, engine) && change_read(trial, &change, &value))
			expect(trial, value == change.away, "its %s after a reset: expected %#llx, found %#llx",
			       change_name(&change), (unsigned long long)change.away, (unsigned long long)value);
	}
	change_make(trial, &change, true);
	engine_stop(engine);
}
CONFORMANCE_TEST("virtio.config.changed-after-reset", changed_after_reset,
		 "After a reset no change of the configuration interrupts, and the next driver finds it.",
		 .scope = &scope_changing, .skip = needs_host, .clauses = "RESET-2", .judged_by = EVIDENCE);
