/* SPDX-License-Identifier: BSD-2-Clause */
/* What the files of the suite virtio.legacy have in common. */
#ifndef LEGACY_REGISTERS_H
#define LEGACY_REGISTERS_H

#include "drivers/virtio/virtio.h"
#include "tests/conformance/framework/test.h"

/* For subjects of scope_virtio_device: those that have a legacy interface. Of the others suite virtio.mode says so. */
bool has_legacy(const struct subject *subject);
/* Reasons to skip: a legacy interface that cannot be used; not both interfaces. */
const char *needs_legacy(const struct subject *subject);
const char *needs_both(const struct subject *subject);

/* A register of the legacy interface, VIRTIO_PCI_*. */
phys_addr legacy_register(const struct virtio_device *legacy, unsigned offset);

#endif
