/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Suite virtio.scsi: the event queue. Disks go and come, and change their size, which only the host can make them do
 * (probe/host_event.h): those who asked for it hear of it, and of what was lost for want of buffers; others hear of
 * nothing. It is done to a disk beside the engine's, at another target.
 *
 * Source: VIRTIO 1.4, section 5.6.6.3.
 */
#include "tests/conformance/virtio/scsi/stage.h"

#include "drivers/virtio/fields.h"
#include "tests/conformance/probe/host_event.h"
#include "tests/conformance/probe/witness.h"

VIRTIO_TYPE_SCOPE(scsi, VIRTIO_ID_SCSI);

#define CODE_CAPACITY	0x2a09u		/* CAPACITY DATA HAS CHANGED */

struct event {
	uint32_t event, reason;
	uint8_t target;
	uint16_t unit;
};

static bool offer_buffer(struct trial *trial, unsigned number, uint32_t size)
{
	exchange_function(&stage.all, number, 0, &stage.disk, 0);
	stage.all.each[number].queue = QUEUE_EVENT;
	stage.all.each[number].request = 0;
	stage.all.each[number].response = size;
	if (!exchange_add(trial, &stage.all, number))
		return false;
	exchanges_show(&stage.all, QUEUE_EVENT);
	return true;
}

static bool offer_buffers(struct trial *trial)
{
	for (unsigned i = 0; i < BUFFERS; i++)
		if (!offer_buffer(trial, EVENT + i, sizeof(struct virtio_scsi_event)))
			return false;
	return true;
}

static struct event read_event(unsigned number)
{
	const struct virtio_scsi_event *event = (void *)(stage.all.each[number].frame + EXCHANGE_RESPONSE);
	const struct virtio_device *device = virtio_engine_of(stage.all.engine)->device;

	return (struct event) {
		.event = virtio32_to_cpu(device, event->event), .reason = virtio32_to_cpu(device, event->reason),
		.target = event->lun[1], .unit = (event->lun[2] & 0x3f) << 8 | event->lun[3],
	};
}

static bool expect_event(struct trial *trial, unsigned number, const char *what, uint32_t type, uint32_t reason)
{
	struct event event;

	if (!exchange_wait(trial, &stage.all, number))
		return false;
	event = read_event(number);
	return expect(trial, event.event == type && event.reason == reason && event.target == stage.disk.target &&
		      event.unit == stage.disk.unit,
		      "%s: event %#x, reason %#x of unit %u at target %u, not %#x and %#x of unit %u at target %u",
		      what, event.event, event.reason, event.unit, event.target, type, reason, stage.disk.unit,
		      stage.disk.target) &&
	       (virtio_engine_of(stage.all.engine)->mode->legacy ||
		expect(trial, stage.all.each[number].length == sizeof(struct virtio_scsi_event),
		       "%s: the used length of the event is %u", what, stage.all.each[number].length));
}

/* What is unplugged is plugged again, whatever was seen between. */
static void hotplug(struct trial *trial)
{
	uint8_t kind;

	if (!stage_start(trial, VIRTIO_BIT(VIRTIO_SCSI_F_HOTPLUG)) || !stage_find_disk(trial) ||
	    !offer_buffers(trial) || !stage_unplug(trial))
		return;
	if (expect_event(trial, EVENT, "a disk is gone", VIRTIO_SCSI_T_TRANSPORT_RESET,
			 VIRTIO_SCSI_EVT_RESET_REMOVED))
		expect(trial, stage_inquire(trial, stage.disk.target, &kind).response == VIRTIO_SCSI_S_BAD_TARGET,
		       "a disk is gone, and its target answers");
	if (!stage_plug(trial) || !trial_good(trial))
		return;
	if (expect_event(trial, EVENT + 1, "a disk is there", VIRTIO_SCSI_T_TRANSPORT_RESET,
			 VIRTIO_SCSI_EVT_RESET_RESCAN))
		expect(trial, stage_inquire(trial, stage.disk.target, &kind).response == VIRTIO_SCSI_S_OK,
		       "a disk is there, and its target does not answer");
	if (trial_good(trial) && exchange_is_back(trial, &stage.all, EVENT + 2)) {
		struct event more = read_event(EVENT + 2);

		trial_fail(trial, "a third event came, and two things have happened: event %#x, reason %#x", more.event,
			   more.reason);
	}
	exchanges_end(&stage.all);
}

