/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Suite virtio.balloon: free pages that the device is told of and that stay the driver's: reports, where they may lose
 * their contents or change to a value agreed on, and hints, where they may not while the device has not asked for any.
 *
 * Source: VIRTIO 1.4, sections 5.5.6.5 to 5.5.6.7.
 */
#include "boot/frames.h"
#include "boot/string.h"
#include "drivers/virtio/fields.h"
#include "tests/conformance/probe/flight.h"
#include "tests/conformance/virtio/balloon/balloon.h"

VIRTIO_TYPE_SCOPE(balloon, VIRTIO_ID_BALLOON);

#define OFFERS(subject, name) \
	(virtio_engine_of((subject)->engine)->device->offered & VIRTIO_BIT(VIRTIO_BALLOON_F_##name))

#define FRAMES	16u

const char *balloon_needs_reports(const struct subject *subject)
{
	return OFFERS(subject, REPORTING) ? NULL : "PAGE_REPORTING is not offered: give it free-page-reporting=on";
}

const char *balloon_needs_poison(const struct subject *subject)
{
	if (!OFFERS(subject, PAGE_POISON))
		return "PAGE_POISON is not offered: leave out page-poison=off";
	return balloon_needs_reports(subject);
}

const char *balloon_needs_hints(const struct subject *subject)
{
	return OFFERS(subject, FREE_PAGE_HINT) ? NULL :
	       "FREE_PAGE_HINT is not offered: give it free-page-hint=on and iothread=ID of an -object iothread";
}

bool balloon_begin_as(struct trial *trial, const struct virtio_driver *driver)
{
	virtio_engine_of(trial->subject->engine)->plan = (struct virtio_plan) { .driver = driver };
	return trial_start(trial, trial->subject->engine);
}

static void end(struct flight *flight)
{
	engine_stop(flight->engine);
	flight_end(flight);
}

/* Ranges of one page, of two, and of several, alone and as pieces of one report; memory between them is not free. */
static const struct range { uint32_t offset, size; unsigned pieces; } ranges[] = {
	{ 1 * BALLOON_PAGE, BALLOON_PAGE, 1 },
	{ 4 * BALLOON_PAGE, 2 * BALLOON_PAGE, 1 },
	{ 8 * BALLOON_PAGE, 8 * BALLOON_PAGE, 1 },
	{ 20 * BALLOON_PAGE, 8 * BALLOON_PAGE, 4 },
};
#define RANGES	(sizeof(ranges) / sizeof(ranges[0]))

static bool report(struct trial *trial, struct flight *flight)
{
	if (!flight_begin(trial, flight, BALLOON_REPORTS, FRAMES))
		return false;
	for (unsigned i = 0; i < RANGES; i++)
		if (!flight_add(flight, ranges[i].offset, ranges[i].size, ranges[i].pieces, true))
			return expect(trial, false, "report %u finds no room in the queue", i);
	flight_go(flight);
	return flight_wait(trial, flight) && expect_flight_beside(trial, flight);
}

/* How many bytes are neither what they were nor this one; and how many of them have changed at all. */
static uint32_t count_others(const struct flight *flight, uint8_t value, uint32_t *changed)
{
	uint32_t others = 0;

	for (unsigned i = 0; i < RANGES; i++)
		for (uint32_t j = 0; j < ranges[i].size; j++) {
			uint8_t byte = *flight_at(flight, ranges[i].offset + j);

			*changed += byte != FLIGHT_FILL;
			others += byte != FLIGHT_FILL && byte != value;
		}
	return others;
}

static void reports(struct trial *trial)
{
	struct flight flight = { .engine = trial->subject->engine };
	uint32_t changed = 0;

	if (!balloon_begin_as(trial, &balloon_all))
		return;
	if (report(trial, &flight)) {
		count_others(&flight, 0, &changed);
		trial_record(trial, "pages that were reported as free %s", changed ? "lost their contents" :
			     "kept their contents");
	}
	end(&flight);
}
CONFORMANCE_TEST("virtio.balloon.reports", reports,
		 "Pages that are reported as free come back, and nothing beside them changes.",
		 .scope = &scope_balloon, .about = balloon_plain_ring, .skip = balloon_needs_reports,
		 .clauses = "BALLOON-20", .judged_by = EVIDENCE);

/*
 * One number that leads to a frame in each view is reported: a device that takes the page away loses what was there,
 * which says where it looked.
 */
static void report_view(struct trial *trial)
{
	struct engine *engine = trial->subject->engine;
	struct virtqueue_buffer page = { .size = FRAME_SIZE, .device_writes = true };
	struct virtqueue_used used;
	struct frames_stray stray;
	struct oracle oracle;
	bool bus, physical;

	virtio_engine_of(engine)->plan = (struct virtio_plan) { .driver = &balloon_all };
	if (!trial_start_oracle(trial, DMA_DEVICE_BOTH, &oracle))
		return;
	frames_fill(oracle.decoy.bus_frame, FRAME_SIZE);
	frames_fill(oracle.decoy.physical_frame, FRAME_SIZE);
	page.number = oracle.decoy.number & -(uint64_t)FRAME_SIZE;
	if (!virtio_engine_submit(engine, BALLOON_REPORTS, &page, 1) ||
	    virtio_engine_wait(engine, BALLOON_REPORTS, ENGINE_LIMIT, &used) != ENGINE_DONE)
		trial_fail(trial, "the reporting queue is silent: %s", engine->fault);
	bus = !frames_intact(oracle.decoy.bus_frame, FRAME_SIZE, &stray);
	physical = !frames_intact(oracle.decoy.physical_frame, FRAME_SIZE, &stray);
	engine_stop(engine);
	oracle_release(&oracle);
	expect(trial, !(engine->view == VIEW_BUS ? physical : bus),
	       "the device took the page that the number of its buffer leads to in view %s",
	       view_name(view_opposite(engine->view)));
	if (trial_good(trial) && !bus && !physical)
		trial_skip(trial, "the page kept its contents, so that nothing tells where the device looked");
}

static const char *needs_views(const struct subject *subject)
{
	return subject->engine->view == VIEW_IDENTITY ? "nothing translates addresses here" :
	       balloon_needs_reports(subject);
}
CONFORMANCE_TEST("virtio.balloon.report-view", report_view,
		 "The page that a device takes when it is reported as free is the one in the device's view.",
		 .scope = &scope_balloon, .about = balloon_plain_ring, .skip = needs_views,
		 .clauses = "DEF-1 DEF-3", .judged_by = EVIDENCE);

/* Pages hold a value while they are free, which is told the device: what it may make of them is that value alone. */
static void poison(struct trial *trial)
{
	static const uint32_t values[] = { 0x01010101u * FLIGHT_FILL, 0 };
	uint32_t changed = 0;

	for (unsigned i = 0; i < 2 && trial_good(trial); i++) {
		struct flight flight = { .engine = trial->subject->engine };
		uint32_t others;

		if (!balloon_begin_as(trial, balloon_poisoning(values[i])))
			return;
		if (report(trial, &flight)) {
			others = count_others(&flight, values[i], &changed);
			expect(trial, others == 0, "%u bytes of pages that hold %#x while they are free became "
			       "something else", others, values[i]);
		}
		end(&flight);
	}
	trial_record(trial, "pages whose value is 0 %s", changed ? "were taken" : "stayed as they were");
}
CONFORMANCE_TEST("virtio.balloon.poison", poison,
		 "Reported pages that hold an agreed value while they are free change to no other.",
		 .scope = &scope_balloon, .about = balloon_plain_ring, .skip = balloon_needs_poison,
		 .clauses = "BALLOON-19 BALLOON-21", .judged_by = EVIDENCE);

/* Hints under a command that the device has not given: it has asked for none. */
#define STALE		0x5a17e000u
#define AT_COMMAND	(FRAMES * FRAME_SIZE - BALLOON_PAGE)

static void stale_hints(struct trial *trial)
{
	struct engine *engine = trial->subject->engine;
	struct flight flight = { .engine = engine };
	uint32_t command = 0, stale, changed = 0;

	if (!balloon_begin_as(trial, &balloon_all))
		return;
	expect(trial, balloon_hint_command(engine, &command), "the configuration has no command of hints");
	if (trial_good(trial) && flight_begin(trial, &flight, BALLOON_HINTS, FRAMES)) {
		stale = cpu_to_virtio32(virtio_engine_of(engine)->device, command == STALE ? STALE + 1 : STALE);
		memcpy(flight_at(&flight, AT_COMMAND), &stale, sizeof(stale));
		flight_add(&flight, AT_COMMAND, sizeof(stale), 1, false);
		for (unsigned i = 0; i < RANGES; i++)
			flight_add(&flight, ranges[i].offset, ranges[i].size, 1, true);
		flight_go(&flight);
		if (flight_wait(trial, &flight) && expect_flight_beside(trial, &flight)) {
			count_others(&flight, FLIGHT_FILL, &changed);
			expect(trial, changed == 0, "%u bytes of pages changed that were hinted at under a command "
			       "which the device has not given", changed);
		}
		trial_record(trial, "the command is %s", command == VIRTIO_BALLOON_CMD_ID_STOP ? "STOP" :
			     command == VIRTIO_BALLOON_CMD_ID_DONE ? "DONE" : "a number");
	}
	end(&flight);
}
CONFORMANCE_TEST("virtio.balloon.stale-hints", stale_hints,
		 "Pages that are hinted at under a command which the device has not given keep their contents.",
		 .scope = &scope_balloon, .about = balloon_plain_ring, .skip = balloon_needs_hints,
		 .clauses = "BALLOON-14", .judged_by = EVIDENCE);
