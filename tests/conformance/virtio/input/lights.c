/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Suite virtio.input: the queue by which the driver tells of lights. Whether a light shines nobody can see from here;
 * that the buffers come back as they were is what is judged. Their length is virtio.work.input-status's.
 *
 * Source: VIRTIO 1.4, 5.8.6.
 */
#include <linux/input-event-codes.h>

#include "boot/byteorder.h"
#include "tests/conformance/virtio/input/input.h"

/* All lights that the device has go on and off, as many events at once as the queue has room for. A device without
 * lights is told nothing of any: QEMU 11's mouse ends the emulator on such an event. */
static void lights(struct trial *trial)
{
	struct engine *engine = trial->subject->engine;
	const struct virtio_device *device = virtio_engine_of(engine)->device;
	struct virtio_input_event events[INPUT_BUFFERS];
	uint32_t written;
	uint8_t bits[128];
	unsigned count = 0, size;
	bool moved = false;

	if (!trial_start(trial, engine))
		return;
	size = input_config(device, VIRTIO_INPUT_CFG_EV_BITS, EV_LED, bits, sizeof(bits));
	if (size == 0) {
		trial_skip(trial, "the device has no lights");
		return;
	}
	for (uint32_t on = 0; on < 2; on++)
		for (uint16_t code = 0; code < 8 * size && count < INPUT_BUFFERS; code++)
			if (bits[code / 8] >> code % 8 & 1)
				events[count++] = (struct virtio_input_event) {
					cpu_to_le16(EV_LED), cpu_to_le16(code), cpu_to_le32(!on),
				};
	expect(trial, count > 0, "it says to have lights, and names none");
	expect(trial, input_send_all(engine, events, count, &moved, &written), "%u events are not all taken: %s", count,
	       engine->fault);
	expect(trial, !moved, "a buffer that the device may only read has changed");
	trial_note(trial, "events", "%u, of which the longest used length is %u", count, written);
	engine_stop(engine);
}
CONFORMANCE_TEST("virtio.input.lights", lights,
		 "Events for all lights at once are taken, and their buffers come back as they were.",
		 .scope = &scope_input, .judged_by = EVIDENCE);
