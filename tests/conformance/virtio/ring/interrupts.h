/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * When a used buffer raises an interrupt, and when it must not: one request at a time, with what the driver asks for
 * put into the ring, of either format. The ISR register tells, which is read before and after a request. For suites
 * virtio.split, virtio.packed and virtio.legacy.
 */
#ifndef RING_INTERRUPTS_H
#define RING_INTERRUPTS_H

#include "tests/conformance/probe/engine_trial.h"

/* What the driver asks for, in the words of its format: split: flags and used_event, packed: flags and off_wrap. */
struct ring_wish {
	uint16_t flags, event;
};

/* Starts the engine with no queue but that of the requests asking for interrupts, and no wish renewed by the driver. */
bool ring_start_quiet(struct trial *trial, struct oracle *oracle);
/* One request with this wish on its queue; says whether a used buffer raised an interrupt. */
bool ring_interrupted(struct trial *trial, const struct oracle *oracle, struct ring_wish wish, bool wanted);
void ring_expect_interrupt(struct trial *trial, const struct oracle *oracle, struct ring_wish wish, bool wanted);
void ring_finish(struct trial *trial, struct oracle *oracle);

/* The first used buffer after a reset, when one so many later is asked for: the body of a test. */
#define RING_LATER	3
void ring_first_event(struct trial *trial, struct ring_wish (*later)(const struct virtqueue *queue));

#endif
