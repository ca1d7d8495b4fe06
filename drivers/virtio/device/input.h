/* SPDX-License-Identifier: BSD-2-Clause */
/* Input devices (keyboard, mouse, tablet), for the tests that are about them. They are no engines of much use: they
 * write memory only when somebody at the host presses a key, and nothing tells what they have read. */
#ifndef VIRTIO_INPUT_H
#define VIRTIO_INPUT_H

#include <linux/virtio_input.h>

#include "drivers/virtio/engine.h"

/* Reads what the configuration has to say on select and subsel: at most size bytes. Returns how many it has; 0: none.
 * */
unsigned input_config(const struct virtio_device *device, uint8_t select, uint8_t subsel, void *bytes, unsigned size);
/* Tells an engine that is started of an event, such as a light that is to be on; true when the device has taken it.
 * */
bool input_send(struct engine *engine, uint16_t type, uint16_t code, uint32_t value, uint32_t *written);
/* Events that may be on their way to the device at once, or buffers wait for its own: entries of either queue. */
#define INPUT_BUFFERS	16u
/* The same for several events at once; all of them are back, each with a length of 0, and as they were sent. */
bool input_send_all(struct engine *engine, const struct virtio_input_event *events, unsigned count, bool *moved,
		    uint32_t *written);
/* Posts a buffer for an event of the device's; or at a number of anybody's, of which the event is not fetched. */
bool input_post(struct engine *engine);
bool input_post_at(struct engine *engine, uint64_t number);
/*
 * Has an event come? Then it, the length that the device says, and whether bytes beside the buffer were written. Once
 * the queue is broken none comes any more.
 */
struct input_arrival {
	struct virtio_input_event event;
	uint32_t length;
	bool strayed;
};
bool input_arrived(struct engine *engine, struct input_arrival *arrival);
bool input_came(struct engine *engine, struct virtio_input_event *event);

#endif
