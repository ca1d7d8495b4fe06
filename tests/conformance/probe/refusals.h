/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What no engine may do, whatever kind it is: bodies of tests that the suites engine and virtio.refuse have in common.
 * Beside each address that a device may use stands one that it may not, and nothing in memory may move. What the device
 * says is not judged here. After each a reset must bring it back (expect_recovers).
 *
 * All of them run on the trial's engine, in the bus view unless said otherwise.
 */
#ifndef REFUSALS_H
#define REFUSALS_H

#include "tests/conformance/probe/engine_trial.h"

void refuse_unmapped_write(struct trial *trial);
void refuse_unmapped_read(struct trial *trial);
/* A page that may be read only; and the positive side of it: what may not be written may still be read. */
void refuse_read_only_write(struct trial *trial);
void allow_read_only_read(struct trial *trial);
/* A number that no window claims. */
void refuse_out_of_window(struct trial *trial);
/* After a transfer that worked: unmapped, the page is out of reach; mapped to another frame, only that is reached. */
void refuse_revoked(struct trial *trial);
/* Bus mastering switched off under a device that is ready. In any view. */
void refuse_without_bus_master(struct trial *trial);

/* For what must not happen: lets the engine write the target, gives that time to happen, and fails the trial with why
 * when memory has moved, or when a virtio device has used a buffer. In any view. */
void expect_silence(struct trial *trial, struct engine *engine, const struct oracle *oracle, const char *why);

#endif
