/* SPDX-License-Identifier: BSD-2-Clause */
/* Reports of input devices, by the host's keys and pointers: see input.h. */
#include "tests/conformance/virtio/input/input.h"

#include <linux/input-event-codes.h>

#include "boot/byteorder.h"
#include "boot/clock.h"
#include "tests/conformance/probe/host_event.h"
#include "tests/conformance/probe/virtio_trial.h"

const struct conformance_scope scope_input = {
	.of = &scope_engine, .only = is_virtio_type, .what = VIRTIO_ID_INPUT,
	.words = "each virtio device of type input",
};

bool input_on_plainest(const struct subject *subject)
{
	return virtio_engine_plain(virtio_engine_of(subject->engine));
}

static const struct report keys[] = {
	{ "key:a:down", 1, { { EV_KEY, KEY_A, 1 } } },
	{ "key:a:up", 1, { { EV_KEY, KEY_A, 0 } } },
	{ "key:f12:down key:f12:up key:slash:down key:slash:up", 4,
	  { { EV_KEY, KEY_F12, 1 }, { EV_KEY, KEY_F12, 0 }, { EV_KEY, KEY_SLASH, 1 }, { EV_KEY, KEY_SLASH, 0 } } },
};

static const struct report motions[] = {
	{ "rel:x:-5 rel:y:300", 2, { { EV_REL, REL_X, (uint32_t)-5 }, { EV_REL, REL_Y, 300 } } },
	{ "button:left:down rel:x:1", 2, { { EV_KEY, BTN_LEFT, 1 }, { EV_REL, REL_X, 1 } } },
	{ "button:left:up", 1, { { EV_KEY, BTN_LEFT, 0 } } },
};

static const struct report positions[] = {
	{ "abs:x:4660 abs:y:32767", 2, { { EV_ABS, ABS_X, 4660 }, { EV_ABS, ABS_Y, 32767 } } },
	{ "button:right:down abs:x:0", 2, { { EV_KEY, BTN_RIGHT, 1 }, { EV_ABS, ABS_X, 0 } } },
	{ "button:right:up", 1, { { EV_KEY, BTN_RIGHT, 0 } } },
};

/* The first whose events the device says to have all of. */
static const struct {
	const struct report *reports;
	unsigned count;
} kinds[] = {
	{ keys, sizeof(keys) / sizeof(keys[0]) },
	{ motions, sizeof(motions) / sizeof(motions[0]) },
	{ positions, sizeof(positions) / sizeof(positions[0]) },
};

static bool says_to_have(const struct virtio_device *device, const struct report_event *event)
{
	uint8_t bits[128];
	unsigned size = input_config(device, VIRTIO_INPUT_CFG_EV_BITS, (uint8_t)event->type, bits, sizeof(bits));

	return event->code / 8u < size && bits[event->code / 8] >> event->code % 8 & 1;
}

static bool says_to_have_all(const struct virtio_device *device, const struct report *reports, unsigned count)
{
	for (unsigned i = 0; i < count; i++)
		for (unsigned k = 0; k < reports[i].count; k++)
			if (!says_to_have(device, &reports[i].events[k]))
				return false;
	return true;
}

const struct report *reports_for(const struct virtio_device *device, unsigned *count)
{
	for (unsigned i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		*count = kinds[i].count;
		if (says_to_have_all(device, kinds[i].reports, kinds[i].count))
			return kinds[i].reports;
	}
	return NULL;
}

bool report_make(struct trial *trial, const struct report *report)
{
	char place[PCI_NAME];

	return host_event(trial, NULL, "input %s %s", pci_name(trial->subject->function, place), report->words);
}

bool report_matches(struct trial *trial, const struct report *report, unsigned at,
		    const struct virtio_input_event *event)
{
	static const struct report_event end = { EV_SYN, SYN_REPORT, 0 };
	const struct report_event *wanted = at < report->count ? &report->events[at] : &end;
	uint16_t type = le16_to_cpu(event->type), code = le16_to_cpu(event->code);
	uint32_t value = le32_to_cpu(event->value);

	return expect(trial, type == wanted->type && code == wanted->code && value == wanted->value,
		      "event %u of \"%s\": expected type %u code %u value %#x, found type %u code %u value %#x", at,
		      report->words, wanted->type, wanted->code, wanted->value, type, code, value);
}

bool report_expect(struct trial *trial, const struct report *report)
{
	struct engine *engine = trial->subject->engine;
	struct input_arrival arrival;

	for (unsigned at = 0; at < report_size(report) && trial_good(trial); at++) {
		if (!expect(trial, poll_soon(input_arrived(engine, &arrival), ENGINE_LIMIT),
			    "event %u of \"%s\" does not come", at, report->words))
			break;
		expect(trial, arrival.length == sizeof(arrival.event),
		       "event %u of \"%s\": the used length is %u and must be %zu", at, report->words, arrival.length,
		       sizeof(arrival.event));
		expect(trial, !arrival.strayed, "event %u of \"%s\": bytes beside its buffer were written", at,
		       report->words);
		report_matches(trial, report, at, &arrival.event);
	}
	return trial_good(trial);
}
