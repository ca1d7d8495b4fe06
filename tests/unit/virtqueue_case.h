/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What tests of virtqueues begin with: one device of virtio_model.h with all features of rings, one queue of it, and
 * the steps that they consist of. Buffers have numbers of no meaning and sizes that tell them apart.
 */
#ifndef VIRTQUEUE_CASE_H
#define VIRTQUEUE_CASE_H

#include "tests/unit/virtio_model.h"

#define CASE_FEATURES	(VIRTIO_VERSION_1 | VIRTIO_ACCESS_PLATFORM)
#define CASE_OPTIONAL	(VIRTIO_INDIRECT_DESC | VIRTIO_EVENT_IDX | VIRTIO_IN_ORDER | VIRTIO_NOTIFICATION_DATA | \
			 VIRTIO_RING_PACKED | VIRTIO_RING_RESET)
#define CASE_QUEUE	1
#define CASE_BUFFER	0x123456789abcdef0ull	/* the number of a chain's first piece; others follow */
#define CASE_SIZE	100u			/* bytes of it; others are one longer each */

extern struct virtio_model *case_model;
extern struct virtio_device *case_device;
extern struct virtqueue case_queue;

/* Functions of cmocka: the machine, with nothing negotiated; and back, which looks for maps that are left over. */
int case_start(void **state);
int case_stop(void **state);
#define CASE_TEST(name)			cmocka_unit_test_setup_teardown(name, case_start, case_stop)
#define CASE_CLAUSES(name, clauses)	host_clause_test(name, clauses, case_start, case_stop)

/* From reset to DRIVER_OK with these beside CASE_FEATURES; closing gives all back, so that it can be opened again. */
void case_open(uint16_t size, uint64_t features);
void case_close(void);
/* Adds a chain of this many pieces. */
int case_add(unsigned readable, unsigned writable);
/* The next chain that the device finds is this one (split). */
void case_expect_chain(int head, unsigned readable, unsigned writable);
/* Of one descriptor of any format: is it piece number `number` of a chain? */
void case_expect_piece(uint64_t number, uint32_t size, bool device_writes, unsigned piece, bool writable);
/* What the driver finds used. */
void case_expect_used(int head, uint32_t length);
void case_expect_answer(enum virtqueue_answer answer);
/* A queue that has found an impossible entry stays broken, and has taken nothing back. */
void case_expect_broken(unsigned free);
/* Each descriptor is either free or of one chain that is under way. */
void case_expect_whole(void);

#endif
