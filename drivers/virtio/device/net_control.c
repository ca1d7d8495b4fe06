/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The network device with nobody who answers: see net.h. As an engine it writes memory by answering a command on its
 * control queue with one byte, the acknowledgement. It reads memory too, but nobody tells what.
 *
 * The command is the one that leaves everything as it is, to receive all frames as a device does from the start; where
 * it is not offered, one that does not exist: that is answered as well, with an error. Each part of a command has a
 * descriptor of its own, which every device takes, whatever its layouts.
 *
 * Where somebody answers, the same commands make an engine beside (net-commands), so that this queue is judged there
 * too.
 *
 * Source: VIRTIO 1.4, sections 5.1.6.5 and 5.1.6.6.1.
 */
#include <linux/virtio_ids.h>
#include <linux/virtio_net.h>

#include "boot/byteorder.h"
#include "boot/string.h"
#include "drivers/virtio/device/net.h"

/* Behind the one pair that there is where MQ is not accepted. */
#define QUEUE_CONTROL	2

#define AREA_HEADER	0
#define AREA_DATA	64

#define NO_CLASS	0xb5

/* The acknowledgement, 0 or 1, in the low-order byte of a word of memory, whose pattern has neither there
 * (boot/sweep.c). */
#define WORD		8u
#define ACK_AT		(BYTEORDER_LITTLE ? 0 : WORD - 1)

static const char NO_PEER[] = "nobody answers on its network (ARP for 10.0.2.2, DHCP), so that nobody tells what the "
			      "device has read: add netdev=ID with -netdev user,id=ID";

static const char DEAF[] = "its network takes no frame, as a hub with nobody else, so that nobody tells what the "
			   "device has read: add netdev=ID with -netdev user,id=ID";

static bool net_control_start(struct engine *engine)
{
	const struct virtio_engine *virtio = engine->state;

	engine->no_reads = virtio->device->learnt[NET_LEARNT_PEER] == PEER_DEAF ? DEAF : NO_PEER;
	return virtio_engine_queue(engine, QUEUE_CONTROL, 16);
}

static bool net_control_begin(struct engine *engine, enum dma_direction direction, uint64_t address, uint32_t size)
{
	struct virtio_engine *virtio = engine->state;
	struct virtio_net_ctrl_hdr *header = virtio_engine_pointer(virtio, AREA_HEADER);
	uint8_t *data = virtio_engine_pointer(virtio, AREA_DATA);
	struct virtqueue_buffer chain[] = {
		{ virtio_engine_number(virtio, AREA_HEADER), sizeof(*header), false },
		{ virtio_engine_number(virtio, AREA_DATA), sizeof(*data), false },
		{ address, size, true },
	};

	if (direction == DMA_DEVICE_READS) {
		format(engine->fault, sizeof(engine->fault), "%s", engine->no_reads);
		return false;
	}
	*header = (struct virtio_net_ctrl_hdr) { NO_CLASS, VIRTIO_NET_CTRL_RX_PROMISC };
	if (virtio->device->accepted & VIRTIO_BIT(VIRTIO_NET_F_CTRL_RX))
		header->class = VIRTIO_NET_CTRL_RX;
	*data = 1;
	return virtio_engine_submit(engine, QUEUE_CONTROL, chain, sizeof(chain) / sizeof(chain[0]));
}

static enum engine_result net_control_finish(struct engine *engine, uint64_t limit, void *seen)
{
	struct virtqueue_used used;

	(void)seen;
	return virtio_engine_wait(engine, QUEUE_CONTROL, limit, &used);
}

const struct virtio_driver net_control = {
	.type = VIRTIO_ID_NET,
	.kind = "net-control",
	.features = VIRTIO_BIT(VIRTIO_NET_F_CTRL_VQ) | VIRTIO_BIT(VIRTIO_NET_F_CTRL_RX),
	.directions = DMA_DEVICE_BOTH,
	.largest = sizeof(virtio_net_ctrl_ack),
	.granule = sizeof(virtio_net_ctrl_ack),
	.request_queue = QUEUE_CONTROL,
	.chain = 3,
	.area_frames = 1,
	.start = net_control_start,
	.begin = net_control_begin,
	.finish = net_control_finish,
};

static bool net_commands_start(struct engine *engine)
{
	return virtio_engine_queue(engine, QUEUE_CONTROL, 16);
}

static bool net_commands_begin(struct engine *engine, enum dma_direction direction, uint64_t address, uint32_t size)
{
	(void)size;
	return net_control_begin(engine, direction, address + ACK_AT, sizeof(virtio_net_ctrl_ack));
}

static const struct virtio_driver net_commands = {
	.type = VIRTIO_ID_NET,
	.kind = "net-commands",
	.needs = VIRTIO_BIT(VIRTIO_NET_F_CTRL_VQ),
	.features = VIRTIO_BIT(VIRTIO_NET_F_CTRL_VQ) | VIRTIO_BIT(VIRTIO_NET_F_CTRL_RX),
	.directions = DMA_DEVICE_WRITES,
	.largest = WORD,
	.granule = WORD,
	.request_queue = QUEUE_CONTROL,
	.chain = 3,
	.area_frames = 1,
	.start = net_commands_start,
	.begin = net_commands_begin,
	.finish = net_control_finish,
};
VIRTIO_QUEUE_DRIVER(net_commands);
