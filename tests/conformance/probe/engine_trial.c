/* SPDX-License-Identifier: BSD-2-Clause */
/* What tests that use an engine have in common: see engine_trial.h. */
#include "tests/conformance/probe/engine_trial.h"

#include <linux/virtio_ids.h>

#include "boot/frames.h"
#include "boot/string.h"

bool trial_start(struct trial *trial, struct engine *engine)
{
	if (engine_start(engine))
		return true;
	trial_error(trial, "the device cannot be started: %s", engine->fault);
	return false;
}

bool trial_start_oracle(struct trial *trial, enum dma_direction permission, struct oracle *oracle)
{
	return trial_start(trial, trial->subject->engine) &&
	       oracle_make(trial, trial->subject->engine, permission, oracle);
}

bool trial_can_read(struct trial *trial)
{
	if (trial->subject->engine->no_reads)
		trial_skip(trial, "%s", trial->subject->engine->no_reads);
	return trial_good(trial);
}

bool trial_take_frame(struct trial *trial, phys_addr *frame)
{
	if (frames_take(1, FRAME_SIZE, frame))
		return true;
	trial_error(trial, "no frame is free");
	return false;
}

bool trial_take_table(struct trial *trial, uint64_t bytes, uint64_t alignment, phys_addr *table)
{
	size_t frames = (bytes + FRAME_SIZE - 1) / FRAME_SIZE;

	if (!frames_take(frames, alignment < FRAME_SIZE ? FRAME_SIZE : alignment, table)) {
		trial_error(trial, "no memory for a table of %llu bytes", (unsigned long long)bytes);
		return false;
	}
	memset(arch_pointer(*table), 0, frames * FRAME_SIZE);
	return true;
}

void expect_recovers(struct trial *trial, struct engine *engine)
{
	struct text evidence = trial->evidence;
	struct oracle oracle;
	struct sighting sighting;

	engine_stop(engine);
	if (!engine_start(engine)) {
		trial_fail(trial, "wedged: after a reset the device cannot be started: %s", engine->fault);
		return;
	}
	if (!oracle_make(trial, engine, DMA_DEVICE_BOTH, &oracle))
		return;
	sighting = oracle_device_writes(trial, engine, &oracle, ENGINE_LIMIT);
	engine_stop(engine);
	oracle_release(&oracle);
	if (sighting.result == ENGINE_DONE && sighting.view == engine->view) {
		/* What worked is no evidence of what did not. */
		trial->evidence = evidence;
		trial->evidence.buffer[evidence.length] = 0;
		return;
	}
	trial_fail(trial, "wedged: after a reset a good request does not work (%s)",
		   engine_result_name(sighting.result));
}

void end_and_recover(struct trial *trial, struct oracle *oracle)
{
	engine_stop(trial->subject->engine);
	oracle_release(oracle);
	expect_recovers(trial, trial->subject->engine);
}

bool writes_beside(const struct engine *engine, const struct engine *other)
{
	return engine->function->domain == other->function->domain && engine->view == VIEW_BUS &&
	       (engine->directions & DMA_DEVICE_WRITES) && !engine->no_writes;
}

uint32_t transfer_size(const struct engine *engine)
{
	uint32_t size = engine->granule > 64 ? engine->granule : 64;

	return size < engine->largest ? size : engine->largest;
}

const char *hangs_when_disabled(const struct subject *subject)
{
	static const uint16_t types[] = { VIRTIO_ID_BLOCK, VIRTIO_ID_SCSI, VIRTIO_ID_CRYPTO };
	const struct virtio_engine *virtio = virtio_engine_of(subject->engine);

	if (!virtio || !(virtio->mode->features & VIRTIO_RING_PACKED))
		return NULL;
	for (unsigned i = 0; i < sizeof(types) / sizeof(types[0]); i++)
		if (virtio->device->type == types[i])
			return known_end("qemu-packed-loop-when-disabled");
	return NULL;
}

bool does_dma(const struct subject *subject)
{
	return subject->engine->directions;
}

bool on_plain_ring(const struct subject *subject)
{
	return does_dma(subject) && !(virtio_engine_of(subject->engine)->mode->features & ~VIRTIO_RING_PACKED);
}

bool on_each_layout(const struct subject *subject)
{
	return does_dma(subject) &&
	       !(virtio_engine_of(subject->engine)->mode->features & ~(VIRTIO_RING_PACKED | VIRTIO_INDIRECT_DESC));
}

#define NO_TRANSLATION	"nothing translates addresses here: view identity"

const char *needs_engine(const struct subject *subject)
{
	if (subject->engine)
		return NULL;
	if (!domain_translates(subject->domain))
		return NO_TRANSLATION;
	return "no device behind this bridge that can be made to do DMA through it";
}

const char *needs_64_bits(const struct subject *subject)
{
	if (subject->engine && subject->engine->address_bits < 64)
		return "the device has no 64-bit addresses";
	return needs_engine(subject);
}

const char *needs_writes(const struct subject *subject)
{
	if (!(subject->engine->directions & DMA_DEVICE_WRITES))
		return "the device never writes memory of our choice";
	return subject->engine->no_writes;
}

const char *needs_reads(const struct subject *subject)
{
	if (!(subject->engine->directions & DMA_DEVICE_READS))
		return "the device never reads memory of our choice";
	return subject->engine->no_reads;
}

const char *needs_bus_view(const struct subject *subject)
{
	if (subject->engine->view == VIEW_IDENTITY)
		return NO_TRANSLATION;
	if (subject->engine->view != VIEW_BUS)
		return "bit 33 is not offered: the device knows no bus addresses";
	return needs_writes(subject);
}

const char *needs_bus_view_reads(const struct subject *subject)
{
	if (subject->engine->view == VIEW_IDENTITY)
		return NO_TRANSLATION;
	if (subject->engine->view != VIEW_BUS)
		return "bit 33 is not offered: the device knows no bus addresses";
	return needs_reads(subject);
}

const char *needs_physical_view(const struct subject *subject)
{
	if (subject->engine->view == VIEW_IDENTITY)
		return NO_TRANSLATION;
	if (subject->engine->view != VIEW_PHYSICAL)
		return "bit 33 is offered: its addresses are bus addresses";
	return needs_writes(subject);
}

const char *needs_pci(const struct subject *subject)
{
	return subject->function->host ? NULL : "in a slot of virtio-mmio, which is not PCI";
}

const char *needs_ring_reset(const struct subject *subject)
{
	const struct virtio_device *device = virtio_engine_of(subject->engine)->device;

	if (!(device->offered & VIRTIO_RING_RESET))
		return "RING_RESET is not offered";
	if (device->common.length < VIRTIO_COMMON_Q_RESET + sizeof(uint16_t))
		return "the common configuration is too short for queue_reset";
	return needs_writes(subject);
}

const char *needs_write_protection(const struct subject *subject)
{
	if (subject->engine->view != VIEW_IDENTITY &&
	    !domain_can(subject->engine->function->domain, DOMAIN_WRITE_PROTECTION))
		return "the host bridge has no write protection";
	return needs_bus_view(subject);
}
