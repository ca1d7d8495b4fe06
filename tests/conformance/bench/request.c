/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Suite bench: what a request costs the driver, for disks and for frames that are sent, one at a time and several under
 * one doorbell. As in map.c the clock counts instructions; lines "# bench: request/..." are the result.
 *
 * Counted are the request's header, its chain, publication, doorbell, taking it back and reading its status. Not
 * counted is the wait for the device, because how often a driver looks meanwhile depends on the computer that emulates
 * it. No page is mapped per request, as in a driver whose buffers stay: a mapping and its end cost what
 * bench.map-single says.
 */
#include <linux/if_ether.h>
#include <linux/virtio_blk.h>
#include <linux/virtio_ids.h>
#include <linux/virtio_net.h>

#include "boot/frames.h"
#include "boot/string.h"
#include "drivers/virtio/device/blk.h"
#include "drivers/virtio/fields.h"
#include "tests/conformance/bench/count.h"
#include "tests/conformance/probe/engine_trial.h"

#define DEPTH		16		/* requests under one doorbell */
#define ROUNDS		64		/* doorbells */
#define QUEUE_ENTRIES	64		/* a disk's request needs three */
#define QUEUE_TRANSMIT	1

/* A request's place in the area: header, or header and frame; then its status byte. The data is one place for all. */
#define REQUEST_SIZE	128
#define REQUEST_STATUS	96
#define DATA		(DEPTH * REQUEST_SIZE)
_Static_assert(DATA + SECTOR_SIZE <= FRAME_SIZE, "all of it is one frame");

/* A frame that nobody answers: of a type that is set aside for local experiments. */
#define ETHERTYPE_EXPERIMENT	0x88b5

struct load {
	struct virtio_engine *virtio;
	struct virtqueue *queue;
	struct dma_area area;
	uint64_t spent;			/* counts of the clock, in the driver */
};

static char *memory_of(const struct load *load, unsigned request)
{
	return (char *)arch_pointer(load->area.memory) + request * REQUEST_SIZE;
}

static uint64_t number_of(const struct load *load, uint64_t offset)
{
	return virtio_address(load->virtio->device, &load->area.map, offset);
}

/* Reads sector 0. */
static int add_disk_request(struct load *load, unsigned request)
{
	const struct virtio_device *device = load->virtio->device;
	uint64_t number = number_of(load, request * REQUEST_SIZE);
	struct virtqueue_buffer chain[3] = {
		{ number, sizeof(struct virtio_blk_outhdr), false },
		{ number_of(load, DATA), SECTOR_SIZE, true },
		{ number + REQUEST_STATUS, 1, true },
	};

	*(struct virtio_blk_outhdr *)memory_of(load, request) = (struct virtio_blk_outhdr) {
		.type = cpu_to_virtio32(device, VIRTIO_BLK_T_IN),
	};
	memory_of(load, request)[REQUEST_STATUS] = VIRTIO_BLK_S_UNSUPP;
	return virtqueue_add(load->queue, chain, 3);
}

/* Sends the frame, behind a header that leaves nothing for the device to do. */
static int add_frame(struct load *load, unsigned request)
{
	struct virtqueue_buffer whole = {
		number_of(load, request * REQUEST_SIZE), sizeof(struct virtio_net_hdr_v1) + ETH_ZLEN, false,
	};

	memset(memory_of(load, request), 0, sizeof(struct virtio_net_hdr_v1));
	memory_of(load, request)[REQUEST_STATUS] = VIRTIO_BLK_S_OK;
	return virtqueue_add(load->queue, &whole, 1);
}

static void write_frames(struct load *load)
{
	for (unsigned i = 0; i < DEPTH; i++) {
		struct ethhdr *frame = (struct ethhdr *)(memory_of(load, i) + sizeof(struct virtio_net_hdr_v1));

		memset(frame->h_dest, 0xff, ETH_ALEN);
		memset(frame->h_source, 0x02, ETH_ALEN);
		frame->h_proto = cpu_to_be16(ETHERTYPE_EXPERIMENT);
	}
}

