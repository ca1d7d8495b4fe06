/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Suite virtio.input: events. The host presses keys and moves pointers; each report must come whole, in its order and
 * with the event that ends it, whatever number of buffers waits, or not at all.
 *
 * Source: VIRTIO 1.4, 5.8.6.
 */
#include <linux/pci_regs.h>

#include "boot/byteorder.h"
#include "boot/clock.h"
#include "tests/conformance/probe/host_event.h"
#include "tests/conformance/probe/judge.h"
#include "tests/conformance/probe/virtio_trial.h"
#include "tests/conformance/probe/witness.h"
#include "tests/conformance/virtio/input/input.h"

/* Starts the device and finds its reports. */
static const struct report *start(struct trial *trial, unsigned *count)
{
	struct engine *engine = trial->subject->engine;
	const struct report *reports;

	if (!trial_start(trial, engine))
		return NULL;
	reports = reports_for(virtio_engine_of(engine)->device, count);
	if (!reports)
		trial_skip(trial, "it has none of the events that the host can make");
	return reports;
}

static bool post(struct trial *trial, unsigned count)
{
	for (unsigned i = 0; i < count; i++)
		if (!input_post(trial->subject->engine)) {
			trial_error(trial, "a buffer cannot be posted: %s", trial->subject->engine->fault);
			return false;
		}
	return true;
}

/* Nothing more has come, when there was time for it. */
static void expect_silence(struct trial *trial, const char *when)
{
	struct input_arrival arrival;
	bool came = trial_good(trial) && poll_witnessed(input_arrived(trial->subject->engine, &arrival),
							trial->subject->engine);

	expect(trial, !came, "%s an event comes that nobody made: type %u code %u value %#x", when,
	       came ? le16_to_cpu(arrival.event.type) : 0, came ? le16_to_cpu(arrival.event.code) : 0,
	       came ? le32_to_cpu(arrival.event.value) : 0);
}

/* Twice around the ring: all reports while buffers for several wait, and the buffers posted anew. */
static void events(struct trial *trial)
{
	struct engine *engine = trial->subject->engine;
	const struct virtio_device *device = virtio_engine_of(engine)->device;
	unsigned count;
	const struct report *reports = start(trial, &count);

	if (!reports || !post(trial, INPUT_BUFFERS))
		return;
	settle_interrupts(engine);
	for (unsigned i = 0; i < 2 * count && trial_good(trial); i++) {
		const struct report *report = &reports[i % count];

		if (!report_make(trial, report) || !report_expect(trial, report))
			break;
		if (i == 0)
			expect(trial, poll_soon(virtio_isr(device) & 1, INTERRUPT_LATE),
			       "\"%s\" has come without an interrupt", report->words);
		post(trial, report_size(report));
	}
	engine_stop(engine);
}
CONFORMANCE_TEST("virtio.input.events", events,
		 "What is done at the host arrives event by event, in its order, each report with its end.",
		 .scope = &scope_input, .skip = needs_host, .clauses = "INPUT-3 ISR-3", .judged_by = EVIDENCE);

/* All reports wait in the ring before the driver looks. */
static void events_in_a_row(struct trial *trial)
{
	unsigned count;
	const struct report *reports = start(trial, &count);

	if (!reports || !post(trial, INPUT_BUFFERS))
		return;
	for (unsigned i = 0; i < count; i++)
		if (!report_make(trial, &reports[i]))
			return;
	for (unsigned i = 0; i < count && trial_good(trial); i++)
		report_expect(trial, &reports[i]);
	expect_silence(trial, "behind the last report");
	engine_stop(trial->subject->engine);
}
CONFORMANCE_TEST("virtio.input.events-in-a-row", events_in_a_row,
		 "Several reports that the driver has not yet looked at all arrive, in their order, and no more.",
		 .scope = &scope_input, .about = input_on_plainest, .skip = needs_host, .clauses = "INPUT-3 INPUT-4",
		 .judged_by = EVIDENCE);

/*
 * With fewer buffers than a report has events. What comes of it when there are more is all of the report or nothing;
 * and the next report comes whole.
 */
