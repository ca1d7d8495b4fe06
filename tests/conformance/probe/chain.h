/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The chain that a driver is about to show to its device, in a ring of either format: read, and written otherwise.
 */
#ifndef CHAIN_H
#define CHAIN_H

#include "drivers/virtio/engine.h"

/* Bits 7 and 15 of a packed descriptor's flags. */
#define PACKED_AVAILABLE	(1u << VRING_PACKED_DESC_F_AVAIL)
#define PACKED_USED		(1u << VRING_PACKED_DESC_F_USED)

/* The chain that was added to a queue last. */
#define CHAIN_LARGEST	32

struct chain {
	struct virtqueue *queue;
	uint16_t slot;				/* split: of the available ring; packed: of the first descriptor */
	uint16_t id;				/* the head, or the buffer id */
	unsigned count;
	uint16_t at[CHAIN_LARGEST];		/* descriptors; the first is the head */
	struct virtqueue_buffer pieces[CHAIN_LARGEST];
};

/* Reads it from the ring. For virtqueue.before_publish. */
void chain_read(struct virtqueue *queue, struct chain *chain);
/* Does it lead to a buffer with this number, in its table or by itself? */
bool chain_names(const struct chain *chain, uint64_t number);
/* Writes a descriptor, with the number of the next one (packed: any, it is the next slot), or -1. */
void chain_write(struct virtqueue *queue, uint16_t at, const struct virtqueue_buffer *piece, int next);
/* Writes a piece of a chain, which goes on as it did. */
void chain_rewrite(const struct chain *chain, unsigned piece);
/* Gives a chain that is about to be shown, and is no table, other pieces, as many or more. False: the queue has no room
 * for so many, or there are more than CHAIN_LARGEST. The driver's record knows of them. */
bool chain_lengthen(struct chain *chain, const struct virtqueue_buffer *pieces, unsigned count);
/* Of a split queue with nothing outstanding: its next chain begins in the middle of the table and goes down, through
 * descriptor 0 and then over the table's end. Without effect on others. */
void chain_turn_free(struct virtqueue *queue);
/* The flags of a descriptor; those that a packed ring withholds from the device included. */
uint16_t chain_flags(const struct virtqueue *queue, uint16_t at);
void chain_set_flags(struct virtqueue *queue, uint16_t at, uint16_t flags);
/* The indirect table of a chain that is nothing but one, and its entries; NULL if it is something else. */
void *chain_table(const struct chain *chain, unsigned *entries);
/* Free descriptors of a split queue, at most count of them; returns how many. They stay free for the driver, so they
 * are those of the later half, which it takes last: whoever uses them looks whether it has. */
unsigned chain_spares(const struct virtqueue *queue, uint16_t *at, unsigned count);

/* Lets function look at every chain of a started engine, whatever queue it is added to. */
void watch_queues(struct engine *engine, void (*function)(struct virtqueue *queue, void *context), void *context);

#endif
