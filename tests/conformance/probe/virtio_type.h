/*
 * Scopes of one type of virtio device, and what is known of a type's configuration.
 */
#ifndef VIRTIO_TYPE_H
#define VIRTIO_TYPE_H

#include <linux/virtio_ids.h>

#include "tests/conformance/probe/engine_trial.h"

/* The engines of a type: how many, and one of them. */
unsigned virtio_type_count(uint16_t type);
void virtio_type_get(unsigned number, struct subject *subject, uint16_t type);

/* Defines scope_<name>: the engines of that type, in all their modes. */
#define VIRTIO_TYPE_SCOPE(name, type) \
	static unsigned count_##name(void) \
		{ return virtio_type_count(type); } \
	static void get_##name(unsigned number, struct subject *subject) \
		{ virtio_type_get(number, subject, type); } \
	static const struct conformance_scope scope_##name = { count_##name, get_##name }

/*
 * Bytes of configuration that a device of this type and with what it offers is sure to have. 0 where it has none, or
 * where busproof does not know the type.
 */
uint32_t virtio_type_config(const struct virtio_device *device);
#define VIRTIO_TYPE_CONFIG	64u		/* the most of them that is looked at */

/*
 * The end of a block device, on an engine that is started: its last block can be read, and the one behind it cannot,
 * which no capacity with its bytes exchanged would say. Of a disk that has nothing to read, the latter alone.
 */
void expect_end_of_disk(struct trial *trial, struct engine *engine);

#endif
