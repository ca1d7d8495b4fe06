/* SPDX-License-Identifier: BSD-2-Clause */
/* Commands on a network device's control queue: see station.h. */
#include "tests/conformance/virtio/net/station_area.h"

#include "boot/string.h"

uint8_t station_command(struct station *station, uint8_t class, uint8_t command, const void *data, uint32_t size)
{
	const struct virtio_engine *virtio = station->virtio;
	struct virtio_net_ctrl_hdr *header = virtio_engine_pointer(virtio, AREA_COMMAND);
	uint8_t *answer = virtio_engine_pointer(virtio, AREA_ANSWER);
	struct virtqueue_buffer chain[] = {
		{ virtio_engine_number(virtio, AREA_COMMAND), sizeof(*header), false },
		{ virtio_engine_number(virtio, AREA_DATA), size, false },
		{ virtio_engine_number(virtio, AREA_ANSWER), 1, true },
	};
	struct virtqueue_used used;

	if (size == 0)
		chain[1] = chain[2];
	*header = (struct virtio_net_ctrl_hdr) { class, command };
	memcpy(virtio_engine_pointer(virtio, AREA_DATA), data, size);
	memset(answer - ANSWER_GUARD, STATION_NO_ANSWER, 2 * ANSWER_GUARD + 1);
	if (!expect(station->trial, virtio_engine_submit(station->engine, QUEUE_CONTROL, chain, size ? 3 : 2) &&
		    virtio_engine_wait(station->engine, QUEUE_CONTROL, ENGINE_LIMIT, &used) == ENGINE_DONE,
		    "command %u of class %u is not answered: %s", command, class, station->engine->fault))
		return STATION_NO_ANSWER;
	expect(station->trial, used.length == 1 || virtio->mode->legacy,
	       "command %u of class %u: the used length is %u, not 1", command, class, used.length);
	for (unsigned i = 1; i <= ANSWER_GUARD; i++)
		if (!expect(station->trial, answer[-(int)i] == STATION_NO_ANSWER && answer[i] == STATION_NO_ANSWER,
			    "command %u of class %u: a byte beside the answer was written", command, class))
			return STATION_NO_ANSWER;
	expect(station->trial, memcmp(virtio_engine_pointer(virtio, AREA_DATA), data, size) == 0,
	       "command %u of class %u: its data, which the device may only read, were written", command, class);
	return *(volatile uint8_t *)answer;
}

bool station_commanded(struct station *station, const char *what, uint8_t class, uint8_t command, const void *data,
		       uint32_t size)
{
	uint8_t answer;

	if (!trial_good(station->trial))
		return false;
	answer = station_command(station, class, command, data, size);
	return trial_good(station->trial) &&
	       expect(station->trial, answer == VIRTIO_NET_OK, "%s: the answer is %#x, not %#x (OK)", what, answer,
		      VIRTIO_NET_OK);
}
