/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Suite virtio.view: whole buffers, as large as the device takes them, in pages that are scattered. Once in each way of
 * reaching the device, on its plain rings: how chains are laid out or announced changes nothing of what a buffer's
 * pages are. How each page is looked at is probe/whole.h's.
 */
#include <linux/virtio_ids.h>

#include "drivers/virtio/device/disk.h"
#include "drivers/virtio/engine.h"
#include "tests/conformance/probe/engine_trial.h"
#include "tests/conformance/probe/whole.h"

/* What only answers writes as much of a buffer as it has to say. */
static const char *needs_data(const struct subject *subject)
{
	uint16_t type = virtio_engine_of(subject->engine)->device->type;

	if ((type == VIRTIO_ID_BLOCK || type == VIRTIO_ID_SCSI) && disk_of(subject->engine)->answers)
		return subject->engine->no_reads;
	return needs_writes(subject);
}

static void whole_write(struct trial *trial)
{
	if (trial_start(trial, trial->subject->engine))
		whole_written(trial, trial->subject->engine);
}
CONFORMANCE_TEST("virtio.view.whole-write", whole_write,
		 "All pages of the largest buffer that the device writes are written, each where it leads, to the last "
		 "byte.",
		 .scope = &scope_virtio_engine, .about = on_plain_ring, .skip = needs_data, .clauses = "DEF-1 DEF-3",
		 .judged_by = EVIDENCE);

static void read_whole(struct trial *trial)
{
	if (trial_start(trial, trial->subject->engine) && trial_can_read(trial))
		whole_read(trial, trial->subject->engine);
}
CONFORMANCE_TEST("virtio.view.whole-read", read_whole,
		 "All pages of the largest buffer that the device reads are read where they lead, and nothing moves.",
		 .scope = &scope_virtio_engine, .about = on_plain_ring, .skip = needs_reads,
		 .clauses = "DEF-1 DEF-3 SPLIT-3", .judged_by = EVIDENCE);
