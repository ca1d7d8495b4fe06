/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Suite virtio.net: a device that wants its driver to say on the network where it is, which the host can make it want:
 * a bit of the status, an interrupt, and the command by which the driver takes the bit away.
 *
 * Source: VIRTIO 1.4, sections 5.1.4 and 5.1.6.5.4.
 */
#include "tests/conformance/virtio/net/station.h"

#include <linux/virtio_pci.h>

#include "boot/clock.h"
#include "tests/conformance/probe/host_event.h"
#include "tests/conformance/probe/virtio_trial.h"

VIRTIO_TYPE_SCOPE(net, VIRTIO_ID_NET);

#define FEATURES	(NET_BIT(CTRL_VQ) | NET_BIT(STATUS) | NET_BIT(GUEST_ANNOUNCE))

static const char *needs_announce(const struct subject *subject)
{
	if (FEATURES & ~virtio_engine_of(subject->engine)->device->offered)
		return "CTRL_VQ, STATUS or GUEST_ANNOUNCE is not offered: give it ctrl_vq=on,status=on,"
		       "guest_announce=on";
	return needs_host(subject);
}

static uint8_t generation(const struct virtio_device *device)
{
	return device->transport->features_ok ? virtio_config_generation(device) : 0;
}

static void expect_status(const struct station *station, const char *when, uint64_t wanted)
{
	const uint32_t offset = offsetof(struct virtio_net_config, status);
	uint64_t status = 0;

	if (expect(station->trial, virtio_config_read(station->virtio->device, offset, 2, &status),
		   "%s the status cannot be read", when))
		expect(station->trial, status == wanted, "%s the status is %#llx, not %#llx", when,
		       (unsigned long long)status, (unsigned long long)wanted);
}

static bool ask_host(const struct station *station)
{
	char place[PCI_NAME];

	settle_interrupts(station->engine);
	return host_event(station->trial, NULL, "announce %s", pci_name(station->engine->function, place));
}

/* The bit, an interrupt that says so, and another generation. */
static void expect_wanted(const struct station *station, uint8_t before)
{
	const struct virtio_device *device = station->virtio->device;
	struct trial *trial = station->trial;
	uint8_t isr;

	if (!expect(trial, poll_soon(virtio_interrupt_pending(device), INTERRUPT_LATE),
		    "no interrupt is pending where an announcement is wanted"))
		return;
	isr = virtio_isr(device);
	expect(trial, isr & VIRTIO_PCI_ISR_CONFIG, "ISR where an announcement is wanted: expected bit 1, found %#x",
	       isr);
	expect_status(station, "where an announcement is wanted", VIRTIO_NET_S_LINK_UP | VIRTIO_NET_S_ANNOUNCE);
	expect(trial, !device->transport->features_ok || generation(device) != before,
	       "an announcement is wanted, and config_generation still is %u", before);
}

/* Without the feature nothing is asked for; the command is not there either. */
static void expect_unasked(struct trial *trial)
{
	struct station station;

	if (!station_start(trial, &station, FEATURES & ~NET_BIT(GUEST_ANNOUNCE)))
		return;
	if (ask_host(&station) && trial_good(trial)) {
		expect_status(&station, "without GUEST_ANNOUNCE", VIRTIO_NET_S_LINK_UP);
		expect(trial, !(virtio_isr(station.virtio->device) & VIRTIO_PCI_ISR_CONFIG),
		       "without GUEST_ANNOUNCE an announcement that is wanted interrupts");
	}
	station_stop(&station);
}

static void announce(struct trial *trial)
{
	static const uint8_t nothing;
	struct station station;
	uint8_t before;

	if (!station_start(trial, &station, FEATURES))
		return;
	before = generation(station.virtio->device);
	expect_status(&station, "before an announcement is wanted", VIRTIO_NET_S_LINK_UP);
	if (trial_good(trial) && ask_host(&station) && trial_good(trial))
		expect_wanted(&station, before);
	if (station_commanded(&station, "ANNOUNCE_ACK", VIRTIO_NET_CTRL_ANNOUNCE, VIRTIO_NET_CTRL_ANNOUNCE_ACK,
			      &nothing, 0))
		expect_status(&station, "behind ANNOUNCE_ACK", VIRTIO_NET_S_LINK_UP);
	station_stop(&station);
	if (trial_good(trial))
		expect_unasked(trial);
}
CONFORMANCE_TEST("virtio.net.announce", announce,
		 "An announcement is a bit of the status, with an interrupt, until the driver acknowledges it, and "
		 "never without GUEST_ANNOUNCE.",
		 .scope = &scope_net, .about = on_each_interface, .skip = needs_announce, .clauses = "NET-110",
		 .judged_by = EVIDENCE);
