/* SPDX-License-Identifier: BSD-2-Clause */
/* Rings whose parts are at frames of the test's own: see parts.h. */
#include "tests/conformance/probe/parts.h"

#include "boot/string.h"

static bool parts_place(struct trial *trial, struct parts *parts)
{
	struct engine *engine = trial->subject->engine;
	struct virtio_engine *virtio = virtio_engine_of(engine);
	struct virtio_plan plan = { 0 };

	memset(parts, 0, sizeof(*parts));
	parts->count = virtio->mode->features & VIRTIO_INDIRECT_DESC ? VIRTQUEUE_PLACES : VIRTQUEUE_PARTS;
	for (unsigned i = 0; i < parts->count; i++) {
		struct dma_area *area = &parts->areas[i];

		if (!dma_area_make(area, engine->function, 1)) {
			trial_error(trial, "no room for a part of the ring");
			return false;
		}
		plan.places[i] = (struct virtqueue_place) {
			area->memory, engine->view == VIEW_BUS ? area->map.address.value : area->memory.value,
		};
	}
	virtio->plan = plan;
	return true;
}

void parts_release(struct parts *parts)
{
	for (unsigned i = 0; i < parts->count; i++)
		dma_area_release(&parts->areas[i]);
}

bool parts_work(struct trial *trial, const struct oracle *oracle, const char *when)
{
	struct engine *engine = trial->subject->engine;
	struct sighting sighting;

	oracle_renew(oracle);
	sighting = oracle_device_writes(trial, engine, oracle, ENGINE_LIMIT);
	return expect(trial, sighting.result == ENGINE_DONE && sighting.view == engine->view,
		      "a request %s does not work (%s, seen in view %s)", when, engine_result_name(sighting.result),
		      view_name(sighting.view));
}

bool parts_begin(struct trial *trial, struct parts *parts, struct oracle *oracle)
{
	return parts_place(trial, parts) && trial_start_oracle(trial, DMA_DEVICE_BOTH, oracle) &&
	       parts_work(trial, oracle, "in rings at their first places");
}
