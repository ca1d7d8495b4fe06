/* SPDX-License-Identifier: BSD-2-Clause */
/* A network device as a station of a network: see station.h. */
#include "tests/conformance/virtio/net/station_area.h"

#include "boot/clock.h"
#include "boot/frames.h"
#include "boot/string.h"

#define ENTRIES			64u

/* Of virtio_device.learnt, behind what the driver knows: the witness on its network, its number from FOUND + 1 on. */
#define LEARNT_WITNESS		3
#define NOT_ASKED		0
#define FOUND			1		/* nobody */

#define PROBE_LIMIT		MILLISECONDS(100)

const uint8_t witness_mac[ETH_ALEN] = { 0x52, 0x54, 0x00, 0xb5, 0x0e, 0x20 };
const uint8_t broadcast_mac[ETH_ALEN] = { 0xff, 0xff, 0xff, 0xff, 0xff, 0xff };

static bool has_control(const struct virtio_device *device)
{
	return device->accepted & NET_BIT(CTRL_VQ);
}

static bool station_driver_start(struct engine *engine)
{
	const struct virtio_engine *virtio = virtio_engine_of(engine);

	return virtio_engine_queue(engine, QUEUE_RECEIVE, ENTRIES) &&
	       virtio_engine_queue(engine, QUEUE_TRANSMIT, ENTRIES) &&
	       (!has_control(virtio->device) || virtio_engine_queue(engine, QUEUE_CONTROL, ENTRIES));
}

static struct virtio_driver station_driver = {
	.type = VIRTIO_ID_NET,
	.request_queue = QUEUE_RECEIVE,
	.chain = STATION_PIECES,
	.area_frames = (AREA_SIZE + FRAME_SIZE - 1) / FRAME_SIZE,
	.start = station_driver_start,
};

bool on_each_interface(const struct subject *subject)
{
	const struct virtio_engine *virtio = virtio_engine_of(subject->engine);

	return virtio->mode->features == 0;
}

static uint32_t header_size(const struct virtio_device *device)
{
	if (device->accepted & NET_BIT(HASH_REPORT))
		return sizeof(struct virtio_net_hdr_v1_hash);
	if (device->accepted & (VIRTIO_VERSION_1 | NET_BIT(MRG_RXBUF)))
		return sizeof(struct virtio_net_hdr_v1);
	return sizeof(struct virtio_net_hdr);
}

bool station_start(struct trial *trial, struct station *station, uint64_t features)
{
	struct engine *engine = trial->subject->engine;
	struct virtio_engine *virtio = virtio_engine_of(engine);
	uint64_t byte;

	*station = (struct station) { .trial = trial, .engine = engine, .virtio = virtio };
	station_driver.features = features | NET_BIT(MAC) | VIRTIO_BIT(VIRTIO_F_ANY_LAYOUT);
	virtio->plan = (struct virtio_plan) { .driver = &station_driver };
	if (!trial_start(trial, engine))
		return false;
	station->header = header_size(virtio->device);
	for (unsigned i = 0; i < ETH_ALEN && virtio->device->accepted & NET_BIT(MAC); i++)
		if (virtio_config_read(virtio->device, i, 1, &byte))
			station->mac[i] = byte;
	return true;
}

void station_stop(struct station *station)
{
	if (station->watched)
		ne2000_stop(&station->witness);
	engine_stop(station->engine);
	wire_say(station);
}

static void kick(struct station *station, uint16_t index)
{
	struct virtqueue *queue = &station->virtio->queues[index];

	virtqueue_publish(queue);
	if (!(virtio_engine_mode(station->virtio)->features & VIRTIO_EVENT_IDX) || virtqueue_wants_notification(queue))
		virtqueue_notify(queue);
}

/*
 * Cuts size bytes of the area, the first of them a header, into pieces: all as even as can be, or the first of them the
 * header alone where the device takes no other layout.
 */
static unsigned cut(const struct station *station, uint64_t at, uint32_t size, unsigned pieces, bool device_writes,
		    struct virtqueue_buffer *buffers)
{
	bool any = station->virtio->device->accepted & (VIRTIO_VERSION_1 | VIRTIO_BIT(VIRTIO_F_ANY_LAYOUT));
	unsigned count = 0;

	if (!any && pieces < 2)
		pieces = 2;
	for (uint32_t left = size; left > 0; count++) {
		uint32_t part = !any && count == 0 ? station->header : left / (pieces - count);

		buffers[count] = (struct virtqueue_buffer) { virtio_engine_number(station->virtio, at + size - left),
							     part, device_writes };
		left -= part;
	}
	return count;
}

static uint32_t slot_at(unsigned slot)
{
	return AREA_RECEIVE + slot * SLOT + GUARD;
}

