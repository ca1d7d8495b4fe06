/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Zones of a block device: what the kernel's header does not have names for on all systems, and requests about them.
 *
 * Source: VIRTIO 1.4, section 5.2.6.
 */
#ifndef VIRTIO_BLK_ZONES_H
#define VIRTIO_BLK_ZONES_H

#include "tests/conformance/virtio/blk/blk.h"

#define ZONED			VIRTIO_BIT(17)

/* struct virtio_blk_config, behind what is there with SECURE_ERASE. */
#define ZONE_SECTORS		72
#define ZONE_MAX_OPEN		76
#define ZONE_MAX_ACTIVE		80
#define ZONE_MAX_APPEND		84
#define ZONE_GRANULARITY	88
#define ZONE_MODEL		92
#define ZONE_UNUSED2		93
#define ZONE_CONFIG_END		96
#define   MODEL_NONE		0
#define   MODEL_HM		1
#define   MODEL_HA		2

#define ZONE_APPEND		15
#define ZONE_REPORT		16
#define ZONE_OPEN		18
#define ZONE_CLOSE		20
#define ZONE_FINISH		22
#define ZONE_RESET		24
#define ZONE_RESET_ALL		26

#define S_INVALID_CMD		3
#define S_UNALIGNED_WP		4
#define S_OPEN_RESOURCE		5
#define S_ACTIVE_RESOURCE	6

enum zone_type { TYPE_CONV = 1, TYPE_SWR = 2, TYPE_SWP = 3 };
enum zone_state {
	STATE_NOT_WP = 0, STATE_EMPTY = 1, STATE_IOPEN = 2, STATE_EOPEN = 3, STATE_CLOSED = 4, STATE_RDONLY = 13,
	STATE_FULL = 14, STATE_OFFLINE = 15,
};

/* A report: a header, and a descriptor of each zone. In memory. */
struct zone_descriptor {
	uint64_t capacity, start, pointer;
	uint8_t type, state, reserved[38];
};
struct zone_report {
	uint64_t count;
	uint8_t reserved[56];
	struct zone_descriptor zones[];
};
_Static_assert(sizeof(struct zone_descriptor) == 64 && sizeof(struct zone_report) == 64, "VIRTIO 1.4, 5.2.6");

/* A zone, as a report describes it. */
struct zone {
	uint64_t capacity, start, pointer;	/* sectors */
	enum zone_type type;
	enum zone_state state;
};

/* Reason to skip: no zones, or the device must not be written. */
const char *needs_zones(const struct subject *subject);
/* Starts the trial's engine with ZONED accepted. */
bool zones_start(struct trial *trial);
/* A field of the configuration. */
uint64_t zones_field(struct trial *trial, uint32_t offset, uint32_t width);
/* Sectors of the smallest write. */
uint32_t zones_unit(struct trial *trial);
/* The zone that has this sector. False: the trial has failed. */
bool zone_look(struct trial *trial, uint64_t sector, struct zone *zone);
/* Up to so many of a type that can be written, the last ones of the disk first; a wanted state counts where it is not
 * 0. Returns how many. Zones whose sectors are written to otherwise (below BLK_UNTOUCHED) are left out if SWR. */
unsigned zones_find(struct trial *trial, enum zone_type type, enum zone_state state, struct zone *zones, unsigned most);

/*
 * A request about zones with so many bytes of data, each of which is `fill`; its status, or BLK_NO_STATUS and the trial
 * has failed. Of an append *at is where the data are said to be.
 */
uint8_t zone_ask(struct trial *trial, uint32_t type, uint64_t sector, uint32_t size, uint8_t fill, uint64_t *at);

#endif
