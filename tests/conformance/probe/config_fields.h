/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Device-specific configuration, looked at byte by byte and field by field: for suites virtio.device and virtio.legacy,
 * which see the same configuration through the two interfaces.
 *
 * Source: VIRTIO 1.4, section 2.5, and each device type's configuration layout.
 */
#ifndef CONFIG_FIELDS_H
#define CONFIG_FIELDS_H

#include "tests/conformance/probe/engine_trial.h"

/*
 * Fields of more than one byte that hold still. The most that each can reasonably be is less than what it would be with
 * its bytes swapped, so that a wrong order shows even where there is no second interface to compare with.
 */
struct config_field {
	uint16_t type;
	const char *name;
	uint32_t offset, width;
	uint64_t most;
	uint64_t with;			/* the feature that it is there with; 0: always */
};
#define CONFIG_FIELDS	11
extern const struct config_field config_fields[CONFIG_FIELDS];

bool config_has_field(const struct virtio_device *device, const struct config_field *field);
/* Any of them? */
bool config_has_fields(const struct virtio_device *device);
/* False, with a complaint, when it cannot be read. */
bool config_read_field(struct trial *trial, const struct virtio_device *device, const struct config_field *field,
		       uint64_t *value);
/* All fields of this device's type through its modern interface, after VERSION_1 was accepted. */
bool config_read_modern(struct trial *trial, struct virtio_device *device, uint64_t *values);
/*
 * Is the value in the right byte order? One that is too large for that is right nevertheless where the device does as
 * it says: of a disk that takes nothing smaller than its blocks, that is the size of them.
 */
bool config_in_order(const struct virtio_device *device, const struct config_field *field, uint64_t value);

/* The first byte that wider accesses see differently, or -1; width is that of the access. */
int config_first_difference(const struct virtio_device *device, unsigned *width, uint8_t *single, uint8_t *wide);

#endif
