/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The network device: see net.h. As an engine it reads memory by sending an ICMP echo request whose payload lies there,
 * and writes memory by receiving an echo reply whose payload is to go there. The echo brings back what the device saw.
 *
 * The payload is in a descriptor of its own, which any device since VIRTIO 1.0 takes (SPLIT-1). One that offers neither
 * VERSION_1 nor ANY_LAYOUT wants the same of the header. The payload's checksum is that
 * of a payload of zeroes: the caller's payloads consist of 16-bit words followed by their complements (engine_payload()
 * in engine.h), so that the sum holds for each of them and also for zeroes read from nowhere.
 *
 * Whether anybody answers is asked once, of the device in its first mode. Where nobody does the device is driven by its
 * control queue (net_control.c).
 *
 * The frames are those of drivers/net/echo.h. Source: VIRTIO 1.4, section 5.1.
 */
#include "drivers/virtio/device/net.h"

#include <linux/virtio_ids.h>
#include <linux/virtio_net.h>

#include "boot/clock.h"
#include "boot/string.h"
#include "drivers/net/echo.h"

#define QUEUE_RECEIVE	0
#define QUEUE_TRANSMIT	1

/* The area: frame to send, payload to send, frame received. */
#define AREA_SEND	0
#define AREA_PAYLOAD	2048
#define AREA_RECEIVE	4096
#define RECEIVE_SIZE	2048

#define ECHO_ID		0xb5f0

/* What virtio_device.learnt holds, beside enum net_peer: the addresses of both ends. */
#define LEARNT_ADDRESSES	1

/* QEMU's own network has answered when the buffer of a question is used; others are asked again, and waited for. */
#define QUESTIONS		4u
#define ANSWER_LIMIT		MILLISECONDS(100)

static const char NO_PEER_NO_CONTROL[] =
	"nobody answers on its network (ARP for 10.0.2.2, DHCP), and it has no control queue: "
	"add netdev=ID with -netdev user,id=ID, or ctrl_vq=on";
/* Nor can it be told then from a device that is dead; the text says what would show it. */
static const char DEAF_NO_CONTROL[] =
	"it takes no frame, as where a hub has nobody else, and has no control queue to show that it lives: "
	"add netdev=ID with -netdev user,id=ID, or ctrl_vq=on";

/* What is remembered of a device, in virtio_engine.private_words. */
struct net_state {
	struct echo echo;
	bool asked;			/* in vain: a device that is broken is not asked again and again */
	uint64_t receive_number;	/* where the payload of the reply is to go, for DMA_DEVICE_WRITES */
};

static struct net_state *net_state(const struct engine *engine)
{
	struct virtio_engine *virtio = engine->state;

	_Static_assert(sizeof(struct net_state) <= sizeof(virtio->private_words), "private words");
	return (struct net_state *)virtio->private_words;
}

/* The header before a frame. Without VERSION_1 it lacks the number of buffers, unless that is in use. */
static uint32_t header_size(const struct virtio_engine *virtio)
{
	if (virtio->device->accepted & (VIRTIO_VERSION_1 | VIRTIO_BIT(VIRTIO_NET_F_MRG_RXBUF)))
		return sizeof(struct virtio_net_hdr_v1);
	return sizeof(struct virtio_net_hdr);
}

/* The header is all zero: nothing is left for the device to do. */
static uint8_t *frame_to_send(const struct virtio_engine *virtio)
{
	uint8_t *header = virtio_engine_pointer(virtio, AREA_SEND);

	memset(header, 0, header_size(virtio));
	return header + header_size(virtio);
}

static const uint8_t *frame_received(const struct virtio_engine *virtio)
{
	return (const uint8_t *)virtio_engine_pointer(virtio, AREA_RECEIVE) + header_size(virtio);
}

/*
 * Header and size bytes of frame from a place of the area on, then a payload, or NULL. The header has a
 * descriptor of its own where the device is not known to take another layout.
 */
