/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What tests of events begin with: an engine that has accepted features of its type beside those of its mode, buffers
 * for events, and a disk beside the engine's, at another target, that the host can take away and give another size.
 */
#ifndef VIRTIO_SCSI_STAGE_H
#define VIRTIO_SCSI_STAGE_H

#include "tests/conformance/virtio/scsi/scsi.h"

/* Exchanges: one for commands, and behind it buffers for events. */
#define COMMAND		0
#define EVENT		1
#define BUFFERS		3u

struct stage {
	struct exchanges all;
	struct virtio_mode mode;	/* the engine's, with features of the type */
	char place[16];
	struct scsi_command disk;	/* the second one */
};

/* The one there is. */
extern struct stage stage;

/* Starts the engine with these features, and makes the exchanges. */
bool stage_start(struct trial *trial, uint64_t features);
/* Finds the second disk, and lets it tell what it has to. Skips the trial where there is none. */
bool stage_find_disk(struct trial *trial);
/* INQUIRY of unit 0 there; kind is what its data begin with. */
struct scsi_answer stage_inquire(struct trial *trial, uint8_t target, uint8_t *kind);
/* Asks the host to take the disk away, or to bring it back. */
bool stage_unplug(struct trial *trial);
bool stage_plug(struct trial *trial);

/* Reasons to skip; NULL where the test applies. */
const char *stage_needs_hotplug(const struct subject *subject);
const char *stage_needs_change(const struct subject *subject);

#endif