/* One doorbell: so many requests, and all of their answers. */
static bool run_round(struct trial *trial, struct load *load, unsigned depth)
{
	bool disk = load->virtio->device->type == VIRTIO_ID_BLOCK;
	uint16_t end = virtqueue_used_index(load->queue) + depth;
	uint64_t start = arch_clock();
	struct virtqueue_used used;

	for (unsigned i = 0; i < depth; i++)
		if ((disk ? add_disk_request(load, i) : add_frame(load, i)) < 0) {
			trial_error(trial, "no room in the queue for request %u of %u", i + 1, depth);
			return false;
		}
	virtqueue_publish(load->queue);
	if (virtqueue_wants_notification(load->queue))
		virtqueue_notify(load->queue);
	load->spent += bench_counts(start);
	for (unsigned taken = 0; taken < depth; taken++) {
		enum virtqueue_answer answer = QUEUE_EMPTY;

		/* Only the look that finds it counts. */
		if (!poll_until((start = arch_clock(), answer = virtqueue_take(load->queue, &used)) != QUEUE_EMPTY,
				ENGINE_LIMIT) ||
		    answer != QUEUE_USED) {
			trial_error(trial, "%u of %u requests were answered (used index %u, expected %u)", taken, depth,
				    virtqueue_used_index(load->queue), end);
			return false;
		}
		load->spent += bench_counts(start);
	}
	start = arch_clock();
	for (unsigned i = 0; i < depth; i++)
		if (memory_of(load, i)[REQUEST_STATUS] != VIRTIO_BLK_S_OK)
			return expect(trial, false, "request %u of %u ended with status %#x", i + 1, depth,
				      memory_of(load, i)[REQUEST_STATUS]);
	load->spent += bench_counts(start);
	return true;
}

static void measure(struct trial *trial, struct load *load, unsigned depth)
{
	char name[96];

	load->spent = 0;
	for (unsigned i = 0; i < ROUNDS; i++)
		if (!run_round(trial, load, depth))
			return;
	format(name, sizeof(name), "request/%s/depth-%u", trial->subject->name, depth);
	bench_print(name, load->spent, ROUNDS * depth, "instructions-per-request");
}

static void request(struct trial *trial)
{
	struct engine *engine = trial->subject->engine;
	struct load load = { .virtio = virtio_engine_of(engine) };
	bool disk = load.virtio->device->type == VIRTIO_ID_BLOCK;

	if (disk)
		load.virtio->plan = (struct virtio_plan) { .queue_size = QUEUE_ENTRIES };
	if (!trial_start(trial, engine))
		return;
	load.queue = disk ? virtio_engine_requests(load.virtio) : &load.virtio->queues[QUEUE_TRANSMIT];
	if (!dma_area_make(&load.area, engine->function, 1)) {
		trial_error(trial, "no memory for the requests");
		return;
	}
	if (!disk)
		write_frames(&load);
	virtqueue_interrupts(load.queue, false);
	measure(trial, &load, 1);
	measure(trial, &load, DEPTH);
	engine_stop(engine);
	dma_area_release(&load.area);
}

/* Translation costs the driver nothing here, so the modes for one state of bit 33 stand for the other. */
static bool is_measured(unsigned number, const struct conformance_scope *scope)
{
	const struct virtio_engine *virtio = virtio_engine_of(engine_get(number));

	(void)scope;
	return virtio && virtio->mode->access_platform &&
	       (virtio->device->type == VIRTIO_ID_BLOCK || virtio->device->type == VIRTIO_ID_NET);
}

static const struct conformance_scope scope_measured = {
	.of = &scope_engine, .only = is_measured, .words = "a disk and a network device",
};

CONFORMANCE_TEST("bench.request", request,
		 "Measures what a request costs the CPU, alone and with a queue full of others.",
		 .scope = &scope_measured, .judged_by = RECORD, .only_by_name = true);
