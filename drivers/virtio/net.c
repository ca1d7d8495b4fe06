/*
 * The network device: see net.h. As an engine it reads memory by sending an ICMP echo request whose payload lies there,
 * and writes memory by receiving an echo reply whose payload is to go there. The echo brings back what the device saw.
 *
 * The payload is in a descriptor of its own, which any device since VIRTIO 1.0 takes (SPLIT-1). Its checksum is that
 * of a payload of zeroes: the caller's payloads consist of 16-bit words followed by their complements (engine_payload()
 * in engine.h), so that the sum holds for each of them and also for zeroes read from nowhere.
 *
 * Source: VIRTIO 1.4, section 5.1; RFC 826 (ARP), RFC 791 (IP), RFC 792 (ICMP).
 */
#include "drivers/virtio/net.h"

#include <linux/if_ether.h>
#include <linux/virtio_ids.h>
#include <linux/virtio_net.h>

#include "boot/clock.h"
#include "boot/string.h"

#define QUEUE_RECEIVE	0
#define QUEUE_TRANSMIT	1

/* The area: frame to send, payload to send, frame received. */
#define AREA_SEND	0
#define AREA_PAYLOAD	2048
#define AREA_RECEIVE	4096
#define RECEIVE_SIZE	2048

/* Offsets in a frame. All devices with VERSION_1 have the 12-byte header before it. */
#define HEADER		sizeof(struct virtio_net_hdr_v1)
#define IP		ETH_HLEN
#define ICMP		(IP + 20)
#define PAYLOAD		(ICMP + 8)
#define ARP_SIZE	(ETH_HLEN + 28)

#define ARPHRD_ETHER	1
#define ARPOP_REQUEST	1
#define ARPOP_REPLY	2
#define IP_ICMP		1
#define ICMP_ECHO	8
#define ICMP_ECHOREPLY	0
#define ECHO_ID		0xb5f0		/* marks our own echoes */

static const uint8_t our_ip[4] = { 10, 0, 2, 15 };
static const uint8_t gateway_ip[4] = { 10, 0, 2, 2 };
static const uint8_t broadcast[ETH_ALEN] = { 0xff, 0xff, 0xff, 0xff, 0xff, 0xff };

/* What is remembered of a device, in virtio_engine.private_words. */
struct net_state {
	uint8_t mac[ETH_ALEN];
	uint8_t gateway[ETH_ALEN];
	bool gateway_known;
	uint16_t sequence;
	uint64_t receive_number;	/* where the payload of the reply is to go, for DMA_DEVICE_WRITES */
};

static struct net_state *net_state(const struct engine *engine)
{
	struct virtio_engine *virtio = engine->state;

	_Static_assert(sizeof(struct net_state) <= sizeof(virtio->private_words), "private words");
	return (struct net_state *)virtio->private_words;
}

static void put16(uint8_t *at, uint16_t value)
{
	at[0] = value >> 8;
	at[1] = value;
}

static uint16_t get16(const uint8_t *at)
{
	return at[0] << 8 | at[1];
}

/* RFC 1071, over an even number of bytes. */
static uint16_t checksum(const uint8_t *at, unsigned size)
{
	uint32_t sum = 0;

	for (unsigned i = 0; i < size; i += 2)
		sum += get16(at + i);
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return ~sum;
}

static uint8_t *frame_to_send(const struct virtio_engine *virtio)
{
	return (uint8_t *)virtio_engine_pointer(virtio, AREA_SEND) + HEADER;
}

static const uint8_t *frame_received(const struct virtio_engine *virtio)
{
	return (const uint8_t *)virtio_engine_pointer(virtio, AREA_RECEIVE) + HEADER;
}

static uint8_t *begin_frame(struct engine *engine, const uint8_t *to, uint16_t type)
{
	struct virtio_engine *virtio = engine->state;
	uint8_t *frame = frame_to_send(virtio);

	memset(virtio_engine_pointer(virtio, AREA_SEND), 0, HEADER + PAYLOAD);
	memcpy(frame, to, ETH_ALEN);
	memcpy(frame + ETH_ALEN, net_state(engine)->mac, ETH_ALEN);
	put16(frame + 2 * ETH_ALEN, type);
	return frame;
}

