/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The control queue of a SCSI host, as an engine beside that of its requests (scsi.h): it writes memory by answering a
 * task management function. The function only asks, and of a target that need not be there, so that the answer is as
 * good as any.
 *
 * Source: VIRTIO 1.4, section 5.6.6.2.
 */
#include <linux/virtio_ids.h>
#include <linux/virtio_scsi.h>

#include "boot/byteorder.h"
#include "drivers/virtio/engine.h"
#include "drivers/virtio/fields.h"

#define QUEUE_CONTROL	0

/* The response, which is none that ends in 101, in the low-order byte of a word of memory, whose pattern does
 * (boot/sweep.c). */
#define WORD		8u
#define RESPONSE_AT	(BYTEORDER_LITTLE ? 0 : WORD - 1)

static bool scsi_control_start(struct engine *engine)
{
	return virtio_engine_queue(engine, QUEUE_CONTROL, 16);
}

static bool scsi_control_begin(struct engine *engine, enum dma_direction direction, uint64_t address, uint32_t size)
{
	struct virtio_engine *virtio = engine->state;
	struct virtio_scsi_ctrl_tmf_req *request = virtio_engine_pointer(virtio, 0);
	struct virtqueue_buffer chain[] = {
		{ virtio_engine_number(virtio, 0), sizeof(*request), false },
		{ address + RESPONSE_AT, sizeof(struct virtio_scsi_ctrl_tmf_resp), true },
	};

	(void)direction;
	(void)size;
	*request = (struct virtio_scsi_ctrl_tmf_req) {
		.type = cpu_to_virtio32(virtio->device, VIRTIO_SCSI_T_TMF),
		.subtype = cpu_to_virtio32(virtio->device, VIRTIO_SCSI_T_TMF_QUERY_TASK_SET),
		.lun = { 1, 0, 0x40, 0 },
	};
	return virtio_engine_submit(engine, QUEUE_CONTROL, chain, 2);
}

static enum engine_result scsi_control_finish(struct engine *engine, uint64_t limit, void *seen)
{
	struct virtqueue_used used;

	(void)seen;
	return virtio_engine_wait(engine, QUEUE_CONTROL, limit, &used);
}

static const struct virtio_driver scsi_control = {
	.type = VIRTIO_ID_SCSI,
	.kind = "scsi-control",
	.directions = DMA_DEVICE_WRITES,
	.largest = WORD,
	.granule = WORD,
	.request_queue = QUEUE_CONTROL,
	.chain = 2,
	.area_frames = 1,
	.start = scsi_control_start,
	.begin = scsi_control_begin,
	.finish = scsi_control_finish,
};
VIRTIO_QUEUE_DRIVER(scsi_control);