bool station_post(struct station *station)
{
	struct virtqueue *queue = &station->virtio->queues[QUEUE_RECEIVE];
	struct virtqueue_buffer buffers[STATION_PIECES + 1];

	for (unsigned slot = 0; slot < STATION_SLOTS; slot++) {
		unsigned count, pieces;
		int head;

		if (station->posted[slot])
			continue;
		memset(virtio_engine_pointer(station->virtio, slot_at(slot) - GUARD), PATTERN, SLOT);
		pieces = station->pieces ? station->pieces : 1 + station->turn % STATION_PIECES;
		count = cut(station, slot_at(slot), station->size, pieces, true, buffers);
		head = virtqueue_add(queue, buffers, count);
		if (head < 0)
			break;
		station->heads[slot] = head;
		station->posted[slot] = true;
		station->turn++;
	}
	kick(station, QUEUE_RECEIVE);
	return true;
}

bool station_send(struct station *station, const void *header, const uint8_t *frame, uint32_t size, unsigned pieces)
{
	struct virtqueue_buffer buffers[STATION_PIECES + 1];
	uint8_t *bytes = virtio_engine_pointer(station->virtio, AREA_SEND);
	struct virtqueue_used used = { 0 };
	unsigned count;

	memset(bytes, 0, station->header);
	if (header)
		memcpy(bytes, header, station->header);
	memcpy(bytes + station->header, frame, size);
	count = cut(station, AREA_SEND, station->header + size, pieces, false, buffers);
	if (virtqueue_add(&station->virtio->queues[QUEUE_TRANSMIT], buffers, count) < 0) {
		trial_error(station->trial, "no room for a frame in %u pieces", count);
		return false;
	}
	if (frame_number(frame, size) >= 0)
		wire_add(&station->sent, frame, size);
	kick(station, QUEUE_TRANSMIT);
	if (!expect(station->trial, virtio_engine_wait(station->engine, QUEUE_TRANSMIT, ENGINE_LIMIT, &used) ==
		    ENGINE_DONE, "a frame of %u bytes in %u pieces is not sent: %s", size, count,
		    station->engine->fault))
		return false;
	/* With the legacy interface the used length is no use (DRV-NETLEG-2). */
	return expect(station->trial, used.length == 0 || station->virtio->mode->legacy,
		      "the used length of a frame that was sent is %u, not 0", used.length);
}

/* Which of our buffers it is, and whether only that was written. */
static unsigned take_slot(struct station *station, const struct virtqueue_used *used)
{
	for (unsigned slot = 0; slot < STATION_SLOTS; slot++) {
		const uint8_t *bytes;

		if (!station->posted[slot] || station->heads[slot] != used->head)
			continue;
		station->posted[slot] = false;
		bytes = virtio_engine_pointer(station->virtio, slot_at(slot));
		for (unsigned i = 1; i <= GUARD; i++)
			if (!expect(station->trial, bytes[-(int)i] == PATTERN &&
				    bytes[station->size + i - 1] == PATTERN,
				    "a byte %u %s a buffer for receiving was written", i,
				    bytes[-(int)i] == PATTERN ? "behind" : "before"))
				break;
		return slot;
	}
	trial_fail(station->trial, "the device uses a buffer for receiving that it does not have (%u)", used->head);
	return STATION_SLOTS;
}

/* Adds a buffer to what has been received. */
static bool collect(struct station *station, const struct virtqueue_used *used, struct received *received)
{
	unsigned slot = take_slot(station, used);
	uint32_t header = received->buffers ? 0 : station->header, part;
	const uint8_t *bytes;

	if (slot == STATION_SLOTS ||
	    !expect(station->trial, used->length >= header + 1 && used->length <= station->size,
		    "the used length of buffer %u of a frame is %u: the buffer has %u bytes, the header %u",
		    received->buffers, used->length, station->size, header))
		return false;
	bytes = virtio_engine_pointer(station->virtio, slot_at(slot));
	part = used->length - header;
	memcpy(received->header, bytes, header);
	memcpy(received->frame + received->size, bytes + header, part);
	received->size += part;
	received->lengths[received->buffers++] = used->length;
	return true;
}

static uint16_t num_buffers(const struct station *station, const struct received *received)
{
	struct virtio_net_hdr_v1 header;

	if (!(station->virtio->device->accepted & NET_BIT(MRG_RXBUF)))
		return 1;
	memcpy(&header, received->header, sizeof(header));
	return virtio16_to_cpu(station->virtio->device, header.num_buffers);
}

/* All the buffers of a frame are seen at once (NET-39), so there is nothing to wait for behind the first. */
static bool collect_others(struct station *station, struct received *received)
{
	uint16_t count = num_buffers(station, received);
	struct virtqueue_used used;

	if (!expect(station->trial, count >= 1 && count <= STATION_SLOTS, "num_buffers is %u: %u buffers were given",
		    count, STATION_SLOTS))
		return false;
	while (received->buffers < count) {
		if (!expect(station->trial, virtqueue_take(&station->virtio->queues[QUEUE_RECEIVE], &used) ==
			    QUEUE_USED, "num_buffers is %u, but only %u buffers are used together", count,
			    received->buffers) ||
		    !collect(station, &used, received))
			return false;
	}
	return true;
}