static void too_few(struct trial *trial, unsigned buffers)
{
	struct engine *engine = trial->subject->engine;
	struct input_arrival arrival;
	unsigned count;
	const struct report *reports = start(trial, &count);
	bool came;

	if (!reports || !post(trial, buffers) || !report_make(trial, &reports[0]))
		return;
	give_time(engine);
	if (!post(trial, INPUT_BUFFERS - buffers))
		return;
	came = poll_witnessed(input_arrived(engine, &arrival), engine);
	if (came && report_matches(trial, &reports[0], 0, &arrival.event))
		for (unsigned at = 1; at < report_size(&reports[0]) && trial_good(trial); at++)
			if (expect(trial, poll_soon(input_arrived(engine, &arrival), ENGINE_LIMIT),
				   "of \"%s\" only %u of %u events come, for which there were %u buffers",
				   reports[0].words, at, report_size(&reports[0]), buffers))
				report_matches(trial, &reports[0], at, &arrival.event);
	trial_record(trial, "with %u buffers a report of %u events is %s", buffers, report_size(&reports[0]),
		     came ? "kept until there are more" : "dropped");
	if (trial_good(trial) && report_make(trial, &reports[1]))
		report_expect(trial, &reports[1]);
	engine_stop(engine);
}

static void no_buffer(struct trial *trial)
{
	too_few(trial, 0);
}
CONFORMANCE_TEST("virtio.input.no-buffer", no_buffer,
		 "A report for which no buffer waits comes whole or not at all, and the next one comes.",
		 .scope = &scope_input, .about = input_on_plainest, .skip = needs_host,
		 .clauses = "INPUT-2 INPUT-3 INPUT-4",
		 .judged_by = EVIDENCE);

static void one_buffer(struct trial *trial)
{
	too_few(trial, 1);
}
CONFORMANCE_TEST("virtio.input.one-buffer", one_buffer,
		 "A report that has more events than buffers wait comes whole or not at all, and the next one comes.",
		 .scope = &scope_input, .about = input_on_plainest, .skip = needs_host,
		 .clauses = "INPUT-2 INPUT-3 INPUT-4",
		 .judged_by = EVIDENCE);

/* The first event's buffer is a decoy, and the others are the driver's own. */
static void event_view(struct trial *trial)
{
	struct engine *engine = trial->subject->engine;
	struct sighting sighting = { ENGINE_DONE, VIEW_NONE, false };
	struct virtio_input_event event;
	struct input_arrival arrival;
	struct oracle oracle;
	unsigned count;
	const struct report *reports = start(trial, &count);

	if (!reports || !oracle_make(trial, engine, DMA_DEVICE_BOTH, &oracle) ||
	    !input_post_at(engine, oracle_number(&oracle)) || !post(trial, report_size(&reports[0]) - 1) ||
	    !report_make(trial, &reports[0]))
		return;
	for (unsigned at = 0; at < report_size(&reports[0]) && trial_good(trial); at++)
		expect(trial, poll_soon(input_arrived(engine, &arrival), ENGINE_LIMIT),
		       "event %u of \"%s\" does not come", at, reports[0].words);
	if (trial_good(trial)) {
		phys_addr frame = engine->view == VIEW_PHYSICAL ? oracle.decoy.physical_frame : oracle.decoy.bus_frame;

		sighting.view = oracle_look(trial, &oracle);
		judge_view(trial, STRUCTURE_BUFFER_WRITE, sighting);
		event = *(const volatile struct virtio_input_event *)arch_pointer(
			(phys_addr) { frame.value + oracle.offset });
		if (trial_good(trial))
			report_matches(trial, &reports[0], 0, &event);
	}
	engine_stop(engine);
	oracle_release(&oracle);
}
CONFORMANCE_TEST("virtio.input.view", event_view,
		 "An event is written into its buffer in the view that was negotiated, and nothing else is.",
		 .scope = &scope_input, .skip = needs_host, .clauses = "DEF-1 DEF-3", .judged_by = EVIDENCE);

