/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Suite virtio.balloon: pages that go into the balloon and come out of it. In which view the list of them is read,
 * suite virtio.work says; what is told of free pages without giving them away is in reports.c.
 *
 * Source: VIRTIO 1.4, section 5.5.6.
 */
#include "boot/frames.h"
#include "boot/string.h"
#include "drivers/virtio/fields.h"
#include "tests/conformance/virtio/balloon/balloon.h"

VIRTIO_TYPE_SCOPE(balloon, VIRTIO_ID_BALLOON);

/* Frames of the tests', and pages of the balloon's in one of them: memory beside a page is in the same frame. */
#define FRAMES		8u
#define PER_FRAME	((unsigned)(FRAME_SIZE / BALLOON_PAGE))

bool balloon_plain_ring(const struct subject *subject)
{
	return !(virtio_engine_of(subject->engine)->mode->features & ~VIRTIO_RING_PACKED);
}

static bool once(const struct subject *subject)
{
	return virtio_engine_plain(virtio_engine_of(subject->engine));
}

static void name_page(const struct engine *engine, unsigned number, uint64_t page)
{
	const struct virtio_engine *virtio = virtio_engine_of(engine);
	uint32_t *list = virtio_engine_pointer(virtio, BALLOON_AREA_FREE);

	list[number] = cpu_to_virtio32(virtio->device, page);
}

static bool hand(struct trial *trial, enum balloon_queue queue, unsigned count)
{
	struct engine *engine = trial->subject->engine;
	uint64_t list = virtio_engine_number(virtio_engine_of(engine), BALLOON_AREA_FREE);

	return expect(trial, balloon_hand(engine, queue, list, count) == ENGINE_DONE, "the %s queue is silent: %s",
		      queue == BALLOON_INFLATE ? "inflate" : "deflate", engine->fault);
}

static phys_addr page_of(phys_addr frames, unsigned frame, unsigned page)
{
	return (phys_addr) { frames.value + frame * FRAME_SIZE + page * BALLOON_PAGE };
}

static bool intact(phys_addr page)
{
	struct frames_stray stray;

	return frames_intact(page, BALLOON_PAGE, &stray);
}

static bool begin(struct trial *trial, phys_addr *frames)
{
	if (!trial_start(trial, trial->subject->engine))
		return false;
	if (!frames_take(FRAMES, FRAME_SIZE, frames)) {
		trial_error(trial, "no frames for a balloon");
		return false;
	}
	frames_fill(*frames, FRAMES * FRAME_SIZE);
	return true;
}

static void end(struct trial *trial, phys_addr frames)
{
	engine_stop(trial->subject->engine);
	frames_give(frames, FRAMES);
}

/* One page of each frame, the first or another one in turn. */
static void name_one_of_each_frame(struct trial *trial, phys_addr frames)
{
	for (unsigned frame = 0; frame < FRAMES; frame++)
		name_page(trial->subject->engine, frame,
			  page_of(frames, frame, frame % PER_FRAME).value / BALLOON_PAGE);
}

/* How many of the pages that were named have lost their contents; the others must not. */
static unsigned look_at_pages(struct trial *trial, phys_addr frames, const char *when)
{
	unsigned lost = 0;

	for (unsigned i = 0; i < FRAMES * PER_FRAME; i++) {
		unsigned frame = i / PER_FRAME, page = i % PER_FRAME;

		if (page == frame % PER_FRAME)
			lost += !intact(page_of(frames, frame, page));
		else
			expect(trial, intact(page_of(frames, frame, page)),
			       "%s page %#llx was changed, which is beside one that was given away", when,
			       (unsigned long long)page_of(frames, frame, page).value / BALLOON_PAGE);
	}
	return lost;
}

static void single_pages(struct trial *trial)
{
	phys_addr frames;
	unsigned lost;

	if (!begin(trial, &frames))
		return;
	name_one_of_each_frame(trial, frames);
	if (hand(trial, BALLOON_INFLATE, FRAMES)) {
		lost = look_at_pages(trial, frames, "inflated:");
		if (hand(trial, BALLOON_DEFLATE, FRAMES))
			look_at_pages(trial, frames, "deflated:");
		trial_record(trial, "%s of %u single pages lost their contents in the balloon",
			     lost == FRAMES ? "all" : lost ? "some" : "none", FRAMES);
	}
	end(trial, frames);
}
CONFORMANCE_TEST("virtio.balloon.single-pages", single_pages,
		 "A page of 4096 bytes goes into the balloon and comes back, and nothing beside it changes.",
		 .scope = &scope_balloon, .about = balloon_plain_ring, .clauses = "BALLOON-5", .judged_by = EVIDENCE);

static const char *needs_no_telling(const struct subject *subject)
{
	return virtio_engine_of(subject->engine)->device->offered & VIRTIO_BIT(VIRTIO_BALLOON_F_MUST_TELL_HOST) ?
	       "MUST_TELL_HOST is offered and accepted: pages must not be used before the host was told" : NULL;
}