static bool submit(struct engine *engine, uint16_t queue, uint64_t area, uint32_t size,
		   const struct virtqueue_buffer *payload)
{
	struct virtio_engine *virtio = engine->state;
	bool any_layout = virtio->device->accepted & (VIRTIO_VERSION_1 | VIRTIO_BIT(VIRTIO_F_ANY_LAYOUT));
	uint32_t header = header_size(virtio);
	uint32_t together = any_layout ? size : 0;
	struct virtqueue_buffer chain[3] = {
		{ virtio_engine_number(virtio, area), header + together, queue == QUEUE_RECEIVE },
	};
	unsigned count = 1;

	if (!any_layout)
		chain[count++] = (struct virtqueue_buffer) {
			virtio_engine_number(virtio, area + header), size, queue == QUEUE_RECEIVE,
		};
	if (payload)
		chain[count++] = *payload;
	return virtio_engine_submit(engine, queue, chain, count);
}

/* The whole receive buffer, for a frame of any kind. */
static bool post_receive(struct engine *engine)
{
	return submit(engine, QUEUE_RECEIVE, AREA_RECEIVE, RECEIVE_SIZE - sizeof(struct virtio_net_hdr_v1), NULL);
}

static bool send_arp(struct engine *engine)
{
	echo_write_arp(&net_state(engine)->echo, frame_to_send(engine->state));
	return submit(engine, QUEUE_TRANSMIT, AREA_SEND, ECHO_ARP_SIZE, NULL);
}

/* Waits for both the transmit buffer's return and a frame that is wanted; other frames are looked at and let go. */
static bool arp_answered(struct engine *engine, uint64_t limit)
{
	struct virtio_engine *virtio = engine->state;
	uint32_t header = header_size(virtio);
	uint64_t end = clock_now() + limit;
	struct virtqueue_used used;

	if (virtio_engine_wait(engine, QUEUE_TRANSMIT, limit, &used) != ENGINE_DONE)
		return false;
	do {
		if (virtio_engine_wait(engine, QUEUE_RECEIVE, limit, &used) != ENGINE_DONE)
			return false;
		if (used.length >= header &&
		    echo_take_arp_reply(&net_state(engine)->echo, frame_received(virtio), used.length - header))
			return true;
		if (!post_receive(engine))
			return false;
	} while (clock_now() < end);
	format(engine->fault, sizeof(engine->fault), "frames came, but no ARP reply from the other end");
	return false;
}

const uint8_t *net_gateway(const struct engine *engine)
{
	return net_state(engine)->echo.gateway_ip;
}

bool net_arp(struct engine *engine, uint64_t limit, uint8_t *mac)
{
	if (!post_receive(engine) || !send_arp(engine) || !arp_answered(engine, limit))
		return false;
	if (mac)
		memcpy(mac, net_state(engine)->echo.gateway, ETH_ALEN);
	return true;
}

/* An echo request of size bytes of payload, which lies at a number of anybody's. */
static bool send_echo(struct engine *engine, uint64_t payload, uint32_t size)
{
	struct virtqueue_buffer buffer = { payload, size, false };

	echo_write_request(&net_state(engine)->echo, frame_to_send(engine->state), size, ECHO_CHECKSUM_ZEROES);
	return submit(engine, QUEUE_TRANSMIT, AREA_SEND, ECHO_HEADER_SIZE, &buffer);
}

/* Header and frame headers into our own buffer, the payload to the number under test. */
static bool post_split_receive(struct engine *engine, uint64_t payload, uint32_t size)
{
	struct virtqueue_buffer buffer = { payload, size, true };

	net_state(engine)->receive_number = payload;
	return submit(engine, QUEUE_RECEIVE, AREA_RECEIVE, ECHO_HEADER_SIZE, &buffer);
}

static void fill_payload(const struct virtio_engine *virtio, uint32_t size)
{
	engine_payload(virtio_engine_pointer(virtio, AREA_PAYLOAD), size, 1);
}

static bool net_begin(struct engine *engine, enum dma_direction direction, uint64_t address, uint32_t size)
{
	struct virtio_engine *virtio = engine->state;

	if (!net_state(engine)->echo.gateway_known && !net_arp(engine, ENGINE_LIMIT, NULL))
		return false;
	if (direction == DMA_DEVICE_READS)
		return post_receive(engine) && send_echo(engine, address, size);
	fill_payload(virtio, size);
	return post_split_receive(engine, address, size);
}