static bool receive_any(struct station *station, struct received *received, uint64_t limit)
{
	struct virtqueue_used used;

	received->size = received->buffers = 0;
	memset(received->header, 0, sizeof(received->header));
	return virtio_engine_wait(station->engine, QUEUE_RECEIVE, limit, &used) == ENGINE_DONE &&
	       collect(station, &used, received) && collect_others(station, received);
}

bool station_hear(struct station *station, struct received *received)
{
	return receive_any(station, received, ENGINE_LIMIT);
}

static bool from_witness(const struct received *received)
{
	return received->size >= ETH_HLEN && memcmp(received->frame + ETH_ALEN, witness_mac, ETH_ALEN) == 0;
}

bool station_receive(struct station *station, struct received *received)
{
	for (unsigned i = 0; i < OTHERS; i++) {
		if (!receive_any(station, received, ENGINE_LIMIT)) {
			expect(station->trial, false, "a frame does not come: %s", station->engine->fault);
			return false;
		}
		if (from_witness(received)) {
			wire_add(&station->received, received->frame, received->size);
			return true;
		}
		station_post(station);
	}
	trial_error(station->trial, "%u frames came, and none from the witness", OTHERS);
	return false;
}

/* A frame that looks for who is there: no test waits for it, and the host does not count it. */
static void probe_make(uint8_t *frame, const uint8_t *from)
{
	frame_make(frame, NE2000_SMALLEST, broadcast_mac, from, 0);
	frame[ETH_HLEN - 2] = PROBE_TYPE >> 8;
	frame[ETH_HLEN - 1] = PROBE_TYPE & 0xff;
}

/* A frame of the device, on the witness's side. */
static bool witness_hears(struct station *station, uint8_t *frame)
{
	struct virtqueue_buffer buffer = { virtio_engine_number(station->virtio, AREA_SEND), 0, false };
	uint8_t *bytes = virtio_engine_pointer(station->virtio, AREA_SEND);
	struct virtqueue_buffer pieces[2];
	uint32_t size = 0;

	memset(bytes, 0, station->header);
	probe_make(bytes + station->header, station->mac);
	pieces[0] = pieces[1] = buffer;
	pieces[0].size = station->header;
	pieces[1].number += station->header;
	pieces[1].size = NE2000_SMALLEST;
	return virtio_engine_submit(station->engine, QUEUE_TRANSMIT, pieces, 2) &&
	       poll_until((size = ne2000_receive(&station->witness, frame, STATION_FRAME)) >= ETH_HLEN &&
			  memcmp(frame + ETH_ALEN, station->mac, ETH_ALEN) == 0, PROBE_LIMIT);
}

/*
 * Sends a frame from each end. Either that arrives is enough, because a device that is deaf or dumb must not pass for
 * one without a witness.
 */
static bool meets(struct trial *trial, struct station *station, const struct ne2000 *witness)
{
	static uint8_t frame[STATION_FRAME];
	struct virtqueue_used used;
	bool met;

	if (!station_start(trial, station, 0))
		return false;
	station->witness = *witness;
	station->size = STATION_BUFFER;
	station->pieces = 1;
	station_post(station);
	ne2000_start(&station->witness);
	met = witness_hears(station, frame);
	if (!met) {
		probe_make(frame, witness_mac);
		met = ne2000_send(&station->witness, frame, NE2000_SMALLEST) &&
		      virtio_engine_wait(station->engine, QUEUE_RECEIVE, PROBE_LIMIT, &used) == ENGINE_DONE;
	}
	ne2000_stop(&station->witness);
	engine_stop(station->engine);
	return met;
}

/* The number of the witness on the device's network, from 1 on; 0: there is none. */
static unsigned find_witness(struct trial *trial)
{
	static struct station station;
	struct ne2000 chip;

	for (unsigned i = 0; ne2000_find(i, &chip) && trial_good(trial); i++)
		if (meets(trial, &station, &chip))
			return i + 1;
	return 0;
}

static const char NO_WITNESS[] = "no witness is on its network: put it, its -netdev user and an ne2k_pci each on a "
				 "-netdev hubport of the same hubid";

bool station_watched(struct trial *trial, struct station *station, uint64_t features, uint32_t size, unsigned pieces)
{
	uint64_t *learnt = &virtio_engine_of(trial->subject->engine)->device->learnt[LEARNT_WITNESS];
	struct ne2000 witness;

	if (*learnt == NOT_ASKED)
		*learnt = FOUND + find_witness(trial);
	if (!trial_good(trial) || *learnt == FOUND || !ne2000_find(*learnt - FOUND - 1, &witness)) {
		if (trial_good(trial))
			trial_skip(trial, "%s", NO_WITNESS);
		return false;
	}
	if (!station_start(trial, station, features))
		return false;
	station->size = size;
	station->pieces = pieces;
	station->witness = witness;
	station->watched = true;
	ne2000_start(&station->witness);
	return station_post(station);
}

const char *needs_witness(const struct subject *subject)
{
	struct ne2000 chip;

	if (!ne2000_find(0, &chip) || virtio_engine_of(subject->engine)->device->learnt[LEARNT_WITNESS] == FOUND)
		return NO_WITNESS;
	return NULL;
}
