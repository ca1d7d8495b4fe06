/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Forged parts of rings, for the view oracle: a part is at a decoy, with its proper contents in the frame of the view
 * that is right, where the driver works. For a part that the device reads the other frame holds a forged copy, which
 * leads it to another buffer: which buffer it fills tells what it has read. For a part that it writes, the frame that
 * has changed tells. The legacy ring is one area, which is at the decoy as a whole, with one part of it forged at a
 * time.
 */
#ifndef FORGERY_H
#define FORGERY_H

#include "tests/conformance/probe/engine_trial.h"

/* A frame for the device to fill, which holds its pattern. */
struct forgery_target {
	phys_addr memory;
	uint64_t number;
	struct dma_area area;
};

struct forgery {
	struct virtio_engine *virtio;
	enum virtqueue_part part;
	enum view view;				/* the right one */
	struct decoy decoy;
	phys_addr right, forged;
	/* The true one is what the driver asks to be filled. */
	struct forgery_target true_target, forged_target;
	bool interrupts;			/* what the right frame asks for, the forged one not */
};

/* Engines whose ring is split (legacy ones too), packed, or that have indirect tables, in all their modes. */
extern const struct conformance_scope scope_split_rings, scope_packed_rings, scope_indirect_rings;

/* Contents for the forged frame, as virtqueue.before_publish with the forgery as context. */
void forge_descriptors(struct virtqueue *queue, void *context);
void forge_available(struct virtqueue *queue, void *context);
void forge_ring(struct virtqueue *queue, void *context);
void forge_tables(struct virtqueue *queue, void *context);
void forgery_copy(const struct forgery *forgery);

/*
 * Prepares the trial's engine, which has not been started, for a part at a decoy; forge may be NULL. The right view
 * is the engine's. False, with trial_error(), when there is no room.
 */
bool forgery_make(struct trial *trial, struct forgery *forgery, enum virtqueue_part part,
		  void (*forge)(struct virtqueue *queue, void *context));
/*
 * The same where nobody knows which view the device takes: the physical one is right, and the targets and all other
 * memory of the engine are where either view finds them. part VIRTQUEUE_PLACES: none is at a decoy.
 */
bool forgery_make_everywhere(struct trial *trial, struct forgery *forgery, enum virtqueue_part part,
			     void (*forge)(struct virtqueue *queue, void *context));
void forgery_release(struct forgery *forgery);

enum engine_result transfer_to_true_target(struct trial *trial, const struct forgery *forgery);
/* The views in which buffers were filled; those in which a part was written, which was all zeroes before. */
enum view forgery_filled(const struct forgery *forgery);
enum view forgery_written(const struct forgery *forgery);

#endif
