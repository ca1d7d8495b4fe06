/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Suite virtio.work: what an input device says of itself, and its lights.
 */
#include "boot/byteorder.h"
#include "drivers/virtio/device/input.h"
#include "tests/conformance/probe/virtio_type.h"

VIRTIO_TYPE_SCOPE(input, VIRTIO_ID_INPUT);

#define SELECT_UNKNOWN	0x77
#define EV_LED		0x11

/* What an input device says of itself, and that it says nothing on what is not defined. */
static void input_configuration(struct trial *trial)
{
	struct virtio_device *device = virtio_engine_of(trial->subject->engine)->device;
	char name[128] = "";
	uint8_t bits[128];

	if (!trial_start(trial, trial->subject->engine))
		return;
	expect(trial, input_config(device, VIRTIO_INPUT_CFG_ID_NAME, 0, name, sizeof(name) - 1) > 0, "it has no name");
	trial_note(trial, "name", "%s", name);
	expect(trial, input_config(device, VIRTIO_INPUT_CFG_ID_DEVIDS, 0, bits, sizeof(bits)) ==
	       sizeof(struct virtio_input_devids), "it has no ids");
	expect_equal(trial, "size of a selection that is not defined",
		     input_config(device, SELECT_UNKNOWN, 0, bits, sizeof(bits)), 0);
	expect_equal(trial, "size of the codes of an event type that does not exist",
		     input_config(device, VIRTIO_INPUT_CFG_EV_BITS, 0xff, bits, sizeof(bits)), 0);
	engine_stop(trial->subject->engine);
}
CONFORMANCE_TEST("virtio.work.input-configuration", input_configuration,
		 "An input device says its name, ids and events, and nothing on what is not defined.",
		 .scope = &scope_input, .clauses = "INPUT-1", .judged_by = EVIDENCE);

/* A light is switched on and off: the device takes the events and writes nothing. A buffer for events stays with it.
 * A device without lights is told nothing of any: QEMU 11's mouse ends the emulator on such an event. */
static void input_status(struct trial *trial)
{
	struct engine *engine = trial->subject->engine;
	struct virtio_input_event event;
	uint32_t written = 0;
	uint8_t lights[128];

	if (!trial_start(trial, engine))
		return;
	if (!input_config(virtio_engine_of(engine)->device, VIRTIO_INPUT_CFG_EV_BITS, EV_LED, lights, sizeof(lights))) {
		trial_skip(trial, "the device has no lights");
		return;
	}
	if (!input_post(engine) || !input_send(engine, EV_LED, 0, 1, &written) ||
	    !input_send(engine, EV_LED, 0, 0, &written))
		trial_fail(trial, "an event is not taken: %s", engine->fault);
	expect_equal(trial, "bytes written into a buffer of the status queue", written, 0);
	if (input_came(engine, &event))
		trial_note(trial, "event", "type %u, code %u", le16_to_cpu(event.type), le16_to_cpu(event.code));
	engine_stop(engine);
}
CONFORMANCE_TEST("virtio.work.input-status", input_status,
		 "An input device takes events for its lights, and writes nothing into their buffers.",
		 .scope = &scope_input, .clauses = "SPLIT-15", .judged_by = EVIDENCE);
