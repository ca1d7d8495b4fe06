/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Suite virtio.scsi: in which view a SCSI host understands numbers in its control queue and its event queue, as suites
 * virtio.view and virtio.refuse judge it of the request queue; and what must not be reached through them.
 */
#include "tests/conformance/virtio/scsi/stage.h"

#include "boot/string.h"
#include "tests/conformance/framework/matrix.h"
#include "tests/conformance/probe/oracle.h"
#include "tests/conformance/probe/witness.h"

VIRTIO_TYPE_SCOPE(scsi, VIRTIO_ID_SCSI);

#define UNKNOWN_FUNCTION	0x1234u

static bool start(struct trial *trial, struct oracle *oracle)
{
	return stage_start(trial, 0) && oracle_make(trial, stage.all.engine, DMA_DEVICE_BOTH, oracle);
}

static void finish(struct oracle *oracle)
{
	exchanges_end(&stage.all);
	oracle_release(oracle);
}

static void make_function(uint32_t subtype)
{
	const struct scsi_command unit = scsi_to_unit(stage.all.engine, &(struct scsi_command) { 0 });

	exchange_function(&stage.all, COMMAND, subtype, &unit, 0);
}

static void expect_view(struct trial *trial, const struct oracle *oracle, const char *what)
{
	enum view seen = oracle_look(trial, oracle);
	enum view must = structure_view(STRUCTURE_BUFFER_WRITE, stage.all.engine->view);

	oracle_note(trial, oracle);
	if (oracle->decoy.identity)
		must = VIEW_IDENTITY;
	expect(trial, seen == must, "%s was seen in view %s, and must be in view %s", what, view_name(seen),
	       view_name(must));
}

static void control_response(struct trial *trial)
{
	struct oracle oracle;

	if (!start(trial, &oracle))
		return;
	make_function(VIRTIO_SCSI_T_TMF_QUERY_TASK_SET);
	dma_sync(&oracle.decoy.map, DMA_TO_DEVICE);
	if (!exchange_add_at(trial, &stage.all, COMMAND, stage.all.each[COMMAND].number + EXCHANGE_REQUEST,
			     oracle_number(&oracle)))
		return;
	exchanges_show(&stage.all, QUEUE_CONTROL);
	if (exchange_wait(trial, &stage.all, COMMAND))
		expect_view(trial, &oracle, "the response to a task management function");
	finish(&oracle);
}
CONFORMANCE_TEST("virtio.scsi.control-response", control_response,
		 "What the host writes to a buffer of its control queue arrives in the view that was negotiated, and "
		 "in no other.",
		 .scope = &scope_scsi, .about = on_plain_ring, .skip = scsi_needs_unit, .clauses = "DEF-1 DEF-3",
		 .judged_by = EVIDENCE);

/* A function that there is lies in one frame, one that there is not in the other: the response tells which was read. */
static void put_request(const struct oracle *oracle, phys_addr frame, uint32_t subtype)
{
	const struct exchange *exchange = &stage.all.each[COMMAND];

	make_function(subtype);
	memcpy((char *)arch_pointer(frame) + oracle->offset, exchange->frame + EXCHANGE_REQUEST, exchange->request);
}

static uint8_t answer_with(struct trial *trial, const struct oracle *oracle, uint32_t in_bus, uint32_t in_physical)
{
	struct exchange *exchange = &stage.all.each[COMMAND];

	put_request(oracle, oracle->decoy.bus_frame, in_bus);
	if (!oracle->decoy.identity)
		put_request(oracle, oracle->decoy.physical_frame, in_physical);
	dma_sync(&oracle->decoy.map, DMA_TO_DEVICE);
	if (!exchange_add_at(trial, &stage.all, COMMAND, oracle_number(oracle), exchange->number + EXCHANGE_RESPONSE))
		return SCSI_PATTERN;
	exchanges_show(&stage.all, QUEUE_CONTROL);
	return exchange_wait(trial, &stage.all, COMMAND) ? exchange_control_answer(exchange) : SCSI_PATTERN;
}

static void control_request(struct trial *trial)
{
	struct engine *engine = trial->subject->engine;
	struct oracle oracle;
	uint8_t bus, physical;
	bool right;

	if (!start(trial, &oracle))
		return;
	bus = answer_with(trial, &oracle, VIRTIO_SCSI_T_TMF_ABORT_TASK_SET, UNKNOWN_FUNCTION);
	if (!trial_good(trial))
		return;
	physical = answer_with(trial, &oracle, UNKNOWN_FUNCTION, VIRTIO_SCSI_T_TMF_ABORT_TASK_SET);
	oracle_note(trial, &oracle);
	right = engine->view == VIEW_BUS || oracle.decoy.identity ?
		bus == VIRTIO_SCSI_S_OK && physical == VIRTIO_SCSI_S_FUNCTION_REJECTED :
		bus == VIRTIO_SCSI_S_FUNCTION_REJECTED && physical == VIRTIO_SCSI_S_OK;
	expect(trial, right, "a function where the bus view leads: response %u; one where the physical view leads: %u",
	       bus, physical);
	oracle_renew(&oracle);
	finish(&oracle);
}
CONFORMANCE_TEST("virtio.scsi.control-request", control_request,
		 "The host reads a buffer of its control queue in the view that was negotiated, and in no other.",
		 .scope = &scope_scsi, .about = on_plain_ring, .skip = scsi_needs_unit, .clauses = "DEF-1 DEF-3",
		 .judged_by = EVIDENCE);

