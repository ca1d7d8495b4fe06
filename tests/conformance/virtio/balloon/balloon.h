/* SPDX-License-Identifier: BSD-2-Clause */
/* What the tests of suite virtio.balloon have in common. */
#ifndef VIRTIO_BALLOON_SUITE_H
#define VIRTIO_BALLOON_SUITE_H

#include <linux/virtio_balloon.h>

#include "drivers/virtio/device/balloon.h"
#include "tests/conformance/probe/virtio_type.h"

/* A ring in its plain form: on_plain_ring() is about devices that do DMA. */
bool balloon_plain_ring(const struct subject *subject);
/* Reasons to skip; NULL where the test applies. */
const char *balloon_needs_reports(const struct subject *subject);
const char *balloon_needs_poison(const struct subject *subject);
const char *balloon_needs_hints(const struct subject *subject);

/* Starts the trial's engine with another driver than the plain one: virtio_plan.driver. */
bool balloon_begin_as(struct trial *trial, const struct virtio_driver *driver);

#endif