CONFORMANCE_TEST("virtio.scsi.hotplug", hotplug,
		 "A disk that goes, and one that comes, is an event that says which, and then is gone, or there.",
		 .scope = &scope_scsi, .about = on_plain_ring, .skip = stage_needs_hotplug, .clauses = "SCSI-1 SCSI-40",
		 .judged_by = EVIDENCE);

/* Whoever has not asked for it hears of nothing. */
static void no_hotplug(struct trial *trial)
{
	uint8_t kind;

	if (!stage_start(trial, 0) || !stage_find_disk(trial) || !offer_buffers(trial) ||
	    !stage_unplug(trial) || !stage_plug(trial))
		return;
	if (stage_inquire(trial, stage.disk.target, &kind).response != VIRTIO_SCSI_S_OK && trial_good(trial))
		trial_fail(trial, "a disk is there again, and its target does not answer");
	for (unsigned i = 0; i < BUFFERS && trial_good(trial) && exchange_is_back(trial, &stage.all, EVENT + i); i++) {
		struct event event = read_event(EVENT + i);

		expect(trial, event.event != VIRTIO_SCSI_T_TRANSPORT_RESET ||
		       event.reason == VIRTIO_SCSI_EVT_RESET_HARD,
		       "HOTPLUG was not accepted, and an event says that a disk came or went: reason %#x",
		       event.reason);
	}
	exchanges_end(&stage.all);
}
CONFORMANCE_TEST("virtio.scsi.no-hotplug", no_hotplug,
		 "Without the feature for it, a disk that goes and comes again is no event.",
		 .scope = &scope_scsi, .about = once_an_interface, .skip = stage_needs_hotplug, .clauses = "SCSI-38",
		 .judged_by = EVIDENCE);

/* Events without a buffer are lost: the next one that is written says so, which may be at once. */
static void lost_events(struct trial *trial)
{
	uint32_t event;
	bool at_once;

	if (!stage_start(trial, VIRTIO_BIT(VIRTIO_SCSI_F_HOTPLUG)) || !stage_find_disk(trial) ||
	    !stage_unplug(trial) || !stage_plug(trial) || !offer_buffers(trial))
		return;
	at_once = poll_witnessed(exchange_is_back(trial, &stage.all, EVENT), stage.all.engine);
	if (!at_once && (!stage_unplug(trial) || !stage_plug(trial) || !exchange_wait(trial, &stage.all, EVENT)))
		return;
	if (!trial_good(trial))
		return;
	event = read_event(EVENT).event;
	expect(trial, event & VIRTIO_SCSI_T_EVENTS_MISSED,
	       "events were lost, and the next one is %#x, without bit 31", event);
	if (trial_good(trial))
		trial_record(trial, "lost events are told of %s, by event %#x",
			     at_once ? "as soon as there is a buffer" : "with the next event", event);
	exchanges_end(&stage.all);
}
CONFORMANCE_TEST("virtio.scsi.lost-events", lost_events,
		 "Events that were lost for want of a buffer are told of by bit 31 of the next one.",
		 .scope = &scope_scsi, .about = once_an_interface, .skip = stage_needs_hotplug,
		 .clauses = "SCSI-33 SCSI-36 SCSI-37 SCSI-40", .judged_by = EVIDENCE);

/* Too short for an event: it may come back with none in it, or stay. */
#define SHORT	8u

