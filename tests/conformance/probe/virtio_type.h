/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Scopes of one type of virtio device, and what is known of a type's configuration.
 */
#ifndef VIRTIO_TYPE_H
#define VIRTIO_TYPE_H

#include <linux/virtio_ids.h>

#include "tests/conformance/probe/engine_trial.h"

/* The rule of scopes of engines of one type, which is `what`: VIRTIO_ID_*. */
bool is_virtio_type(unsigned number, const struct conformance_scope *scope);

/* Defines scope_<name>: the engines of that type, in all their modes. */
#define VIRTIO_TYPE_SCOPE(name, type) \
	static const struct conformance_scope scope_##name = { .of = &scope_engine, .only = is_virtio_type, \
							       .what = type, \
							       .words = "each virtio device of type " #name }

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