/* Whole frames, so that the device takes them whatever its own pages are, are written while they are in the balloon. */
static void used_before_deflate(struct trial *trial)
{
	struct engine *engine = trial->subject->engine;
	struct frames_stray stray;
	phys_addr frames;

	if (!begin(trial, &frames))
		return;
	for (unsigned i = 0; i < FRAMES * PER_FRAME; i++)
		name_page(engine, i, frames.value / BALLOON_PAGE + i);
	if (hand(trial, BALLOON_INFLATE, FRAMES * PER_FRAME)) {
		frames_fill(frames, FRAMES * FRAME_SIZE);
		expect(trial, frames_intact(frames, FRAMES * FRAME_SIZE, &stray),
		       "what was written into a page of the balloon is not there");
		if (hand(trial, BALLOON_DEFLATE, FRAMES * PER_FRAME))
			expect(trial, frames_intact(frames, FRAMES * FRAME_SIZE, &stray),
			       "a page that was used before the host was told has lost its contents: at %#llx %#llx",
			       (unsigned long long)stray.first.value, (unsigned long long)stray.found);
	}
	end(trial, frames);
}
CONFORMANCE_TEST("virtio.balloon.used-before-deflate", used_before_deflate,
		 "Pages that are used again before the host is told keep what is written there.",
		 .scope = &scope_balloon, .about = balloon_plain_ring, .skip = needs_no_telling,
		 .clauses = "BALLOON-3", .judged_by = EVIDENCE);

/* Numbers of pages that are no memory of this machine: the highest ones, and those behind all memory. */
static void no_such_page(struct trial *trial)
{
	const uint64_t pages[] = { 0xffffffff, 0xfffffffe, 0x7fffffff, 0x80000000 };
	unsigned count = sizeof(pages) / sizeof(pages[0]);
	struct engine *engine = trial->subject->engine;
	phys_addr frames;

	if (!begin(trial, &frames))
		return;
	for (unsigned i = 0; i < count; i++)
		name_page(engine, i, pages[i]);
	if (hand(trial, BALLOON_INFLATE, count) && hand(trial, BALLOON_DEFLATE, count)) {
		name_one_of_each_frame(trial, frames);
		hand(trial, BALLOON_INFLATE, FRAMES);
		look_at_pages(trial, frames, "inflated:");
		hand(trial, BALLOON_DEFLATE, FRAMES);
	}
	end(trial, frames);
}
CONFORMANCE_TEST("virtio.balloon.no-such-page", no_such_page,
		 "Numbers of pages that are no memory do no harm, and the balloon goes on.",
		 .scope = &scope_balloon, .about = once, .judged_by = EVIDENCE);

static bool is_balloon(const struct subject *subject)
{
	return subject->device->type == VIRTIO_ID_BALLOON;
}

static const char *needs_modern(const struct subject *subject)
{
	return subject->device->fault[0] ? "the device has no modern interface" : NULL;
}

/*
 * Whether it has just the queues whose features it offers: each at the number that it has where all are there, or
 * numbered without gaps. Texts of the specification say the one and the other, and devices and drivers count without
 * gaps.
 */
static bool has_queues(const struct virtio_device *device, bool gaps)
{
	bool expected[BALLOON_QUEUES] = { 0 };
	unsigned count = 0;

	for (unsigned queue = BALLOON_INFLATE; queue < BALLOON_QUEUES; queue++)
		if ((device->offered & balloon_queue_feature(queue)) == balloon_queue_feature(queue))
			expected[gaps ? queue : count++] = true;
	for (unsigned queue = BALLOON_INFLATE; queue < BALLOON_QUEUES; queue++)
		if (expected[queue] != (device->transport->queue_size(device, queue) > 0))
			return false;
	return true;
}

static void queues(struct trial *trial)
{
	const struct virtio_device *device = trial->subject->device;
	bool gaps = has_queues(device, true), no_gaps = has_queues(device, false);
	unsigned there = 0;

	for (unsigned queue = BALLOON_INFLATE; queue < BALLOON_QUEUES; queue++)
		there |= (device->transport->queue_size(device, queue) > 0) << queue;
	expect(trial, gaps || no_gaps, "the queues that there are (bits %#x) are not those of its features (%#llx)",
	       there, (unsigned long long)device->offered);
	trial_record(trial, "%s", gaps && no_gaps ? "no queue is left out before another" :
		     gaps ? "a queue that is left out keeps its number" : "queues are numbered without gaps");
}
CONFORMANCE_TEST("virtio.balloon.queues", queues,
		 "A balloon has a queue for each of its features that is about one, and no more.",
		 .scope = &scope_virtio_device, .about = is_balloon, .skip = needs_modern, .judged_by = FUNCTIONAL);
