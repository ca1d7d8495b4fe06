/* SPDX-License-Identifier: BSD-2-Clause */
/* What the tests of suite virtio.input have in common: their devices, and reports that the host can make on them. */
#ifndef CONFORMANCE_INPUT_H
#define CONFORMANCE_INPUT_H

#include "drivers/virtio/device/input.h"
#include "tests/conformance/probe/virtio_type.h"

extern const struct conformance_scope scope_input;
/* For what is the same in each mode. */
bool input_on_plainest(const struct subject *subject);

/* An event in the CPU's byte order. */
struct report_event {
	uint16_t type, code;
	uint32_t value;
};

/* One report: what the host is asked for, and the events that it is, without the one that ends it. */
#define REPORT_EVENTS	4u
struct report {
	const char *words;
	unsigned count;
	struct report_event events[REPORT_EVENTS];
};

/* The reports for this device, by what it says to have; NULL where the host has none for it. */
const struct report *reports_for(const struct virtio_device *device, unsigned *count);
/* Has the host make it. */
bool report_make(struct trial *trial, const struct report *report);
/* How many buffers it takes. */
static inline unsigned report_size(const struct report *report)
{
	return report->count + 1;
}

/* Waits for the whole of a report, in its order, each event in a buffer of its own; fails the trial otherwise. */
bool report_expect(struct trial *trial, const struct report *report);
/* Fails the trial unless an event is the one at this place of a report. */
bool report_matches(struct trial *trial, const struct report *report, unsigned at,
		    const struct virtio_input_event *event);

#endif
