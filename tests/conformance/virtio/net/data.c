/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Suite virtio.net: frames of every length near the edges, in many cuts, in both directions, byte by byte against what
 * a witness on the same network has sent or received; and the header before each of them.
 *
 * Source: VIRTIO 1.4, section 5.1.6.
 */
#include "tests/conformance/virtio/net/station.h"

#include "boot/string.h"

VIRTIO_TYPE_SCOPE(net, VIRTIO_ID_NET);

/* Around the smallest and the largest frame, sizes of caches and pages, and odd ones between. */
static const uint16_t sizes[] = {
	60, 61, 62, 63, 64, 65, 127, 128, 129, 255, 256, 257, 511, 513, 777, 1023, 1024, 1025, 1499, 1500, 1501, 1512,
	1513, 1514,
};
#define SIZES	((unsigned)(sizeof(sizes) / sizeof(sizes[0])))

/* All of them in the plain modes, in others some: what they are about does not depend on sizes. */
static unsigned step(const struct trial *trial)
{
	return on_plain_ring(trial->subject) ? 1 : 4;
}

/* The device has sent a frame, and the witness has it. */
static bool expect_sent(struct station *station, const void *header, const uint8_t *frame, uint32_t size,
			unsigned pieces)
{
	static uint8_t seen[STATION_FRAME];
	uint32_t came;

	if (!station_send(station, header, frame, size, pieces))
		return false;
	came = witness_receive(station, seen, sizeof(seen));
	if (came == 0 ||
	    !expect(station->trial, came == size, "a frame of %u bytes in %u pieces: the wire has %u of them", size,
		    pieces, came))
		return false;
	for (uint32_t i = 0; i < size && memcmp(seen, frame, size) != 0; i++)
		if (!expect(station->trial, seen[i] == frame[i],
			    "byte %u of a frame of %u in %u pieces is %#x on the wire, not %#x", i, size, pieces,
			    seen[i], frame[i]))
			return false;
	return true;
}

static void sent(struct trial *trial)
{
	static uint8_t frame[STATION_FRAME];
	uint16_t number = trial_random(trial) & 0xff00;
	struct station station;

	if (!station_watched(trial, &station, 0, STATION_BUFFER, 1))
		return;
	for (unsigned i = 0; i < SIZES && trial_good(trial); i += step(trial)) {
		frame_make(frame, sizes[i], witness_mac, station.mac, number + i);
		expect_sent(&station, NULL, frame, sizes[i], 1 + i % STATION_PIECES);
	}
	station_stop(&station);
}
CONFORMANCE_TEST("virtio.net.sent", sent,
		 "Frames of many lengths, in 1 to 16 pieces, come out on the wire as they were given.",
		 .scope = &scope_net, .about = does_dma, .skip = needs_witness, .clauses = "NET-29",
		 .judged_by = EVIDENCE);

void expect_plain_header(struct station *station, const struct received *received)
{
	struct virtio_net_hdr_v1 header;

	memcpy(&header, received->header, sizeof(header));
	expect_equal(station->trial, "flags of a frame that was received", header.flags, 0);
	expect_equal(station->trial, "gso_type of a frame that was received", header.gso_type,
		     VIRTIO_NET_HDR_GSO_NONE);
}

/* The witness has sent a frame, and the device has it. */
static bool expect_received(struct station *station, const uint8_t *frame, uint32_t size, struct received *received)
{
	if (!witness_send(station, frame, size) || !station_receive(station, received))
		return false;
	if (!expect(station->trial, received->size == size, "a frame of %u bytes is received with %u of them", size,
		    received->size))
		return false;
	for (uint32_t i = 0; i < size && memcmp(received->frame, frame, size) != 0; i++)
		if (!expect(station->trial, received->frame[i] == frame[i],
			    "byte %u of a frame of %u is received as %#x, not %#x", i, size, received->frame[i],
			    frame[i]))
			return false;
	expect_plain_header(station, received);
	return trial_good(station->trial);
}

static void received_in(struct trial *trial, struct station *station, unsigned pieces, unsigned by)
{
	static uint8_t frame[STATION_FRAME];
	static struct received received;

	if (!station_watched(trial, station, 0, STATION_BUFFER, pieces))
		return;
	for (unsigned i = 0; i < SIZES && trial_good(trial); i += by) {
		frame_make(frame, sizes[i], i % 2 ? broadcast_mac : station->mac, witness_mac, i);
		if (expect_received(station, frame, sizes[i], &received))
			expect_equal(trial, "buffers of a frame without MRG_RXBUF", received.buffers, 1);
		station_post(station);
	}
	station_stop(station);
}

static void received_whole(struct trial *trial)
{
	struct station station;

	received_in(trial, &station, 1, step(trial));
}
CONFORMANCE_TEST("virtio.net.received", received_whole,
		 "Frames of many lengths arrive whole, behind a header that asks for nothing, and in one buffer each.",
		 .scope = &scope_net, .about = does_dma, .skip = needs_witness,
		 .clauses = "NET-32 NET-40 NET-41 NET-42 NET-43 NET-44 NET-45 NET-46 NET-47 NET-61 NET-65",
		 .judged_by = EVIDENCE);

