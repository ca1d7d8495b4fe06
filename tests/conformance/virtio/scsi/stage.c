/* SPDX-License-Identifier: BSD-2-Clause */
/* What tests of a SCSI host's events begin with: see stage.h. */
#include "tests/conformance/virtio/scsi/stage.h"

#include "tests/conformance/probe/host_event.h"

#define TARGETS		16u		/* that a second disk is looked for at */

struct stage stage;

/* Starts the engine with these features beside its own, and buffers for events. */
bool stage_start(struct trial *trial, uint64_t features)
{
	struct virtio_engine *virtio = virtio_engine_of(trial->subject->engine);

	stage = (struct stage) { .mode = *virtio->mode };
	stage.mode.features |= features;
	virtio->plan = (struct virtio_plan) { .instead = &stage.mode };
	pci_name(virtio->device->function, stage.place);
	return exchanges_start(trial, &stage.all, EVENT + BUFFERS);
}

struct scsi_answer stage_inquire(struct trial *trial, uint8_t target, uint8_t *kind)
{
	static const uint8_t nothing[VIRTIO_SCSI_SENSE_SIZE];

	exchange_command(&stage.all, COMMAND, &(struct scsi_command) {
		.target = target, .cdb = { [0] = INQUIRY, [4] = 36 }, .size = 36, .device_writes = true,
	});
	if (!exchange_run(trial, &stage.all, COMMAND))
		return (struct scsi_answer) { .response = SCSI_PATTERN, .sense = nothing };
	*kind = stage.all.each[COMMAND].frame[EXCHANGE_DATA];
	return exchange_answer(&stage.all, &stage.all.each[COMMAND]);
}

/* A disk that is unit 0 of another target than the engine's. */
bool stage_find_disk(struct trial *trial)
{
	for (unsigned target = 0; target < TARGETS && trial_good(trial); target++) {
		uint8_t kind;

		if (target == disk_of(stage.all.engine)->target ||
		    stage_inquire(trial, target, &kind).response != VIRTIO_SCSI_S_OK || kind != 0)
			continue;
		stage.disk = (struct scsi_command) { .target = target };
		return settle_unit(trial, &stage.all, &stage.disk);
	}
	if (trial_good(trial))
		trial_skip(trial,
			   "there is no second disk that could go: add -device scsi-hd,scsi-id=2,id=ID,drive=ID");
	return false;
}

bool stage_unplug(struct trial *trial)
{
	return host_event(trial, NULL, "unplug %s %u %u", stage.place, stage.disk.target, stage.disk.unit);
}

bool stage_plug(struct trial *trial)
{
	return host_event(trial, NULL, "plug %s %u %u", stage.place, stage.disk.target, stage.disk.unit);
}

static const char *needs_feature(const struct subject *subject, unsigned feature, const char *not_offered)
{
	if (!(virtio_engine_of(subject->engine)->device->offered & VIRTIO_BIT(feature)))
		return not_offered;
	return scsi_needs_unit(subject) ? scsi_needs_unit(subject) : needs_host(subject);
}

const char *stage_needs_hotplug(const struct subject *subject)
{
	return needs_feature(subject, VIRTIO_SCSI_F_HOTPLUG, "HOTPLUG is not offered: give it hotplug=on");
}

const char *stage_needs_change(const struct subject *subject)
{
	return needs_feature(subject, VIRTIO_SCSI_F_CHANGE, "CHANGE is not offered: give it param_change=on");
}