/* The page is not mapped any more, or only to be read: nothing arrives, and a reset makes all well. */
static void refused(struct trial *trial, bool read_only)
{
	struct engine *engine = trial->subject->engine;
	struct oracle oracle;

	if (!stage_start(trial, 0) ||
	    !oracle_make(trial, engine, read_only ? DMA_DEVICE_READS : DMA_DEVICE_BOTH, &oracle))
		return;
	if (!read_only)
		dma_unmap(&oracle.decoy.map);
	make_function(VIRTIO_SCSI_T_TMF_QUERY_TASK_SET);
	if (!exchange_add_at(trial, &stage.all, COMMAND, stage.all.each[COMMAND].number + EXCHANGE_REQUEST,
			     oracle_number(&oracle)))
		return;
	exchanges_show(&stage.all, QUEUE_CONTROL);
	(void)poll_witnessed(virtqueue_used_index(&virtio_engine_of(engine)->queues[QUEUE_CONTROL]) != 0, engine);
	engine_stop(engine);
	oracle_note(trial, &oracle);
	expect(trial, oracle_look(trial, &oracle) == VIEW_NONE, "the page is %s, and yet the response was written",
	       read_only ? "read-only" : "not mapped");
	finish(&oracle);
	expect_recovers(trial, engine);
}

static bool split_in_bus_view(const struct subject *subject)
{
	return once_an_interface(subject) && subject->engine->view == VIEW_BUS;
}

static void control_unmapped(struct trial *trial)
{
	refused(trial, false);
}
CONFORMANCE_TEST("virtio.scsi.control-unmapped", control_unmapped,
		 "A response to a page that is not mapped arrives nowhere, and after a reset the host works.",
		 .scope = &scope_scsi, .about = split_in_bus_view, .skip = needs_bus_view, .judged_by = EVIDENCE);

static void control_read_only(struct trial *trial)
{
	refused(trial, true);
}
CONFORMANCE_TEST("virtio.scsi.control-read-only", control_read_only,
		 "A response to a page that is read-only does not arrive, and after a reset the host works.",
		 .scope = &scope_scsi, .about = split_in_bus_view, .skip = needs_write_protection,
		 .judged_by = EVIDENCE);

static bool offer(struct trial *trial, const struct oracle *oracle)
{
	struct exchange *exchange = &stage.all.each[EVENT];

	exchange_function(&stage.all, EVENT, 0, &stage.disk, 0);
	exchange->queue = QUEUE_EVENT;
	exchange->request = 0;
	exchange->response = sizeof(struct virtio_scsi_event);
	dma_sync(&oracle->decoy.map, DMA_TO_DEVICE);
	if (!exchange_add_at(trial, &stage.all, EVENT, 0, oracle_number(oracle)))
		return false;
	exchanges_show(&stage.all, QUEUE_EVENT);
	return true;
}

static bool begin_events(struct trial *trial, struct oracle *oracle)
{
	return stage_start(trial, VIRTIO_BIT(VIRTIO_SCSI_F_HOTPLUG)) && stage_find_disk(trial) &&
	       oracle_make(trial, stage.all.engine, DMA_DEVICE_BOTH, oracle) && offer(trial, oracle);
}

static void event_buffer(struct trial *trial)
{
	struct oracle oracle;

	if (!begin_events(trial, &oracle) || !stage_unplug(trial) || !stage_plug(trial))
		return;
	if (exchange_wait(trial, &stage.all, EVENT))
		expect_view(trial, &oracle, "an event");
	finish(&oracle);
}
CONFORMANCE_TEST("virtio.scsi.event-buffer", event_buffer,
		 "An event arrives in the view that was negotiated, and in no other.",
		 .scope = &scope_scsi, .about = once_an_interface, .skip = stage_needs_hotplug,
		 .clauses = "DEF-1 DEF-3", .judged_by = EVIDENCE);

/* The buffer is the driver's again. */
static void event_after_reset(struct trial *trial)
{
	struct oracle oracle;

	if (!begin_events(trial, &oracle))
		return;
	exchanges_end(&stage.all);
	if (stage_unplug(trial) && stage_plug(trial))
		expect(trial, oracle_look(trial, &oracle) == VIEW_NONE,
		       "the device was reset, and yet an event was written to a buffer of before");
	oracle_release(&oracle);
}
CONFORMANCE_TEST("virtio.scsi.event-after-reset", event_after_reset,
		 "After a reset an event is not written to a buffer that was there for events before.",
		 .scope = &scope_scsi, .about = once_an_interface, .skip = stage_needs_hotplug,
		 .clauses = "RESET-2", .judged_by = EVIDENCE);
