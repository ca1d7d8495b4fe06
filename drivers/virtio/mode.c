/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The modes in which virtio devices are driven: their table, and which of them a device can be driven in. What is done
 * in a mode is left to engine.c.
 */
#include "drivers/virtio/engine.h"

/* A ring in both states of bit 33. */
#define MODERN(name, ...) \
	{ "accepted/" name, name, .access_platform = true, __VA_ARGS__ }, { "not-offered/" name, name, __VA_ARGS__ }

static const struct virtio_mode modes[] = {
	{ "accepted", "split", .access_platform = true },
	{ "not-offered", "split", .access_platform = false },
	MODERN("indirect", .features = VIRTIO_INDIRECT_DESC, .layout = LAYOUT_INDIRECT),
	MODERN("indirect-tail", .features = VIRTIO_INDIRECT_DESC, .layout = LAYOUT_TAIL, .apart = true),
	MODERN("event-idx", .features = VIRTIO_EVENT_IDX),
	MODERN("in-order", .features = VIRTIO_IN_ORDER),
	MODERN("notification-data", .features = VIRTIO_NOTIFICATION_DATA),
	MODERN("packed", .features = VIRTIO_RING_PACKED),
	MODERN("packed-indirect", .features = VIRTIO_RING_PACKED | VIRTIO_INDIRECT_DESC, .layout = LAYOUT_INDIRECT),
	MODERN("packed-event-idx", .features = VIRTIO_RING_PACKED | VIRTIO_EVENT_IDX),
	MODERN("packed-in-order", .features = VIRTIO_RING_PACKED | VIRTIO_IN_ORDER),
	MODERN("packed-notification-data", .features = VIRTIO_RING_PACKED | VIRTIO_NOTIFICATION_DATA),
	{ "legacy", "legacy", .legacy = true },
	{ "legacy/indirect", "legacy-indirect", .legacy = true, .features = VIRTIO_INDIRECT_DESC,
	  .layout = LAYOUT_INDIRECT },
	{ "legacy/event-idx", "legacy-event-idx", .legacy = true, .features = VIRTIO_EVENT_IDX },
};
#define MODES	(sizeof(modes) / sizeof(modes[0]))

/* The features that modes ask for, by name. */
static const struct { uint64_t bit; const char *missing; } ring_features[] = {
	{ VIRTIO_RING_PACKED, "RING_PACKED is not offered" },
	{ VIRTIO_INDIRECT_DESC, "INDIRECT_DESC is not offered" },
	{ VIRTIO_EVENT_IDX, "EVENT_IDX is not offered" },
	{ VIRTIO_IN_ORDER, "IN_ORDER is not offered" },
	{ VIRTIO_NOTIFICATION_DATA, "NOTIFICATION_DATA is not offered" },
};

const struct virtio_mode *virtio_mode_get(unsigned number)
{
	return number < MODES ? &modes[number] : NULL;
}

struct virtio_device *virtio_mode_device(const struct virtio_mode *mode, struct virtio_device *device)
{
	return mode->legacy ? device->legacy : device;
}

const char *virtio_mode_missing(const struct virtio_mode *mode, struct virtio_device *device)
{
	const struct virtio_device *driven = virtio_mode_device(mode, device);

	if (!driven)
		return "it has no legacy interface";
	if (driven->fault[0])
		return driven->fault;
	for (unsigned i = 0; i < sizeof(ring_features) / sizeof(ring_features[0]); i++)
		if (mode->features & ring_features[i].bit & ~driven->offered)
			return ring_features[i].missing;
	return NULL;
}

bool virtio_mode_fits(const struct virtio_mode *mode, const struct virtio_device *device)
{
	return mode->legacy || mode->access_platform == !!(device->offered & VIRTIO_ACCESS_PLATFORM);
}
