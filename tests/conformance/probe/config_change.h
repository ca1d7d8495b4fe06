/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Changes of a device's configuration that the host can make, one for each type that has such a field: the capacity of
 * a disk, the status of a network's link, the pages that a balloon is to take. Each goes away from what is, and back.
 */
#ifndef CONFIG_CHANGE_H
#define CONFIG_CHANGE_H

#include "tests/conformance/probe/engine_trial.h"

struct config_change {
	const struct config_change_type *type;
	struct engine *engine;
	uint64_t first, away;		/* the field as it was, and as it is to become; in the driver's own order */
};

/* The engines of such devices with the plainest of rings, modern and legacy. */
extern const struct conformance_scope scope_changing;

/* Features without which the field says nothing, for virtio_plan.also. */
uint64_t change_features(const struct engine *engine);

/* Looks at the field of an engine that is started. False, with a complaint or a skip, when it cannot be changed. */
bool change_prepare(struct trial *trial, struct engine *engine, struct config_change *change);
/* Has the host make the change, or take it back. False: it did not. */
bool change_make(struct trial *trial, const struct config_change *change, bool back);
/* The field as the driver reads it. False, with a complaint, when it never holds still. */
bool change_read(struct trial *trial, const struct config_change *change, uint64_t *value);
/* The same without a complaint. */
bool change_peek(const struct config_change *change, uint64_t *value);
/* Of a field that takes two accesses: each half by itself, in its place, as an access finds it. False: it takes one. */
bool change_read_lower(const struct config_change *change, uint64_t *value);
bool change_read_upper(const struct config_change *change, uint64_t *value);
const char *change_name(const struct config_change *change);

/* Is another byte of the configuration the field's own? */
bool change_covers(const struct config_change *change, uint32_t offset);

#endif
