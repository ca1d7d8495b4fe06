/*
 * What tests of virtio devices have in common: engines in one mode of their ring, requests on them, and their
 * interrupts.
 */
#ifndef VIRTIO_TRIAL_H
#define VIRTIO_TRIAL_H

#include "tests/conformance/probe/engine_trial.h"

/* Reason to skip, for scope_virtio_device: its modern interface cannot be used. */
const char *needs_modern(const struct subject *subject);

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
