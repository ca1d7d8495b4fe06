/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Rings whose memory can change under them: each part is at a frame of the test's own, with a map of its own.
 */
#ifndef PARTS_H
#define PARTS_H

#include "tests/conformance/probe/engine_trial.h"

/* The frames that parts are at. */
struct parts {
	unsigned count;
	struct dma_area areas[VIRTQUEUE_PLACES];
};

/* Places the parts, starts the trial's engine and sees that a request works, so that the device has seen its rings at
 * their first places. False, and the trial is over, if it does not. */
bool parts_begin(struct trial *trial, struct parts *parts, struct oracle *oracle);
/* A request that must work. */
bool parts_work(struct trial *trial, const struct oracle *oracle, const char *when);
void parts_release(struct parts *parts);

#endif
