/*
 * What the tests of single clauses have in common: engines in one mode of their ring, and the chain that a driver is
 * about to show to its device, in a ring of either format.
 */
#ifndef VIRTIO_CLAUSE_H
#define VIRTIO_CLAUSE_H

#include "tests/conformance/probe/engine_trial.h"

/* The fields of the common configuration that the kernel's headers have no name for everywhere. */
#define CLAUSE_Q_RESET	58

/* virtio engines with a split ring of direct descriptors, without EVENT_IDX, through the modern interface. */
extern const struct conformance_scope scope_split_engine;

/*
 * Defines scope_<name>: the engines in modes of just these features of the ring, through the legacy interface or the
 * modern one. Where there is none, one subject without an engine, whose point says that it is not offered.
 */
unsigned mode_engines(bool legacy, uint64_t features);
void mode_engine(unsigned number, struct subject *subject, bool legacy, uint64_t features);
#define VIRTIO_MODE_SCOPE(name, legacy, features) \
	static unsigned count_##name(void) \
		{ return mode_engines(legacy, features) ? mode_engines(legacy, features) : 1; } \
	static void get_##name(unsigned number, struct subject *subject) \
		{ mode_engine(number, subject, legacy, features); } \
	static const struct conformance_scope scope_##name = { count_##name, get_##name }

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

/* The queue that carries the requests. */
struct virtqueue *request_queue(const struct engine *engine);

/* A transfer that must work, and arrive where the mode says. */
bool good_transfer(struct trial *trial, const struct oracle *oracle);

/*
 * Makes requests on a queue whose doorbell leads nowhere, until one is left alone, which then is under way. A device
 * may look at its rings by itself: now and then (QEMU's entropy device, when its quota is filled up), or for a while
 * after it was busy (an I/O thread that polls), and then it uses some. False where it uses them all, or one cannot be
 * made, which is an error.
 */
bool lets_buffer_lie(struct trial *trial, const struct oracle *oracle);

/* An interrupt that was asked for may be late. */
#define INTERRUPT_LATE	ENGINE_LIMIT

/*
 * Waits for the end of the interrupts for what was used so far, before silence is judged. One may follow the used index
 * by a little, and come twice: QEMU's disks set the ISR's bit before their notifier is handled, and then again.
 */
void settle_interrupts(const struct engine *engine);

/* Bits 7 and 15 of a packed descriptor's flags. */
#define PACKED_AVAILABLE	(1u << VRING_PACKED_DESC_F_AVAIL)
#define PACKED_USED		(1u << VRING_PACKED_DESC_F_USED)

#endif
