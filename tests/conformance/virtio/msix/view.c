/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Suite virtio.msix, the view of a message: its address is one of memory here, so that the device writes the data
 * there. A message is DMA like any other, but its address is none of the driver's: whatever was negotiated, it is the
 * bus's. Nothing need be there to take messages.
 *
 * Source: VIRTIO 1.4, 6 (ACCESS_PLATFORM is about the driver's addresses); PCI Local Bus Specification 3.0, 6.8.
 */
#include <linux/virtio_pci.h>

#include "boot/clock.h"
#include "tests/conformance/probe/judge.h"
#include "tests/conformance/probe/virtio_trial.h"
#include "tests/conformance/virtio/msix/rig.h"

#define DATA_MARK	0x5a000001u	/* the rest of the data is random */

static struct pci_messages messages;
static struct pci_message message;

/* All queues with the one vector, which is the only one in use; the configuration with none. */
static bool switch_on(struct virtio_device *device)
{
	bool good = virtio_messages_start(device, &messages, 1) && pci_message_set(&messages, 0, message) &&
		    pci_message_mask(&messages, 0, false) && virtio_config_vector(device, VIRTIO_MSI_NO_VECTOR);

	for (uint16_t queue = 0; good && queue < VIRTIO_ENGINE_QUEUES; queue++)
		if (device->transport->queue_size(device, queue) != 0)
			good = virtio_queue_vector(device, queue, 0);
	return good;
}

static uint32_t word_at(phys_addr frame, const struct oracle *oracle)
{
	const volatile uint8_t *bytes = (const volatile uint8_t *)arch_pointer(frame) + oracle->offset;

	return bytes[0] | (uint32_t)bytes[1] << 8 | (uint32_t)bytes[2] << 16 | (uint32_t)bytes[3] << 24;
}

static bool seen(const struct oracle *oracle)
{
	return word_at(oracle->decoy.physical_frame, oracle) == message.data ||
	       word_at(oracle->decoy.bus_frame, oracle) == message.data;
}

static struct sighting request(struct trial *trial, const struct oracle *oracle, const struct dma_area *area)
{
	struct engine *engine = trial->subject->engine;
	uint64_t number = virtio_address(virtio_engine_of(engine)->device, &area->map, 0);
	struct sighting sighting = { .view = VIEW_NONE };

	dma_sync(&oracle->decoy.map, DMA_TO_DEVICE);
	sighting.result = engine_transfer(engine, DMA_DEVICE_WRITES, number, transfer_size(engine), ENGINE_LIMIT,
					  NULL);
	if (sighting.result == ENGINE_DONE)
		expect(trial, poll_soon(seen(oracle), INTERRUPT_LATE), "the message's data %#x is in no frame",
		       message.data);
	sighting.view = oracle_look(trial, oracle);
	return sighting;
}

static void view(struct trial *trial)
{
	struct engine *engine = trial->subject->engine;
	struct oracle oracle;
	struct dma_area area;

	if (!oracle_make(trial, engine, DMA_DEVICE_BOTH, &oracle))
		return;
	oracle.size = sizeof(message.data);
	message.address = oracle_number(&oracle);
	message.data = DATA_MARK | ((uint32_t)trial_random(trial) & 0x00ffff00u);
	virtio_engine_of(engine)->plan.messages = switch_on;
	if (!trial_start(trial, engine))
		return;
	if (!dma_area_make(&area, engine->function, 1)) {
		trial_error(trial, "no room for a buffer");
		return;
	}
	clock_wait(clock_silence(patience_grace(&engine->patience)));
	oracle_renew(&oracle);
	oracle_note(trial, &oracle);
	judge_view(trial, STRUCTURE_MESSAGE, request(trial, &oracle, &area));
	engine_stop(engine);
	dma_area_release(&area);
	oracle_release(&oracle);
}

static const char *needs_msix_and_writes(const struct subject *subject)
{
	const char *lacking = needs_msix(subject);

	return lacking ? lacking : needs_writes(subject);
}
CONFORMANCE_TEST("virtio.msix.view", view,
		 "A message is written with its data where the bus takes its address, and nothing beside it.",
		 .scope = &scope_msix_engine, .skip = needs_msix_and_writes, .judged_by = EVIDENCE);