static const char *needs_number(const struct subject *subject)
{
	if (virtio_engine_of(subject->engine)->mode->legacy)
		return "without MRG_RXBUF the header of the legacy interface has no num_buffers";
	return needs_witness(subject);
}

/* The field is there although there is nothing to count. */
static void number_of_one(struct trial *trial)
{
	static uint8_t frame[STATION_FRAME];
	static struct received received;
	struct virtio_net_hdr_v1 header;
	struct station station;

	if (!station_watched(trial, &station, 0, STATION_BUFFER, 1))
		return;
	frame_make(frame, NE2000_SMALLEST, station.mac, witness_mac, 1);
	if (expect_received(&station, frame, NE2000_SMALLEST, &received)) {
		memcpy(&header, received.header, sizeof(header));
		expect_equal(trial, "num_buffers of a frame that was received without MRG_RXBUF",
			     virtio16_to_cpu(station.virtio->device, header.num_buffers), 1);
	}
	station_stop(&station);
}
CONFORMANCE_TEST("virtio.net.number-of-one", number_of_one,
		 "Without mergeable buffers the header of a frame that was received says that it is in one buffer.",
		 .scope = &scope_net, .about = on_each_interface, .skip = needs_number, .clauses = "NET-36",
		 .judged_by = EVIDENCE);

/* Buffers are used in their order, so that as many frames as there are cuts come in each of them. */
static void received_scattered(struct trial *trial)
{
	struct station station;

	received_in(trial, &station, 0, 1);
	if (trial_good(trial))
		expect(trial, station.turn > STATION_PIECES && SIZES > STATION_PIECES,
		       "%u buffers were given: not each cut was among them", station.turn);
}
CONFORMANCE_TEST("virtio.net.received-scattered", received_scattered,
		 "Frames of many lengths arrive whole in buffers of 1 to 16 pieces.",
		 .scope = &scope_net, .about = on_each_layout, .skip = needs_witness, .judged_by = EVIDENCE);

static const char *needs_mergeable(const struct subject *subject)
{
	if (!(virtio_engine_of(subject->engine)->device->offered & NET_BIT(MRG_RXBUF)))
		return "MRG_RXBUF is not offered: give it mrg_rxbuf=on";
	return needs_witness(subject);
}

/* Buffers of so few bytes that a frame needs several, all but the last of them full. */
static void merged(struct trial *trial)
{
	static const uint16_t buffers[] = { 128, 1526 };
	static uint8_t frame[STATION_FRAME];
	static struct received received;
	struct station station;

	for (unsigned b = 0; b < sizeof(buffers) / sizeof(buffers[0]) && trial_good(trial); b++) {
		if (!station_watched(trial, &station, NET_BIT(MRG_RXBUF), buffers[b], 1))
			return;
		for (unsigned i = 0; i < SIZES && trial_good(trial); i += 1 + step(trial)) {
			uint32_t all = station.header + sizes[i], count = (all + buffers[b] - 1) / buffers[b];

			frame_make(frame, sizes[i], station.mac, witness_mac, i);
			if (count > STATION_SLOTS || !expect_received(&station, frame, sizes[i], &received))
				continue;
			expect_equal(trial, "buffers of a frame with MRG_RXBUF", received.buffers, count);
			for (unsigned j = 0; j + 1 < received.buffers; j++)
				expect_equal(trial, "bytes in a buffer that is not the last", received.lengths[j],
					     buffers[b]);
			station_post(&station);
		}
		station_stop(&station);
	}
}
CONFORMANCE_TEST("virtio.net.merged", merged,
		 "With mergeable buffers a frame fills one after the other, used together and counted in its header.",
		 .scope = &scope_net, .about = does_dma, .skip = needs_mergeable,
		 .clauses = "NET-31 NET-37 NET-38 NET-39 NETLEG-2", .judged_by = EVIDENCE);

/* Bits that nobody has defined, and offsets that mean nothing without NEEDS_CSUM. */
static void ignored_fields(struct trial *trial)
{
	static uint8_t frame[STATION_FRAME];
	static const struct { const char *what; struct virtio_net_hdr_v1 header; } rows[] = {
		{ "unknown flags", { .flags = 0xc0 } },
		{ "csum_start and csum_offset without NEEDS_CSUM",
		  { .csum_start = 0x2222, .csum_offset = 0x1010 } },
		{ "csum_start and csum_offset behind the frame", { .csum_start = 0xfefe, .csum_offset = 0xfefe } },
	};
	struct station station;

	if (!station_watched(trial, &station, 0, STATION_BUFFER, 1))
		return;
	for (unsigned i = 0; i < sizeof(rows) / sizeof(rows[0]) && trial_good(trial); i++) {
		frame_make(frame, 128 + i, witness_mac, station.mac, i);
		if (!expect_sent(&station, &rows[i].header, frame, 128 + i, 2))
			trial_note(trial, "header", "%s", rows[i].what);
	}
	station_stop(&station);
}
CONFORMANCE_TEST("virtio.net.ignored-fields", ignored_fields,
		 "Undefined flags, and checksum offsets that no flag speaks of, change nothing of a frame.",
		 .scope = &scope_net, .about = on_each_interface, .skip = needs_witness, .clauses = "NET-16 NET-17",
		 .judged_by = EVIDENCE);