static void short_buffer(struct trial *trial)
{
	bool back;

	if (!stage_start(trial, 0) || !offer_buffer(trial, EVENT, SHORT))
		return;
	back = poll_witnessed(exchange_is_back(trial, &stage.all, EVENT), stage.all.engine);
	if (!trial_good(trial))
		return;
	if (back)
		expect(trial, (read_event(EVENT).event & ~VIRTIO_SCSI_T_EVENTS_MISSED) == VIRTIO_SCSI_T_NO_EVENT,
		       "a buffer that is too short for an event came back with event %#x", read_event(EVENT).event);
	if (trial_good(trial))
		trial_record(trial, "a buffer that is too short for an event %s", back ? "comes back" : "stays");
	exchanges_end(&stage.all);
}
CONFORMANCE_TEST("virtio.scsi.short-event-buffer", short_buffer,
		 "Records whether a buffer that is too short for an event comes back, and then without one.",
		 .scope = &scope_scsi, .about = once_an_interface, .clauses = "SCSI-32", .judged_by = RECORD);

/* The second disk's size, in bytes. */
static uint64_t capacity(struct trial *trial)
{
	struct scsi_command ask = stage.disk;
	const uint8_t *data = stage.all.each[COMMAND].frame + EXCHANGE_DATA;

	ask.cdb[0] = READ_CAPACITY_10;
	ask.size = 8;
	ask.device_writes = true;
	exchange_command(&stage.all, COMMAND, &ask);
	if (!exchange_ends(trial, &stage.all, COMMAND, "READ CAPACITY(10)", VIRTIO_SCSI_S_OK, SCSI_GOOD))
		return 0;
	return (scsi_number(data, 4) + 1) * scsi_number(data + 4, 4);
}

static bool resize(struct trial *trial, uint64_t bytes)
{
	return host_event(trial, NULL, "resize-unit %s %u %u %llu", stage.place, stage.disk.target, stage.disk.unit,
			  (unsigned long long)bytes);
}

/* A change of size is an event, and what the unit's next command meets. */
static void expect_change(struct trial *trial, uint64_t bytes)
{
	struct scsi_answer answer;

	if (!expect_event(trial, EVENT, "a disk has another size", VIRTIO_SCSI_T_PARAM_CHANGE,
			  CODE_CAPACITY >> 8 | (CODE_CAPACITY & 0xff) << 8))
		return;
	exchange_command(&stage.all, COMMAND, &stage.disk);
	if (!exchange_ends(trial, &stage.all, COMMAND, "the first command after a change", VIRTIO_SCSI_S_OK,
			   SCSI_CHECK_CONDITION))
		return;
	answer = exchange_answer(&stage.all, &stage.all.each[COMMAND]);
	expect(trial, sense_key(&answer) == SENSE_UNIT_ATTENTION && sense_code(&answer) == CODE_CAPACITY,
	       "after a change of size: sense key %u, code %#x, not %u and %#x", sense_key(&answer),
	       sense_code(&answer), SENSE_UNIT_ATTENTION, CODE_CAPACITY);
	if (trial_good(trial))
		expect_equal(trial, "the size of the disk", capacity(trial), bytes);
}

static void change(struct trial *trial)
{
	uint64_t bytes;

	if (!stage_start(trial, VIRTIO_BIT(VIRTIO_SCSI_F_CHANGE)) || !stage_find_disk(trial) || !offer_buffers(trial))
		return;
	bytes = capacity(trial);
	if (!trial_good(trial) || !resize(trial, 2 * bytes))
		return;
	expect_change(trial, 2 * bytes);
	resize(trial, bytes);
	exchanges_end(&stage.all);
}

CONFORMANCE_TEST("virtio.scsi.change", change,
		 "A disk that gets another size is an event that says so, and its next command meets a unit attention.",
		 .scope = &scope_scsi, .about = once_an_interface, .skip = stage_needs_change,
		 .clauses = "SCSI-35 SCSI-40", .judged_by = EVIDENCE);
