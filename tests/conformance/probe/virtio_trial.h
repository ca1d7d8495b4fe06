/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What tests of virtio devices have in common: engines in one mode of their ring, requests on them, and their
 * interrupts.
 */
#ifndef VIRTIO_TRIAL_H
#define VIRTIO_TRIAL_H

#include "tests/conformance/probe/engine_trial.h"

/* Reason to skip, for scope_virtio_device: its modern interface cannot be used. */
const char *needs_modern(const struct subject *subject);

/* The same, or it is no function of PCI: for tests of what virtio-mmio has not. */
const char *needs_modern_pci(const struct subject *subject);
/* The same, or its registers cannot be read back, as those of virtio-mmio for the most part. */
const char *needs_readable(const struct subject *subject);

/* virtio engines with a split ring of direct descriptors, without EVENT_IDX, through the modern interface. */
extern const struct conformance_scope scope_split_engine;

/* The rule of scopes of engines in one mode; `what` are its features, and whether it is through the legacy interface:
 * the highest bit, which is no feature. Devices that only answer are left out. */
bool in_virtio_mode(unsigned number, const struct conformance_scope *scope);
#define VIRTIO_MODE_LEGACY	(1ull << 63)

/*
 * Defines scope_<name>: the engines in modes of just these features of the ring, through the legacy interface or the
 * modern one. Where there is none, one subject without an engine, whose point says that it is not offered.
 */
#define VIRTIO_MODE_SCOPE(name, legacy, features) \
	static const struct conformance_scope scope_##name = { .of = &scope_engine, .only = in_virtio_mode, \
		.what = (features) | ((legacy) ? VIRTIO_MODE_LEGACY : 0), .or_none = true, \
		.words = "each virtio device in a mode: " #name }

/* Defines the reason to skip of tests of such a scope: no device here offers these features (words), or another
 * reason's. */
#define VIRTIO_MODE_NEEDS(name, features, otherwise) \
	static const char *name(const struct subject *subject) \
	{ \
		return subject->engine ? otherwise(subject) : "no device here offers " features; \
	} \
	_Static_assert(sizeof("" features) > 1, "features are words")

/*
 * Starts an engine whose plan declines what the device may insist on. False where it refuses, which it says by keeping
 * FEATURES_OK clear: that is recorded. Anything else that keeps it from starting fails the trial.
 */
bool start_declined(struct trial *trial, struct engine *engine);

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

#endif
