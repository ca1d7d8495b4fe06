/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A slot of virtio-mmio in software, of version 2 or 1: its registers, a configuration, and what a test has it say
 * wrongly. Like virtio_model.h it holds its driver to the specification: what breaks a clause fails the test at once.
 */
#ifndef MMIO_MODEL_H
#define MMIO_MODEL_H

#include "drivers/virtio/virtqueue.h"
#include "tests/unit/host/host.h"

#define MMIO_SLOT_SIZE		0x200
#define MMIO_CONFIG_SIZE	16

struct mmio_model {
	uint32_t magic, version, type;
	uint64_t offered, accepted;
	uint32_t status, pending;		/* pending: InterruptStatus */
	uint32_t most;				/* QueueNumMax of queue 0, which is alone */
	uint32_t size, ready, page, acknowledged;
	uint64_t descriptors, available, used;
	uint32_t queue, generation;
	int features_shown, features_told;	/* the word selected; -1: none since the last reset */
	unsigned resets_left;			/* reads of QueueReset that find 1 */
	unsigned restless;			/* reads of configuration that each find it changed; ~0u: all */
	unsigned step;				/* by how much the generation goes on then */
	uint8_t config[MMIO_CONFIG_SIZE];
	unsigned accesses, doorbells;
};

/* The machine of virtio_model_machine() without a function of PCI, but with one slot. */
struct mmio_model *mmio_model_machine(void **state);
/* Looks into the slot: the device, or NULL where there is none to be driven. */
struct virtio_device *mmio_model_attach(void);

#endif
