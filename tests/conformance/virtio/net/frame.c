/* SPDX-License-Identifier: BSD-2-Clause */
/* Frames that tell who has sent them and which they are, and the witness's part in them: see station.h. */
#include "tests/conformance/virtio/net/station_area.h"

#include "boot/clock.h"
#include "boot/string.h"

void frame_make(uint8_t *frame, uint32_t size, const uint8_t *to, const uint8_t *from, uint16_t number)
{
	uint32_t state = number * 2654435761u ^ size;

	memcpy(frame, to, ETH_ALEN);
	memcpy(frame + ETH_ALEN, from, ETH_ALEN);
	frame[ETH_HLEN - 2] = FRAME_TYPE >> 8;
	frame[ETH_HLEN - 1] = FRAME_TYPE & 0xff;
	frame[ETH_HLEN] = number >> 8;
	frame[ETH_HLEN + 1] = number & 0xff;
	for (uint32_t i = FRAME_MARK; i < size; i++) {
		state = state * 1664525u + 1013904223u;
		frame[i] = state >> 24 | 1;
	}
}

int frame_number(const uint8_t *frame, uint32_t size)
{
	if (size < FRAME_MARK || frame[ETH_HLEN - 2] != FRAME_TYPE >> 8 || frame[ETH_HLEN - 1] != (FRAME_TYPE & 0xff))
		return -1;
	return frame[ETH_HLEN] << 8 | frame[ETH_HLEN + 1];
}

bool witness_send(struct station *station, const uint8_t *frame, uint32_t size)
{
	if (ne2000_send(&station->witness, frame, size)) {
		wire_add(&station->offered, frame, size);
		return true;
	}
	trial_error(station->trial, "the witness (NE2000) does not send a frame of %u bytes", size);
	return false;
}

uint32_t witness_receive(struct station *station, uint8_t *frame, uint32_t room)
{
	for (unsigned i = 0; i < OTHERS; i++) {
		uint32_t size = 0;

		if (!poll_soon((size = ne2000_receive(&station->witness, frame, room)) > 0, ENGINE_LIMIT)) {
			trial_fail(station->trial, "a frame that was sent does not come: the witness has none");
			return 0;
		}
		if (size >= ETH_HLEN && memcmp(frame + ETH_ALEN, station->mac, ETH_ALEN) == 0)
			return size;
	}
	trial_fail(station->trial, "%u frames came, and none from the device", OTHERS);
	return 0;
}