static bool net_provoke(struct engine *engine)
{
	const struct virtio_engine *virtio = engine->state;

	return send_echo(engine, virtio_engine_number(virtio, AREA_PAYLOAD), virtio->size);
}

static bool post_again(struct engine *engine)
{
	struct virtio_engine *virtio = engine->state;

	if (virtio->direction == DMA_DEVICE_READS)
		return post_receive(engine);
	return post_split_receive(engine, net_state(engine)->receive_number, virtio->size);
}

static enum engine_result net_finish(struct engine *engine, uint64_t limit, void *seen)
{
	struct virtio_engine *virtio = engine->state;
	uint32_t header = header_size(virtio);
	uint64_t end = clock_now() + limit;
	struct virtqueue_used used;
	enum engine_result result = virtio_engine_wait_back(engine, QUEUE_TRANSMIT, limit);

	while (result == ENGINE_DONE) {
		result = virtio_engine_wait(engine, QUEUE_RECEIVE, limit, &used);
		if (result != ENGINE_DONE)
			return result;
		/* What is behind the used length is not there (DRV-SPLIT-17), so a reply is whole or none. */
		if (used.length >= header + ECHO_HEADER_SIZE + virtio->size &&
		    echo_is_reply(&net_state(engine)->echo, frame_received(virtio), used.length - header))
			break;
		if (clock_now() > end || !post_again(engine)) {
			format(engine->fault, sizeof(engine->fault), "frames came, but no reply to our echo request");
			return ENGINE_SILENT;
		}
	}
	if (result == ENGINE_DONE && seen && virtio->direction == DMA_DEVICE_READS)
		memcpy(seen, frame_received(virtio) + ECHO_HEADER_SIZE, virtio->size);
	return result;
}

/* A receive buffer in which a frame can be told from what was there before: no frame comes from a group. */
static bool post_erased(struct engine *engine)
{
	memset(virtio_engine_pointer(engine->state, AREA_RECEIVE), 0xff, RECEIVE_SIZE);
	return post_receive(engine);
}

static bool is_frame(const uint8_t *frame, uint32_t size)
{
	return size >= ETH_HLEN && !(frame[ETH_ALEN] & 1);
}

/*
 * Listens for an answer. PEER_UNKNOWN: what the device says or receives cannot be, so that it is no witness of others.
 */
static enum net_peer hear(struct engine *engine)
{
	struct virtio_engine *virtio = engine->state;
	struct echo *echo = &net_state(engine)->echo;
	const uint8_t *frame = frame_received(virtio);
	uint64_t end = clock_now() + ANSWER_LIMIT;
	struct virtqueue_used used;

	do {
		enum engine_result result = virtio_engine_wait(engine, QUEUE_RECEIVE, ANSWER_LIMIT, &used);
		uint32_t size = used.length - header_size(virtio);

		if (result != ENGINE_DONE)
			return result == ENGINE_SILENT ? PEER_NONE : PEER_UNKNOWN;
		if (used.length < header_size(virtio) || used.length > RECEIVE_SIZE || !is_frame(frame, size))
			return PEER_UNKNOWN;
		if (echo_take_arp_reply(echo, frame, size) || echo_take_offer(echo, frame, size))
			return PEER_ANSWERS;
		if (!post_erased(engine))
			return PEER_UNKNOWN;
	} while (clock_now() < end);
	return PEER_NONE;
}

/* Who has the address that QEMU's network has unless told otherwise, and which has it otherwise, in turn. */
static enum engine_result ask(struct engine *engine, unsigned question)
{
	const struct echo *echo = &net_state(engine)->echo;
	struct virtqueue_used used;
	uint32_t size = question % 2 ? ECHO_DISCOVER_SIZE : ECHO_ARP_SIZE;

	(question % 2 ? echo_write_discover : echo_write_arp)(echo, frame_to_send(engine->state));
	if (!submit(engine, QUEUE_TRANSMIT, AREA_SEND, size, NULL))
		return ENGINE_FAILED;
	return virtio_engine_wait(engine, QUEUE_TRANSMIT, ENGINE_LIMIT, &used);
}

