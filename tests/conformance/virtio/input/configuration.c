/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Suite virtio.input: what an input device says of itself, for every selection that there can be: what is there fits
 * its kind and the kernel's codes, and what is not has size 0.
 *
 * Source: VIRTIO 1.4, 5.8.4 and 5.8.5; <linux/input-event-codes.h>.
 */
#include <linux/input-event-codes.h>

#include "boot/byteorder.h"
#include "boot/string.h"
#include "drivers/virtio/device/input.h"
#include "tests/conformance/virtio/input/input.h"

/* Of <linux/input.h>, which needs more of a system than there is here. */
#define FORCE_CODES		0x80
#define FORCE_STATUS_CODES	2

/* Codes of each type of event, for those that have any. */
static const uint16_t codes_of[EV_CNT] = {
	[EV_SYN] = SYN_CNT, [EV_KEY] = KEY_CNT, [EV_REL] = REL_CNT, [EV_ABS] = ABS_CNT, [EV_MSC] = MSC_CNT,
	[EV_SW] = SW_CNT, [EV_LED] = LED_CNT, [EV_SND] = SND_CNT, [EV_REP] = REP_CNT, [EV_FF] = FORCE_CODES,
	[EV_PWR] = 1, [EV_FF_STATUS] = FORCE_STATUS_CODES,
};

struct entry {
	unsigned select, subsel, size;
	uint8_t bytes[128];
};

static void judge_name(struct trial *trial, const struct entry *entry)
{
	for (unsigned i = 0; i < entry->size && trial_good(trial); i++)
		expect(trial, entry->bytes[i] == 0 || (entry->bytes[i] >= ' ' && entry->bytes[i] <= '~'),
		       "byte %u of text %u is %#x", i, entry->select, entry->bytes[i]);
}

static void judge_ids(struct trial *trial, const struct entry *entry)
{
	expect_equal(trial, "size of its ids", entry->size, sizeof(struct virtio_input_devids));
}

/* No code that there is not. */
static void judge_bits(struct trial *trial, const struct entry *entry, unsigned codes, const char *what)
{
	for (unsigned code = codes; code < 8 * entry->size && trial_good(trial); code++)
		expect(trial, !(entry->bytes[code / 8] >> code % 8 & 1),
		       "it says to have code %u of %s %u, and there are %u", code, what, entry->subsel, codes);
}

static void judge_properties(struct trial *trial, const struct entry *entry)
{
	judge_bits(trial, entry, INPUT_PROP_CNT, "properties");
}

static void judge_events(struct trial *trial, const struct entry *entry)
{
	unsigned codes = entry->subsel < EV_CNT ? codes_of[entry->subsel] : 0;

	if (expect(trial, codes > 0, "it says to have events of type %#x, which there is not", entry->subsel))
		judge_bits(trial, entry, codes, "event type");
}

static void judge_axis(struct trial *trial, const struct entry *entry)
{
	struct virtio_input_absinfo axis;

	if (!expect_equal(trial, "size of what it says of an axis", entry->size, sizeof(axis)))
		return;
	memcpy(&axis, entry->bytes, sizeof(axis));
	expect(trial, (int32_t)le32_to_cpu(axis.min) < (int32_t)le32_to_cpu(axis.max),
	       "axis %u goes from %d to %d", entry->subsel, (int32_t)le32_to_cpu(axis.min),
	       (int32_t)le32_to_cpu(axis.max));
}

/* What can be selected: how many there are of each, and how one that is there is judged. */
static const struct {
	uint8_t select;
	unsigned subsels;
	void (*judge)(struct trial *trial, const struct entry *entry);
} selections[] = {
	{ VIRTIO_INPUT_CFG_ID_NAME, 1, judge_name },
	{ VIRTIO_INPUT_CFG_ID_SERIAL, 1, judge_name },
	{ VIRTIO_INPUT_CFG_ID_DEVIDS, 1, judge_ids },
	{ VIRTIO_INPUT_CFG_PROP_BITS, 1, judge_properties },
	{ VIRTIO_INPUT_CFG_EV_BITS, EV_CNT, judge_events },
	{ VIRTIO_INPUT_CFG_ABS_INFO, ABS_CNT, judge_axis },
};

static void read_entry(const struct virtio_device *device, unsigned select, unsigned subsel, struct entry *entry)
{
	*entry = (struct entry) { .select = select, .subsel = subsel };
	entry->size = input_config(device, (uint8_t)select, (uint8_t)subsel, entry->bytes, sizeof(entry->bytes));
}

