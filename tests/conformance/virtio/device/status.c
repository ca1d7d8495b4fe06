/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Suite virtio.device: the status byte of a device that is started, bit by bit. Each bit that a driver sets reads back,
 * FAILED too, and nothing else does; a reset takes all of them back.
 *
 * Source: VIRTIO 1.4, section 2.1.
 */
#include "tests/conformance/probe/virtio_trial.h"

static bool is_plainest(unsigned number, const struct conformance_scope *scope)
{
	const struct virtio_engine *virtio = virtio_engine_of(engine_get(number));

	(void)scope;
	return virtio && virtio->mode->features == 0;
}

static const struct conformance_scope scope_plainest = {
	.of = &scope_engine, .only = is_plainest,
	.words = "each virtio device with a plain split ring, modern or legacy",
};

static bool expect_status(struct trial *trial, const struct virtio_device *device, uint8_t status)
{
	uint8_t found = virtio_status(device);

	return expect(trial, found == status, "status: %#x was written, and %#x is read", status, found);
}

/* What a driver sets one after the other before features are settled; then of one that runs, and that gives up. */
static void status_bits(struct trial *trial)
{
	struct engine *engine = trial->subject->engine;
	struct virtio_device *device = virtio_engine_of(engine)->device;
	uint8_t steps[] = {
		VIRTIO_CONFIG_S_ACKNOWLEDGE, VIRTIO_CONFIG_S_ACKNOWLEDGE | VIRTIO_CONFIG_S_DRIVER,
		VIRTIO_CONFIG_S_ACKNOWLEDGE | VIRTIO_CONFIG_S_DRIVER | VIRTIO_CONFIG_S_FAILED,
	};
	uint8_t running = VIRTIO_CONFIG_S_ACKNOWLEDGE | VIRTIO_CONFIG_S_DRIVER | VIRTIO_CONFIG_S_DRIVER_OK;

	virtio_reset(device);
	for (unsigned i = 0; i < sizeof(steps) && trial_good(trial); i++) {
		virtio_set_status(device, steps[i]);
		expect_status(trial, device, steps[i]);
	}
	expect(trial, virtio_reset(device), "FAILED is not taken back by a reset: status %#x", virtio_status(device));
	if (!trial_good(trial) || !trial_start(trial, engine))
		return;
	if (device->transport->features_ok)
		running |= VIRTIO_CONFIG_S_FEATURES_OK;
	expect_status(trial, device, running);
	virtio_give_up(device);
	expect_status(trial, device, running | VIRTIO_CONFIG_S_FAILED);
	engine_stop(engine);
	expect_status(trial, device, 0);
	if (trial_good(trial) && trial_start(trial, engine))
		expect_status(trial, device, running);
	engine_stop(engine);
}
CONFORMANCE_TEST("virtio.device.status", status_bits,
		 "Each bit of the status that a driver sets reads back, FAILED too, and a reset takes all back.",
		 .scope = &scope_plainest, .clauses = "RESET-1 COMMON-7", .judged_by = FUNCTIONAL);
