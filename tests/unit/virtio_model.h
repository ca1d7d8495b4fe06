/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * virtio devices in software: configuration space, the registers of the modern interface, and a device side that
 * processes split rings. A machine with them has a host bridge with one paged window, and memory from 16 MiB on.
 *
 * It stands in for drivers/pci. It holds its driver to the specification: an access of the wrong width, a status bit
 * that is taken back, a doorbell before DRIVER_OK and the like fail the test at once, with the clause in the message.
 */
#ifndef VIRTIO_MODEL_H
#define VIRTIO_MODEL_H

#include <linux/virtio_pci.h>

#include "drivers/virtio/virtqueue.h"
#include "tests/unit/host/host.h"

#define MODEL_QUEUES		6
#define MODEL_QUEUE_LARGEST	64		/* entries, as the device says until a test says otherwise */
#define MODEL_LOG		4096
#define MODEL_BAR		4		/* all structures are here, as in QEMU's devices */
#define MODEL_BAR_SIZE		0x4000
#define MODEL_ISR		0x1000
#define MODEL_CONFIG		0x2000
#define MODEL_CONFIG_SIZE	128
#define MODEL_NOTIFY		0x3000
#define MODEL_STRUCTURE		0x1000		/* length of each */
#define MODEL_MULTIPLIER	8
#define MODEL_WINDOW		0x40000000	/* of the host bridge, 8 MiB */

/* Writes to the common configuration structure, in order; a doorbell has the field MODEL_DOORBELL. */
#define MODEL_DOORBELL		0x1000
struct model_write {
	unsigned field;
	uint64_t value;
};

struct model_queue {
	uint16_t largest;		/* what queue_size says */
	uint16_t notify_offset;
	uint16_t size;			/* as the driver set it */
	bool enabled;
	uint16_t vector;
	uint64_t parts[VIRTQUEUE_PARTS];
	uint16_t seen;			/* available index up to which it has taken chains */
	uint16_t used;			/* its next used index */
	unsigned doorbells;
	unsigned resetting;		/* looks at queue_reset that still find it under way */
};

struct virtio_model {
	struct pci_function function;
	uint8_t space[256];		/* configuration space */
	uint8_t capability_end;		/* where the next capability goes */
	uint8_t capability_last;	/* the byte that is to point at it */

	uint64_t offered, accepted;
	uint32_t offered_select, accepted_select;
	uint8_t status;
	bool refuses_features;		/* FEATURES_OK does not stick */
	unsigned reset_reads;		/* reads of status after which a reset is done; ~0: never */
	unsigned resetting;
	uint8_t isr;
	uint8_t msix;			/* offset of an MSI-X capability, whose control may be written; or 0 */
	unsigned vectors;		/* that events may have; 0: none may */
	bool refuses_vectors;		/* has no resources for any */
	uint16_t config_vector;
	uint8_t generation;
	unsigned restless;		/* reads of configuration before which it changes again; ~0: always */
	_Alignas(8) uint8_t config[MODEL_CONFIG_SIZE];
	uint64_t config_writable;	/* bit n: a driver may write byte n there, once features are settled */
	uint16_t selected;
	struct model_queue queues[MODEL_QUEUES];
	uint32_t multiplier;

	uint64_t doorbell;		/* what was written there last */
	unsigned queue_reset_reads;	/* reads of queue_reset after which a queue's reset is done; ~0: never */
	/* Where not NULL: called when a doorbell rings, and when the device is told to reset, before it does. */
	void (*at_doorbell)(struct virtio_model *model, unsigned queue);
	void (*at_reset)(struct virtio_model *model);
	/* Where not NULL: whether FEATURES_OK sticks for what was accepted. */
	bool (*agrees)(struct virtio_model *model);

	unsigned reads;			/* of registers */
	unsigned config_reads;		/* of those, of the configuration */
	unsigned write_count;
	struct model_write writes[MODEL_LOG];
};

/* A machine with no device; a cmocka setup function. */
int virtio_model_machine(void **state);
/* Adds an entropy device, 1af4:1044, with bit 32 and bit 33 offered and no capabilities. */
struct virtio_model *virtio_model_bare(void);
/* The same with the four capabilities and their structures. */
struct virtio_model *virtio_model_add(void);

/* Appends a vendor capability of 16 bytes, for a notify structure of 20; returns its offset. */
uint8_t virtio_model_capability(struct virtio_model *model, uint8_t type, uint8_t bar, uint32_t offset,
				uint32_t length);
/* The same at an offset of the caller's choice. */
void virtio_model_capability_at(struct virtio_model *model, uint8_t at, uint8_t type, uint8_t bar, uint32_t offset,
				uint32_t length);

/* virtio_attach(), after reading the devices' capability lists as pci_enumerate() does; returns the first device. */
struct virtio_device *virtio_model_attach(void);

/* The device side. Where a number that the driver gave leads for the device, by what was negotiated. */
void *virtio_model_pointer(const struct virtio_model *model, uint64_t number, uint64_t size);
/* Does it lead to a frame at all, with ACCESS_PLATFORM accepted? */
bool virtio_model_reaches(const struct virtio_model *model, uint64_t number);
/* One piece of a chain that the driver made available. */
struct model_piece {
	uint64_t number;
	uint32_t size;
	bool device_writes;
	uint16_t index;
};
struct model_chain {
	uint16_t head;
	unsigned count;
	struct model_piece pieces[VIRTQUEUE_LARGEST];
};
/* Takes the next chain that is available; false when there is none. */
bool virtio_model_take(struct virtio_model *model, unsigned queue, struct model_chain *chain);
/* Writes a used entry, and then shows it. */
void virtio_model_use(struct virtio_model *model, unsigned queue, uint32_t id, uint32_t length);
/* Writes the used index alone. */
void virtio_model_show(struct virtio_model *model, unsigned queue, uint16_t index);

#endif
