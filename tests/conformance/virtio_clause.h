/*
 * What the tests of single clauses have in common: engines whose ring is split and plain, and the chain that a driver
 * is about to show to its device.
 */
#ifndef VIRTIO_CLAUSE_H
#define VIRTIO_CLAUSE_H

#include "tests/conformance/engine_trial.h"

/* The fields of the common configuration that the kernel's headers have no name for everywhere. */
#define CLAUSE_Q_RESET	58

/* virtio engines with a split ring of direct descriptors, without EVENT_IDX, through the modern interface. */
extern const struct conformance_scope scope_split_engine;

/* The chain that was added to a queue last. */
#define CHAIN_LARGEST	32

struct chain {
	struct virtqueue *queue;
	uint16_t slot;				/* of the available ring */
	unsigned count;
	uint16_t at[CHAIN_LARGEST];		/* descriptors; the first is the head */
	struct virtqueue_buffer pieces[CHAIN_LARGEST];
};

/* Reads it from the table. For virtqueue.before_publish. */
void chain_read(struct virtqueue *queue, struct chain *chain);
/* Writes a descriptor, with the number of the next one, or -1. */
void chain_write(struct virtqueue *queue, uint16_t at, const struct virtqueue_buffer *piece, int next);
/* Free descriptors of the queue, at most count of them; returns how many. They stay free for the driver, so they are those
 * of the later half, which it takes last: whoever uses them looks whether it has. */
unsigned chain_spares(const struct virtqueue *queue, uint16_t *at, unsigned count);

/* Lets function look at every chain of a started engine, whatever queue it is added to. */
void watch_queues(struct engine *engine, void (*function)(struct virtqueue *queue, void *context), void *context);

/* The queue that carries the requests. */
struct virtqueue *request_queue(const struct engine *engine);

#endif
