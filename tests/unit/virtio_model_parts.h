/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the files of the virtio models share among themselves; tests do not include this.
 */
#ifndef VIRTIO_MODEL_PARTS_H
#define VIRTIO_MODEL_PARTS_H

#include "tests/unit/virtio_model.h"

/* A driver has broken a clause. */
#define HOLDS(condition, clause, ...) do { \
	if (!(condition)) \
		fail_msg(clause ": " __VA_ARGS__); \
} while (0)

uint64_t virtio_model_read_bar(void *context, const struct host_access *access);
void virtio_model_write_bar(void *context, const struct host_access *access, uint64_t value);

#endif
