/*
 * Suite engine, of the tables as a whole: a device that found no room in them would not be judged, and nobody would
 * know. The limits are ENGINES, ENGINE_FUNCTIONS and VIRTIO_DEVICES.
 */
#include "drivers/engine/engine.h"
#include "drivers/virtio/virtio.h"
#include "tests/conformance/framework.h"

static void nothing_left_out(struct trial *trial)
{
	if (virtio_left_out())
		trial_error(trial, "%u virtio devices are left out: busproof keeps %u at most", virtio_left_out(), VIRTIO_DEVICES);
	if (engine_left_out())
		trial_error(trial, "%u engines are left out: busproof keeps %u at most, %u of them no virtio devices",
			    engine_left_out(), ENGINES, ENGINE_FUNCTIONS);
}
CONFORMANCE_TEST("engine.nothing-left-out", nothing_left_out);
