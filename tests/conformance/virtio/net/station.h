/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A network device as a station of a network, for suite virtio.net: started with features of a test's choice, with
 * buffers of any cut for what it sends and receives, commands on its control queue, and beside it on the same network
 * a witness, a device of another kind that does no DMA (drivers/engine/ne2000.h): it sends what the device under test
 * must receive, and has received what that one must have sent.
 *
 * Frames of these tests have the source address of one of the two, and a type of their own; others are not looked at.
 * A frame that must not come is followed by one that must.
 */
#ifndef VIRTIO_NET_STATION_H
#define VIRTIO_NET_STATION_H

#include <linux/virtio_net.h>

#include "drivers/engine/ne2000.h"
#include "drivers/virtio/device/net.h"
#include "drivers/virtio/fields.h"
#include "tests/conformance/probe/virtio_type.h"

#define NET_BIT(name)		VIRTIO_BIT(VIRTIO_NET_F_##name)

#define QUEUE_RECEIVE		0
#define QUEUE_TRANSMIT		1
#define QUEUE_CONTROL		2

#define STATION_SLOTS		16u		/* buffers for receiving */
#define STATION_BUFFER		1792u		/* the most bytes of each, with the header */
#define STATION_PIECES		16u		/* pieces of a chain, at the most */
#define STATION_FRAME		1600u

/* A frame of ours: type 88b5 (local experimental), then bytes that tell frames apart, then those of a generator. */
#define FRAME_TYPE		0x88b5
#define PROBE_TYPE		0x88b6	/* of frames that only look for who is there */
#define FRAME_MARK		(ETH_HLEN + 2)	/* bytes of every frame of ours: its number follows the header */

/* Frames in their order, each behind its length, as one number. */
struct wire_sum {
	uint32_t frames, crc;
};

struct station {
	struct trial *trial;
	struct engine *engine;
	struct virtio_engine *virtio;
	struct ne2000 witness;
	bool watched;				/* the witness is on our network */
	uint32_t header;			/* bytes before a frame */
	uint8_t mac[ETH_ALEN];			/* of the device, as its configuration says, or all zero */
	uint32_t size;				/* of each buffer for receiving */
	unsigned pieces;			/* that each is cut into; 0: 1 to STATION_PIECES in turn */
	unsigned turn;
	uint16_t heads[STATION_SLOTS];
	bool posted[STATION_SLOTS];
	/* For the host: what the device has sent, what the witness has, and what the device has received of that. */
	struct wire_sum sent, offered, received;
};

/* What was received. */
struct received {
	uint8_t header[sizeof(struct virtio_net_hdr_v1_hash)];
	uint32_t size;				/* of the frame */
	unsigned buffers;			/* that it came in */
	uint32_t lengths[STATION_SLOTS];	/* as used, of each */
	uint8_t frame[STATION_SLOTS * STATION_BUFFER];
};

extern const uint8_t witness_mac[ETH_ALEN], broadcast_mac[ETH_ALEN];

/*
 * Starts the subject's device with these of its type's features, where offered, and the control queue where CTRL_VQ is
 * among them. False, and the trial is over, where it does not start.
 */
bool station_start(struct trial *trial, struct station *station, uint64_t features);
/* The same with a witness, and buffers for receiving: of size bytes each (header included), in so many pieces. The
 * trial is skipped where no witness is on its network. */
bool station_watched(struct trial *trial, struct station *station, uint64_t features, uint32_t size, unsigned pieces);
void station_stop(struct station *station);

/* Gives the device all buffers that it does not have and has room for. */
bool station_post(struct station *station);

/* Fills a frame of ours. number tells it apart. */
void frame_make(uint8_t *frame, uint32_t size, const uint8_t *to, const uint8_t *from, uint16_t number);
/* The number of a frame of ours, or -1. */
int frame_number(const uint8_t *frame, uint32_t size);

/*
 * Lets the device send a frame behind a header (NULL: all zero), in so many pieces, and waits until its buffer is used.
 * False, and the trial has failed, when it is not.
 */
bool station_send(struct station *station, const void *header, const uint8_t *frame, uint32_t size, unsigned pieces);
/* Waits for the next frame that the device receives from the witness; false, and the trial has failed, when none
 * comes, or what came is no frame of that. The buffers go back to the device with station_post(). */
bool station_receive(struct station *station, struct received *received);
/* Waits for the next frame of anybody's; false when none comes, station->engine->fault says why. */
bool station_hear(struct station *station, struct received *received);

/* The witness sends a frame, or waits for one that the device has sent: its size, 0 and the trial has failed. */
bool witness_send(struct station *station, const uint8_t *frame, uint32_t size);
uint32_t witness_receive(struct station *station, uint8_t *frame, uint32_t room);

/* A command on the control queue: its answer, STATION_NO_ANSWER and the trial has failed when there is none. */
#define STATION_NO_ANSWER	0xee
uint8_t station_command(struct station *station, uint8_t class, uint8_t command, const void *data, uint32_t size);
/* The same for a command that must end well. */
bool station_commanded(struct station *station, const char *what, uint8_t class, uint8_t command, const void *data,
		       uint32_t size);

/* Reason to skip: no witness can be on its network. Otherwise it is found out when the device runs. */
const char *needs_witness(const struct subject *subject);

/* The header of what was received where nothing of offloads was accepted asks for nothing. */
void expect_plain_header(struct station *station, const struct received *received);

/* What tests are about: each device once by each of its interfaces, in the plainest mode. */
bool on_each_interface(const struct subject *subject);

#endif