/* The whole receive buffer, for a frame of any kind. */
static bool post_receive(struct engine *engine)
{
	struct virtio_engine *virtio = engine->state;
	struct virtqueue_buffer buffer = { virtio_engine_number(virtio, AREA_RECEIVE), RECEIVE_SIZE, true };

	return virtio_engine_submit(engine, QUEUE_RECEIVE, &buffer, 1);
}

static bool send_arp(struct engine *engine)
{
	struct virtio_engine *virtio = engine->state;
	uint8_t *arp = begin_frame(engine, broadcast, ETH_P_ARP) + ETH_HLEN;
	struct virtqueue_buffer buffer = { virtio_engine_number(virtio, AREA_SEND), HEADER + ARP_SIZE, false };

	put16(arp, ARPHRD_ETHER);
	put16(arp + 2, ETH_P_IP);
	arp[4] = ETH_ALEN;
	arp[5] = sizeof(our_ip);
	put16(arp + 6, ARPOP_REQUEST);
	memcpy(arp + 8, net_state(engine)->mac, ETH_ALEN);
	memcpy(arp + 14, our_ip, sizeof(our_ip));
	memcpy(arp + 24, gateway_ip, sizeof(gateway_ip));
	return virtio_engine_submit(engine, QUEUE_TRANSMIT, &buffer, 1);
}

static bool is_arp_reply(const uint8_t *frame, uint32_t size)
{
	const uint8_t *arp = frame + ETH_HLEN;

	return size >= ARP_SIZE && get16(frame + 2 * ETH_ALEN) == ETH_P_ARP && get16(arp + 6) == ARPOP_REPLY &&
	       memcmp(arp + 14, gateway_ip, sizeof(gateway_ip)) == 0;
}

/* Waits for both the transmit buffer's return and a frame that is wanted; other frames are looked at and let go. */
static bool arp_answered(struct engine *engine, uint64_t limit)
{
	struct virtio_engine *virtio = engine->state;
	uint64_t end = clock_now() + limit;
	struct virtqueue_used used;

	if (virtio_engine_wait(engine, QUEUE_TRANSMIT, limit, &used) != ENGINE_DONE)
		return false;
	do {
		if (virtio_engine_wait(engine, QUEUE_RECEIVE, limit, &used) != ENGINE_DONE)
			return false;
		if (used.length >= HEADER && is_arp_reply(frame_received(virtio), used.length - HEADER))
			return true;
		if (!post_receive(engine))
			return false;
	} while (clock_now() < end);
	format(engine->fault, sizeof(engine->fault), "frames came, but no ARP reply from 10.0.2.2");
	return false;
}

bool net_arp(struct engine *engine, uint64_t limit, uint8_t *mac)
{
	struct virtio_engine *virtio = engine->state;
	struct net_state *state = net_state(engine);

	if (!post_receive(engine) || !send_arp(engine) || !arp_answered(engine, limit))
		return false;
	memcpy(state->gateway, frame_received(virtio) + ETH_HLEN + 8, ETH_ALEN);
	state->gateway_known = true;
	if (mac)
		memcpy(mac, state->gateway, ETH_ALEN);
	return true;
}

/* An echo request of size bytes of payload, which lies at a number of anybody's. */
static bool send_echo(struct engine *engine, uint64_t payload, uint32_t size)
{
	struct virtio_engine *virtio = engine->state;
	struct net_state *state = net_state(engine);
	uint8_t *ip = begin_frame(engine, state->gateway, ETH_P_IP) + IP;
	uint8_t *icmp = ip + (ICMP - IP);
	struct virtqueue_buffer chain[2] = {
		{ virtio_engine_number(virtio, AREA_SEND), HEADER + PAYLOAD, false },
		{ payload, size, false },
	};

	ip[0] = 0x45;				/* version 4, header of 5 words */
	put16(ip + 2, PAYLOAD - IP + size);
	ip[8] = 64;				/* time to live */
	ip[9] = IP_ICMP;
	memcpy(ip + 12, our_ip, sizeof(our_ip));
	memcpy(ip + 16, gateway_ip, sizeof(gateway_ip));
	put16(ip + 10, checksum(ip, ICMP - IP));
	icmp[0] = ICMP_ECHO;
	put16(icmp + 4, ECHO_ID);
	put16(icmp + 6, ++state->sequence);
	put16(icmp + 2, checksum(icmp, PAYLOAD - ICMP));
	return virtio_engine_submit(engine, QUEUE_TRANSMIT, chain, 2);
}

