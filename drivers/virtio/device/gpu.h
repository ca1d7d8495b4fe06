/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The GPU device, as an engine and for the tests that are about its commands (2D only).
 */
#ifndef VIRTIO_GPU_H
#define VIRTIO_GPU_H

#include <linux/virtio_gpu.h>

#include "drivers/virtio/engine.h"

/*
 * Runs a command on an engine that is started: request begins with a header, of which the type is set by the caller.
 * The answer (NULL, or answer_size bytes) gets what the device wrote. answer_type gets its type (VIRTIO_GPU_RESP_*).
 */
enum engine_result gpu_run(struct engine *engine, const void *request, uint32_t size, void *answer,
			   uint32_t answer_size, uint32_t *answer_type);

#endif
