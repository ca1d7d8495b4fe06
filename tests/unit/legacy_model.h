/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A virtio device's legacy interface in software: the registers and the configuration in I/O BAR 0, added to a device
 * of virtio_model.h. It holds its driver to the specification, as that one does.
 */
#ifndef LEGACY_MODEL_H
#define LEGACY_MODEL_H

#include "tests/unit/virtio_model.h"

#define LEGACY_QUEUES		2
#define LEGACY_CONFIG_SIZE	44
#define LEGACY_BAR_SIZE		(20 + LEGACY_CONFIG_SIZE)
/* A write to the configuration: its offset there is added. */
#define LEGACY_WRITES_CONFIG	20

struct legacy_model {
	struct virtio_model *device;
	uint32_t offered, accepted;
	uint16_t selected;
	uint16_t sizes[LEGACY_QUEUES];
	uint32_t addresses[LEGACY_QUEUES];
	unsigned doorbells[LEGACY_QUEUES];
	uint8_t status, isr;
	unsigned vectors;		/* 0: MSI-X is off; else two registers are before the configuration */
	bool refuses_vectors;
	uint16_t config_vector, queue_vectors[LEGACY_QUEUES];
	unsigned reset_reads;		/* reads of status after which a reset is done */
	unsigned resetting;
	uint8_t config[LEGACY_CONFIG_SIZE];
	unsigned restless;		/* reads of configuration that each find it changed; ~0: always */
	unsigned reads;			/* of configuration */
	unsigned write_count;
	struct model_write writes[64];	/* all of them in order, field: offset in the BAR */
};

/* Gives a device of virtio_model_bare() a legacy interface, and the id of a transitional entropy device. */
struct legacy_model *legacy_model_add(struct virtio_model *device);
/* A driver writes 0x11, 0x2233, 0x44556677 and 0x8899aabbccddeeff, each at the offset of its width but for the first,
 * which is at 0; the configuration's first bytes must be these then. */
void legacy_model_expect_written(const struct legacy_model *model, struct virtio_device *driver,
				 const uint8_t expected[16]);

#endif