/* Where the axis is an event of the device's, and nowhere else, there is something to say of it. */
static void judge_presence(struct trial *trial, const struct virtio_device *device, const struct entry *entry)
{
	struct entry axes;
	bool there;

	if (entry->select != VIRTIO_INPUT_CFG_ABS_INFO)
		return;
	read_entry(device, VIRTIO_INPUT_CFG_EV_BITS, EV_ABS, &axes);
	there = entry->subsel / 8 < axes.size && axes.bytes[entry->subsel / 8] >> entry->subsel % 8 & 1;
	expect(trial, there == (entry->size > 0), "axis %u: %s event of the device, and %u bytes are said of it",
	       entry->subsel, there ? "an" : "no", entry->size);
}

/* All of one selection, those that its kind does not know included. */
static unsigned walk(struct trial *trial, const struct virtio_device *device, unsigned number)
{
	unsigned present = 0;

	for (unsigned subsel = 0; subsel < 256 && trial_good(trial); subsel++) {
		struct entry entry;

		read_entry(device, selections[number].select, subsel, &entry);
		if (subsel < selections[number].subsels)
			judge_presence(trial, device, &entry);
		if (entry.size == 0)
			continue;
		present++;
		expect(trial, subsel < selections[number].subsels,
		       "select %#x subsel %#x: size %u of what there is not", entry.select, subsel, entry.size);
		expect(trial, offsetof(struct virtio_input_config, u) + entry.size <= device->config.length &&
		       entry.size <= sizeof(entry.bytes),
		       "select %#x subsel %#x: size %u is more than its configuration has room for", entry.select,
		       subsel, entry.size);
		if (trial_good(trial))
			selections[number].judge(trial, &entry);
	}
	return present;
}

static bool is_selection(unsigned select)
{
	for (unsigned i = 0; i < sizeof(selections) / sizeof(selections[0]); i++)
		if (selections[i].select == select)
			return true;
	return false;
}

static void tree(struct trial *trial)
{
	static const uint8_t subsels[] = { 0, 1, EV_KEY, EV_LED, 0xff };
	const struct virtio_device *device = virtio_engine_of(trial->subject->engine)->device;
	struct entry entry;

	if (!trial_start(trial, trial->subject->engine))
		return;
	for (unsigned i = 0; i < sizeof(selections) / sizeof(selections[0]); i++) {
		unsigned present = walk(trial, device, i);

		trial_note(trial, "entries", "%u of select %#x", present, selections[i].select);
		expect(trial, present > 0 || selections[i].select != VIRTIO_INPUT_CFG_ID_NAME, "it has no name");
		expect(trial, present > 0 || selections[i].select != VIRTIO_INPUT_CFG_EV_BITS, "it has no events");
	}
	for (unsigned select = 0; select < 256; select++)
		for (unsigned i = 0; i < sizeof(subsels) && !is_selection(select) && trial_good(trial); i++) {
			read_entry(device, select, subsels[i], &entry);
			expect(trial, entry.size == 0, "select %#x subsel %#x: size %u of what there is not", select,
			       subsels[i], entry.size);
		}
	engine_stop(trial->subject->engine);
}
CONFORMANCE_TEST("virtio.input.configuration", tree,
		 "All that an input device says of itself fits the kernel's codes, and the rest has size 0.",
		 .scope = &scope_input, .about = input_on_plainest, .clauses = "INPUT-1 DEF-4", .judged_by = EVIDENCE);

static void text_without_end(struct trial *trial)
{
	static const uint8_t texts[] = { VIRTIO_INPUT_CFG_ID_NAME, VIRTIO_INPUT_CFG_ID_SERIAL };
	const struct virtio_device *device = virtio_engine_of(trial->subject->engine)->device;
	struct entry entry;

	if (!trial_start(trial, trial->subject->engine))
		return;
	for (unsigned i = 0; i < sizeof(texts); i++) {
		read_entry(device, texts[i], 0, &entry);
		for (unsigned at = 0; at < entry.size && trial_good(trial); at++)
			expect(trial, entry.bytes[at] != 0, "byte %u of %u of its %s is a NUL", at, entry.size,
			       texts[i] == VIRTIO_INPUT_CFG_ID_NAME ? "name" : "serial number");
	}
	engine_stop(trial->subject->engine);
}
CONFORMANCE_TEST("virtio.input.text", text_without_end,
		 "The name and the serial number of an input device have no NUL in them.",
		 .scope = &scope_input, .about = input_on_plainest, .judged_by = EVIDENCE);
