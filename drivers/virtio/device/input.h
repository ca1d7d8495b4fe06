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
/* Posts a buffer for an event of the device's; has it come? */
bool input_post(struct engine *engine);
bool input_came(struct engine *engine, struct virtio_input_event *event);

#endif
