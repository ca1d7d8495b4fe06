/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A picture of a GPU's, in memory whose address the device is told in a command: each command by itself, for suites
 * virtio.work, virtio.view and virtio.refuse. They return the type of the answer, 0 when there is none.
 */
#ifndef PICTURE_H
#define PICTURE_H

#include "drivers/virtio/device/gpu.h"
#include "tests/conformance/probe/engine_trial.h"

/* As big as its backing: large enough that no device keeps a copy of it while it is attached. */
#define PICTURE_WIDE	128u		/* pixels */
#define PICTURE_HIGH	64u
#define PICTURE_BYTES	(PICTURE_WIDE * PICTURE_HIGH * 4)

uint32_t picture_create(struct engine *engine);
/* The same for tests that need it; false, and the trial is over, where it cannot be made. Whoever sets the device up
 * may have left it too little memory for a picture. */
bool picture_made(struct trial *trial);
uint32_t picture_attach(struct engine *engine, uint64_t number);
/* From its backing to the screen. */
uint32_t picture_show(struct engine *engine);
uint32_t picture_detach(struct engine *engine);
uint32_t picture_destroy(struct engine *engine);

#endif