/*
 * A network that takes no frame is legal, and so is one where nobody answers: net_control shows whether the device is
 * at fault. What makes no sense is not taken for either.
 */
static enum net_peer find_peer(struct engine *engine)
{
	enum net_peer found = post_erased(engine) ? PEER_NONE : PEER_UNKNOWN;

	for (unsigned question = 0; question < QUESTIONS && found == PEER_NONE; question++) {
		enum engine_result result = ask(engine, question);

		if (result == ENGINE_SILENT)
			return PEER_DEAF;
		found = result == ENGINE_DONE ? hear(engine) : PEER_UNKNOWN;
	}
	return found;
}

static void learn_peer(struct engine *engine)
{
	struct virtio_engine *virtio = engine->state;
	uint64_t *learnt = virtio->device->learnt;
	struct net_state *state = net_state(engine);

	_Static_assert(2 * ECHO_IP == sizeof(learnt[0]), "both addresses are a word");
	if (!state->asked)
		learnt[NET_LEARNT_PEER] = find_peer(engine);
	state->asked = true;
	memcpy(&learnt[LEARNT_ADDRESSES], state->echo.ip, ECHO_IP);
	memcpy((uint8_t *)&learnt[LEARNT_ADDRESSES] + ECHO_IP, state->echo.gateway_ip, ECHO_IP);
}

static bool net_ready(struct engine *engine)
{
	struct virtio_engine *virtio = engine->state;
	const uint64_t *learnt = virtio->device->learnt;
	bool has_control = virtio->device->offered & VIRTIO_BIT(VIRTIO_NET_F_CTRL_VQ);
	struct echo *echo = &net_state(engine)->echo;

	if (learnt[NET_LEARNT_PEER] == PEER_UNKNOWN)
		learn_peer(engine);
	if (learnt[NET_LEARNT_PEER] == PEER_ANSWERS) {
		memcpy(echo->ip, &learnt[LEARNT_ADDRESSES], ECHO_IP);
		memcpy(echo->gateway_ip, (const uint8_t *)&learnt[LEARNT_ADDRESSES] + ECHO_IP, ECHO_IP);
	} else if (learnt[NET_LEARNT_PEER] != PEER_UNKNOWN && has_control) {
		virtio_engine_become(engine, &net_control);
	} else if (learnt[NET_LEARNT_PEER] != PEER_UNKNOWN) {
		engine->no_writes = engine->no_reads =
			learnt[NET_LEARNT_PEER] == PEER_DEAF ? DEAF_NO_CONTROL : NO_PEER_NO_CONTROL;
	}
	return true;
}

static bool net_start(struct engine *engine)
{
	static const uint8_t made_up[ETH_ALEN] = { 0x52, 0x54, 0x00, 0xb5, 0x00, 0x01 };
	struct virtio_engine *virtio = engine->state;
	struct echo *echo = &net_state(engine)->echo;
	uint64_t byte;

	if (!echo->id)
		echo_make(echo, made_up, ECHO_ID);
	if (virtio->device->accepted & VIRTIO_BIT(VIRTIO_NET_F_MAC))
		for (unsigned i = 0; i < ETH_ALEN; i++)
			if (virtio_config_read(virtio->device, i, 1, &byte))
				echo->mac[i] = byte;
	return virtio_engine_queue(engine, QUEUE_RECEIVE, 16) && virtio_engine_queue(engine, QUEUE_TRANSMIT, 16);
}

static const struct virtio_driver net = {
	.type = VIRTIO_ID_NET,
	.features = VIRTIO_BIT(VIRTIO_NET_F_MAC),
	.directions = DMA_DEVICE_BOTH,
	.largest = 1024,
	.granule = 8,
	.request_queue = QUEUE_RECEIVE,
	.chain = 2,
	.area_frames = 1,
	.start = net_start,
	.ready = net_ready,
	.begin = net_begin,
	.provoke = net_provoke,
	.finish = net_finish,
};
VIRTIO_DRIVER(net);
