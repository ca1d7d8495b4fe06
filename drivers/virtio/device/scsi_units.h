/* SPDX-License-Identifier: BSD-2-Clause */
/* Which units are behind a SCSI host, and which of them engines use. */
#ifndef VIRTIO_SCSI_UNITS_H
#define VIRTIO_SCSI_UNITS_H

#include "drivers/virtio/device/scsi.h"

/*
 * Asks every target which units it has, and each unit what it is; the disk becomes the one that can be made to do most.
 * False, with engine->fault, when the host itself does not do what it must: then nothing is known.
 */
bool scsi_find_unit(struct engine *engine, struct disk *disk);

/* Is the engine's unit ready? After a reset the first commands meet unit attentions, which they take away. */
bool scsi_unit_ready(struct engine *engine);

#endif
