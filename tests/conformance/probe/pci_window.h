/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The window through which a BAR is reached from configuration space: accesses of one structure, 1, 2 or 4 bytes wide.
 */
#ifndef PCI_WINDOW_H
#define PCI_WINDOW_H

#include "tests/conformance/probe/engine_trial.h"

uint32_t window_read(const struct virtio_device *device, const struct virtio_structure *structure, unsigned offset,
		     unsigned width);
void window_write(const struct virtio_device *device, const struct virtio_structure *structure, unsigned offset,
		  unsigned width, uint32_t value);

/* Reason to skip, for subjects with an engine or a device: there is no window. */
const char *needs_window(const struct subject *subject);

#endif
