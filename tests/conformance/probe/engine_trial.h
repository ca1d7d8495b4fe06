/* SPDX-License-Identifier: BSD-2-Clause */
/* What tests that use an engine have in common. */
#ifndef ENGINE_TRIAL_H
#define ENGINE_TRIAL_H

#include "drivers/virtio/engine.h"
#include "tests/conformance/framework/test.h"
#include "tests/conformance/probe/oracle.h"

/* Starts the trial's engine, and makes an oracle for it. False, with trial_error(), when either is not to be had. */
bool trial_start(struct trial *trial, struct engine *engine);
bool trial_start_oracle(struct trial *trial, enum dma_direction permission, struct oracle *oracle);
/* Some devices know only when they are started that they can read nothing of ours: skips the trial then. */
bool trial_can_read(struct trial *trial);

/* A free frame; a zeroed table of so many bytes, aligned to a power of two. Whole frames in any case. False, with
 * trial_error(), when there is none. The runner takes them back. */
bool trial_take_frame(struct trial *trial, phys_addr *frame);
bool trial_take_table(struct trial *trial, uint64_t bytes, uint64_t alignment, phys_addr *table);

/*
 * After something that must not work: resets the engine and sees that a good request works. A device that stays silent
 * is wedged, and the trial fails.
 */
void expect_recovers(struct trial *trial, struct engine *engine);
/* Stops the trial's engine first and gives back the oracle that it was watched with. */
void end_and_recover(struct trial *trial, struct oracle *oracle);

/* The bytes that tests let an engine move at once: 64, or its granule; no more than it can. */
uint32_t transfer_size(const struct engine *engine);

/*
 * NULL, or why this device must not be made to give up a request, by a known deviation
 * (qemu-packed-loop-when-disabled): it is in that state when it needs a reset, or when it has no bit 33 and bus
 * mastering was cleared.
 */
const char *hangs_when_disabled(const struct subject *subject);

/* What tests of virtio engines are about. What it leaves out has its point in suite virtio.mode, which says why. */
bool does_dma(const struct subject *subject);
/* A ring in its plain form (split, packed or legacy): for what does not depend on how chains are laid out or
 * announced. */
bool on_plain_ring(const struct subject *subject);
/* A ring in its plain form, and with indirect tables: for what has nothing to do with when something is announced. */
bool on_each_layout(const struct subject *subject);

/* May the engine write, by bus addresses of the same domain as another one? */
bool writes_beside(const struct engine *engine, const struct engine *other);

/* Reasons to skip, for conformance_test.skip; NULL where the test applies. */
const char *needs_writes(const struct subject *subject);
const char *needs_reads(const struct subject *subject);
const char *needs_bus_view(const struct subject *subject);		/* and writes */
const char *needs_bus_view_reads(const struct subject *subject);
const char *needs_physical_view(const struct subject *subject);		/* and writes */
const char *needs_write_protection(const struct subject *subject);	/* and the bus view, and writes */
/* It is no function of PCI, but in a slot of virtio-mmio: there is no bus mastering, no window, no message. */
const char *needs_pci(const struct subject *subject);
/* Writes, and a device that can take one queue away from itself, with the register for it. */
const char *needs_ring_reset(const struct subject *subject);
const char *needs_engine(const struct subject *subject);		/* scope_bridge_engine, scope_bus_engine */
const char *needs_64_bits(const struct subject *subject);		/* of its addresses; and an engine */

#endif