/* The device set up anew: a report comes. */
static void expect_works(struct trial *trial)
{
	unsigned count;
	const struct report *reports;

	engine_stop(trial->subject->engine);
	reports = start(trial, &count);
	if (reports && post(trial, INPUT_BUFFERS) && report_make(trial, &reports[0]))
		report_expect(trial, &reports[0]);
	/* What was done at the host is to be undone there. */
	for (unsigned i = 1; reports && i < count && trial_good(trial); i++)
		report_make(trial, &reports[i]);
	engine_stop(trial->subject->engine);
}

/* Where the buffers are the driver's again, what is done at the host writes none of them, and uses none. */
static void taken_back(struct trial *trial, bool (*take)(struct virtio_engine *virtio), const char *what)
{
	struct engine *engine = trial->subject->engine;
	struct virtio_engine *virtio = virtio_engine_of(engine);
	struct oracle oracle;
	unsigned count;
	uint16_t used;
	const struct report *reports = start(trial, &count);

	if (!reports || !oracle_make(trial, engine, DMA_DEVICE_BOTH, &oracle) ||
	    !input_post_at(engine, oracle_number(&oracle)) || !post(trial, INPUT_BUFFERS - 1))
		return;
	used = virtqueue_used_index(&virtio->queues[0]);
	if (!expect(trial, take(virtio), "it says after %llu ms that %s is not done",
		    (unsigned long long)(VIRTIO_RESET_LIMIT / MILLISECONDS(1)), what))
		return;
	for (unsigned i = 0; i < count; i++)
		if (!report_make(trial, &reports[i]))
			return;
	give_time(engine);
	expect(trial, oracle_look(trial, &oracle) == VIEW_NONE, "an event was written into memory after %s", what);
	expect_equal(trial, "used index after it", virtqueue_used_index(&virtio->queues[0]), used);
	/* Of a device that still runs the other queue may have something to say. */
	if (virtio_status(virtio->device) == 0)
		expect_equal(trial, "ISR after a reset", virtio_isr(virtio->device), 0);
	expect_works(trial);
	oracle_release(&oracle);
}

static bool reset_device(struct virtio_engine *virtio)
{
	return virtio_reset(virtio->device);
}

static void after_reset(struct trial *trial)
{
	taken_back(trial, reset_device, "a reset");
}
CONFORMANCE_TEST("virtio.input.after-reset", after_reset,
		 "After a reset nothing that is done at the host is written into the buffers of before.",
		 .scope = &scope_input, .about = input_on_plainest, .skip = needs_host, .clauses = "RESET-2",
		 .judged_by = EVIDENCE);

static bool reset_queue(struct virtio_engine *virtio)
{
	return virtqueue_reset(&virtio->queues[0]);
}

static void after_queue_reset(struct trial *trial)
{
	taken_back(trial, reset_queue, "a reset of the queue");
}

static const char *needs_queue_reset(const struct subject *subject)
{
	if (!(virtio_engine_of(subject->engine)->device->offered & VIRTIO_RING_RESET))
		return "RING_RESET is not offered";
	return needs_host(subject);
}
CONFORMANCE_TEST("virtio.input.after-queue-reset", after_queue_reset,
		 "After a reset of the queue nothing that is done at the host is written into its buffers.",
		 .scope = &scope_input, .about = input_on_plainest, .skip = needs_queue_reset, .clauses = "QRST-1",
		 .judged_by = EVIDENCE);

static bool clear_master(struct virtio_engine *virtio)
{
	pci_command(virtio->device->function, 0, PCI_COMMAND_MASTER);
	return true;
}

static void bus_master_cleared(struct trial *trial)
{
	taken_back(trial, clear_master, "the end of bus mastering");
}

static const char *needs_pci_and_host(const struct subject *subject)
{
	return needs_pci(subject) ? needs_pci(subject) : needs_host(subject);
}
CONFORMANCE_TEST("virtio.input.bus-master-cleared", bus_master_cleared,
		 "While bus mastering is off nothing that is done at the host is written into memory.",
		 .scope = &scope_input, .about = input_on_plainest, .skip = needs_pci_and_host, .clauses = "PCIID-1",
		 .judged_by = EVIDENCE);
