/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Suite virtio.net: frames at the edge of the MTU, which counts the bytes behind an Ethernet header, where that feature
 * was accepted. A witness has what is sent, and sends what must not be received.
 *
 * Source: VIRTIO 1.4, section 5.1.4.1.
 */
#include "tests/conformance/virtio/net/station.h"

#include "boot/string.h"

VIRTIO_TYPE_SCOPE(net, VIRTIO_ID_NET);

#define BEYOND	8u			/* more bytes than a tag is allowed to have */

static const char *needs_mtu(const struct subject *subject)
{
	return virtio_engine_of(subject->engine)->device->offered & NET_BIT(MTU) ? needs_witness(subject) :
	       "MTU is not offered: give it host_mtu=1500";
}

/* A device and its largest frame, 0 and the trial is over where the witness has no frames beyond that. */
static uint32_t start(struct trial *trial, struct station *station)
{
	uint64_t mtu = 0;

	if (!station_watched(trial, station, NET_BIT(MTU), STATION_BUFFER, 1))
		return 0;
	virtio_config_read(station->virtio->device, offsetof(struct virtio_net_config, mtu), 2, &mtu);
	if (mtu >= NE2000_SMALLEST && ETH_HLEN + mtu + BEYOND <= NE2000_LARGEST)
		return ETH_HLEN + mtu;
	trial_skip(trial, "the witness cannot send frames around an MTU of %u: give it host_mtu=1500", (unsigned)mtu);
	station_stop(station);
	return 0;
}

static void mtu_sent(struct trial *trial)
{
	static uint8_t frame[STATION_FRAME], seen[STATION_FRAME];
	struct station station;
	uint32_t largest = start(trial, &station);

	for (uint32_t size = largest - 1; largest && size <= largest && trial_good(trial); size++) {
		uint32_t came;

		frame_make(frame, size, witness_mac, station.mac, size);
		if (!station_send(&station, NULL, frame, size, 1))
			break;
		came = witness_receive(&station, seen, sizeof(seen));
		expect(trial, came == size && memcmp(seen, frame, size) == 0,
		       "a frame of %u bytes, within the MTU: the wire has another one, of %u", size, came);
	}
	if (largest)
		station_stop(&station);
}
CONFORMANCE_TEST("virtio.net.mtu-sent", mtu_sent,
		 "Frames that are as long as the MTU lets them be are sent whole.",
		 .scope = &scope_net, .about = on_each_interface, .skip = needs_mtu, .clauses = "NET-7",
		 .judged_by = EVIDENCE);

/* Behind the frame that must not come is the longest that must. */
static void mtu_received(struct trial *trial)
{
	static uint8_t frame[STATION_FRAME];
	static struct received received;
	struct station station;
	uint32_t largest = start(trial, &station);

	if (largest == 0)
		return;
	for (uint32_t size = largest + BEYOND; size >= largest && trial_good(trial); size -= BEYOND) {
		frame_make(frame, size, station.mac, witness_mac, size);
		if (!witness_send(&station, frame, size))
			break;
	}
	if (trial_good(trial) && station_receive(&station, &received))
		expect(trial, received.size <= largest, "beyond the MTU: a frame of %u bytes is received, %u are the "
		       "most", received.size, largest);
	if (trial_good(trial))
		expect(trial, received.size == largest && memcmp(received.frame, frame, largest) == 0,
		       "a frame of %u bytes, within the MTU: another one is received, of %u", largest, received.size);
	station_stop(&station);
}
CONFORMANCE_TEST("virtio.net.mtu-received", mtu_received,
		 "Frames that are longer than the MTU are not received.",
		 .scope = &scope_net, .about = on_each_interface, .skip = needs_mtu, .clauses = "NET-6",
		 .judged_by = EVIDENCE);
