/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Changes of a device's configuration by the host: see config_change.h.
 *
 * Source: VIRTIO 1.4, 5.1.4 (link status), 5.2.4 (capacity), 5.5.4 (num_pages, which is little-endian in every mode).
 */
#include "tests/conformance/probe/config_change.h"

#include <linux/virtio_balloon.h>
#include <linux/virtio_blk.h>
#include <linux/virtio_net.h>

#include "drivers/virtio/fields.h"
#include "tests/conformance/probe/host_event.h"
#include "tests/conformance/probe/virtio_type.h"

struct config_change_type {
	uint16_t type;
	const char *name;
	uint32_t offset, width;
	bool little;			/* little-endian through a legacy interface too */
	uint64_t features;
	/* What the field is to become. False: it cannot change. */
	bool (*away)(struct trial *trial, const char *place, struct config_change *change);
	bool (*make)(struct trial *trial, const char *place, const struct config_change *change, bool back);
};

/* Both halves of the capacity change: a reader that mixes an old one with a new one is seen. No byte is written. */
#define GROWTH		0x100000010ull

static bool disk_away(struct trial *trial, const char *place, struct config_change *change)
{
	(void)trial;
	(void)place;
	change->away = change->first + GROWTH;
	return true;
}

static bool disk_make(struct trial *trial, const char *place, const struct config_change *change, bool back)
{
	return host_event(trial, NULL, "resize %s %llu", place,
			  (unsigned long long)(back ? change->first : change->away) * 512);
}

static bool link_away(struct trial *trial, const char *place, struct config_change *change)
{
	(void)place;
	change->away = change->first & ~(uint64_t)VIRTIO_NET_S_LINK_UP;
	return expect(trial, change->away != change->first, "its link is down before anybody has taken it down");
}

static bool link_make(struct trial *trial, const char *place, const struct config_change *change, bool back)
{
	(void)change;
	return host_event(trial, NULL, "link %s %s", place, back ? "up" : "down");
}

/* Few enough for the smallest memory, and otherwise with their bytes swapped. */
#define BALLOON_WANTED	0x1234u
#define BALLOON_SHIFT	VIRTIO_BALLOON_PFN_SHIFT

static bool balloon_away(struct trial *trial, const char *place, struct config_change *change)
{
	(void)trial;
	(void)place;
	change->away = BALLOON_WANTED;
	return change->first != change->away;
}

/* The host speaks of what the guest keeps, and says what that is now: all but what the guest says that it gave. */
static bool balloon_make(struct trial *trial, const char *place, const struct config_change *change, bool back)
{
	const struct virtio_device *device = virtio_engine_of(change->engine)->device;
	uint64_t kept, given, pages = back ? change->first : change->away;

	if (!host_event(trial, &kept, "balloon-actual %s", place) ||
	    !virtio_config_read(device, offsetof(struct virtio_balloon_config, actual), sizeof(__le32), &given))
		return false;
	given = le32_to_cpu(cpu_to_virtio32(device, (uint32_t)given));
	return host_event(trial, NULL, "balloon %s %llu", place,
			  (unsigned long long)(kept + (given << BALLOON_SHIFT) - (pages << BALLOON_SHIFT)));
}

static const struct config_change_type types[] = {
	{ VIRTIO_ID_BLOCK, "capacity", offsetof(struct virtio_blk_config, capacity), 8, false, 0, disk_away,
	  disk_make },
	{ VIRTIO_ID_NET, "link status", offsetof(struct virtio_net_config, status), 2, false,
	  VIRTIO_BIT(VIRTIO_NET_F_STATUS), link_away, link_make },
	{ VIRTIO_ID_BALLOON, "num_pages", offsetof(struct virtio_balloon_config, num_pages), 4, true, 0, balloon_away,
	  balloon_make },
};

static const struct config_change_type *type_of(const struct engine *engine)
{
	const struct virtio_engine *virtio = virtio_engine_of(engine);

	for (unsigned i = 0; virtio && i < sizeof(types) / sizeof(types[0]); i++)
		if (types[i].type == virtio->device->type)
			return &types[i];
	return NULL;
}

static bool is_changing(unsigned number, const struct conformance_scope *scope)
{
	const struct engine *engine = engine_get(number);

	(void)scope;
	return type_of(engine) && virtio_engine_of(engine)->mode->features == 0;
}

const struct conformance_scope scope_changing = {
	.of = &scope_engine, .only = is_changing,
	.words = "each disk, network device and balloon with a plain split ring, modern or legacy",
};

uint64_t change_features(const struct engine *engine)
{
	const struct config_change_type *type = type_of(engine);

	return type ? type->features : 0;
}

const char *change_name(const struct config_change *change)
{
	return change->type->name;
}

bool change_covers(const struct config_change *change, uint32_t offset)
{
	return offset >= change->type->offset && offset < change->type->offset + change->type->width;
}

bool change_peek(const struct config_change *change, uint64_t *value)
{
	const struct virtio_device *device = virtio_engine_of(change->engine)->device;

	if (!virtio_config_read(device, change->type->offset, change->type->width, value))
		return false;
	if (change->type->little)
		*value = le32_to_cpu(cpu_to_virtio32(device, (uint32_t)*value));
	return true;
}

bool change_read(struct trial *trial, const struct config_change *change, uint64_t *value)
{
	return expect(trial, change_peek(change, value), "%s cannot be read: it never holds still", change->type->name);
}

static bool read_half(const struct config_change *change, bool upper, uint64_t *value)
{
	const struct virtio_device *device = virtio_engine_of(change->engine)->device;
	bool behind = upper != virtio_high_half_first(device);
	uint32_t offset = change->type->offset + (behind ? sizeof(uint32_t) : 0);
	uint64_t half;

	if (change->type->width != sizeof(uint64_t) || !virtio_config_read(device, offset, sizeof(uint32_t), &half))
		return false;
	*value = upper ? half << 32 : half;
	return true;
}

bool change_read_lower(const struct config_change *change, uint64_t *value)
{
	return read_half(change, false, value);
}

bool change_read_upper(const struct config_change *change, uint64_t *value)
{
	return read_half(change, true, value);
}

bool change_prepare(struct trial *trial, struct engine *engine, struct config_change *change)
{
	char place[PCI_NAME];

	*change = (struct config_change) { .type = type_of(engine), .engine = engine };
	if (!change->type) {
		trial_error(trial, "nothing of its configuration is known to change");
		return false;
	}
	if (change->type->features & ~virtio_engine_of(engine)->device->accepted) {
		trial_skip(trial, "its %s says nothing: a feature is not offered", change->type->name);
		return false;
	}
	return change_read(trial, change, &change->first) &&
	       change->type->away(trial, pci_name(engine->function, place), change);
}

bool change_make(struct trial *trial, const struct config_change *change, bool back)
{
	char place[PCI_NAME];

	return change->type->make(trial, pci_name(change->engine->function, place), change, back);
}
