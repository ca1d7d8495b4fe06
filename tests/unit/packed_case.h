/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The device side of packed rings, for tests of virtqueues (virtqueue_case.h): where it takes from, where it writes to,
 * and its wrap counters.
 */
#ifndef PACKED_CASE_H
#define PACKED_CASE_H

#include "tests/unit/virtqueue_case.h"

#define PACKED_AVAILABLE	0x80u		/* bits of flags, by their numbers in the specification */
#define PACKED_USED		0x8000u

struct packed_side {
	unsigned take, use;
	bool take_wrap, use_wrap;
};
extern struct packed_side packed_side;

/* case_open() with RING_PACKED; the device side begins anew. */
void packed_open(uint16_t size, uint64_t features);
struct vring_packed_desc *packed_ring(void);
/* Goes on by some slots, over the end of the ring. */
void packed_step(unsigned *slot, bool *wrap, unsigned count);
bool packed_is_available(unsigned slot, bool wrap);
/* The next list that the device finds is this one: all of it available, one id, the last without NEXT. */
void packed_expect_list(int id, unsigned readable, unsigned writable);
/* Uses a list, of which there are so many slots in the ring. */
void packed_use(int id, uint32_t length, unsigned slots);

#endif