static bool is_our_reply(const struct engine *engine, const uint8_t *frame, uint32_t size)
{
	const uint8_t *icmp = frame + ICMP;

	return size >= PAYLOAD && get16(frame + 2 * ETH_ALEN) == ETH_P_IP && frame[IP + 9] == IP_ICMP &&
	       icmp[0] == ICMP_ECHOREPLY && get16(icmp + 4) == ECHO_ID && get16(icmp + 6) == net_state(engine)->sequence;
}

/* Header and frame headers into our own buffer, the payload to the number under test. */
static bool post_split_receive(struct engine *engine, uint64_t payload, uint32_t size)
{
	struct virtio_engine *virtio = engine->state;
	struct virtqueue_buffer chain[2] = {
		{ virtio_engine_number(virtio, AREA_RECEIVE), HEADER + PAYLOAD, true },
		{ payload, size, true },
	};

	net_state(engine)->receive_number = payload;
	return virtio_engine_submit(engine, QUEUE_RECEIVE, chain, 2);
}

static void fill_payload(const struct virtio_engine *virtio, uint32_t size)
{
	engine_payload(virtio_engine_pointer(virtio, AREA_PAYLOAD), size, 1);
}

static bool begin(struct engine *engine, enum dma_direction direction, uint64_t address, uint32_t size)
{
	struct virtio_engine *virtio = engine->state;

	if (!net_state(engine)->gateway_known && !net_arp(engine, ENGINE_LIMIT, NULL))
		return false;
	if (direction == DMA_DEVICE_READS)
		return post_receive(engine) && send_echo(engine, address, size);
	fill_payload(virtio, size);
	return post_split_receive(engine, address, size) &&
	       send_echo(engine, virtio_engine_number(virtio, AREA_PAYLOAD), size);
}

static bool post_again(struct engine *engine)
{
	struct virtio_engine *virtio = engine->state;

	if (virtio->direction == DMA_DEVICE_READS)
		return post_receive(engine);
	return post_split_receive(engine, net_state(engine)->receive_number, virtio->size);
}

static enum engine_result finish(struct engine *engine, uint64_t limit, void *seen)
{
	struct virtio_engine *virtio = engine->state;
	uint64_t end = clock_now() + limit;
	struct virtqueue_used used;
	enum engine_result result = virtio_engine_wait(engine, QUEUE_TRANSMIT, limit, &used);

	while (result == ENGINE_DONE) {
		result = virtio_engine_wait(engine, QUEUE_RECEIVE, limit, &used);
		if (result != ENGINE_DONE)
			return result;
		if (used.length >= HEADER && is_our_reply(engine, frame_received(virtio), used.length - HEADER))
			break;
		if (clock_now() > end || !post_again(engine)) {
			format(engine->fault, sizeof(engine->fault), "frames came, but no reply to our echo request");
			return ENGINE_SILENT;
		}
	}
	if (result == ENGINE_DONE && seen && virtio->direction == DMA_DEVICE_READS)
		memcpy(seen, frame_received(virtio) + PAYLOAD, virtio->size);
	return result;
}

static bool start(struct engine *engine)
{
	static const uint8_t made_up[ETH_ALEN] = { 0x52, 0x54, 0x00, 0xb5, 0x00, 0x01 };
	struct virtio_engine *virtio = engine->state;
	struct net_state *state = net_state(engine);
	uint64_t byte;

	memcpy(state->mac, made_up, ETH_ALEN);
	if (virtio->device->accepted & VIRTIO_BIT(VIRTIO_NET_F_MAC))
		for (unsigned i = 0; i < ETH_ALEN; i++)
			if (virtio_config_read(virtio->device, i, 1, &byte))
				state->mac[i] = byte;
	return virtio_engine_queue(engine, QUEUE_RECEIVE, 16) && virtio_engine_queue(engine, QUEUE_TRANSMIT, 16);
}

static const struct virtio_driver net = {
	.type = VIRTIO_ID_NET,
	.features = VIRTIO_BIT(VIRTIO_NET_F_MAC),
	.directions = DMA_DEVICE_BOTH,
	.largest = 1024,
	.granule = 8,
	.request_queue = QUEUE_RECEIVE,
	.area_frames = 1,
	.start = start,
	.begin = begin,
	.finish = finish,
};
VIRTIO_DRIVER(net);
