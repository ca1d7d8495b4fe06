/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The control queue of a crypto device, as an engine beside that of its data (crypto.h): it writes memory by answering
 * a request for a session of no type, which it must refuse, so that no session is left of it.
 *
 * Source: VIRTIO 1.4, section 5.9.7.2.
 */
#include <linux/virtio_crypto.h>
#include <linux/virtio_ids.h>

#include "boot/byteorder.h"
#include "boot/string.h"
#include "drivers/virtio/engine.h"

#define QUEUE_CONTROL	1		/* behind the one data queue of a device that crypto.c drives */

#define AREA_BEHIND	128
#define KEY_SIZE	16u
#define ANSWER		((uint32_t)sizeof(struct virtio_crypto_session_input))

static bool crypto_control_start(struct engine *engine)
{
	const struct virtio_device *device = virtio_engine_of(engine)->device;
	uint64_t queues = 0;

	virtio_config_read(device, offsetof(struct virtio_crypto_config, max_dataqueues), sizeof(__u32), &queues);
	if (queues != QUEUE_CONTROL)
		return engine_fail(engine, "the device has not one data queue");
	return virtio_engine_queue_at(engine, QUEUE_CONTROL, QUEUE_CONTROL, 16);
}

static bool crypto_control_begin(struct engine *engine, enum dma_direction direction, uint64_t address, uint32_t size)
{
	struct virtio_engine *virtio = engine->state;
	struct virtio_crypto_op_ctrl_req *request = virtio_engine_pointer(virtio, 0);
	struct virtio_crypto_cipher_session_para *cipher = &request->u.sym_create_session.u.cipher.para;
	struct virtqueue_buffer chain[] = {
		{ virtio_engine_number(virtio, 0), sizeof(*request), false },
		{ virtio_engine_number(virtio, AREA_BEHIND), KEY_SIZE, false },
		{ address, size, true },
	};

	(void)direction;
	memset(request, 0, sizeof(*request));
	request->header.opcode = cpu_to_le32(VIRTIO_CRYPTO_CIPHER_CREATE_SESSION);
	request->header.algo = cpu_to_le32(VIRTIO_CRYPTO_CIPHER_AES_CBC);
	request->u.sym_create_session.op_type = cpu_to_le32(VIRTIO_CRYPTO_SYM_OP_NONE);
	cipher->algo = cpu_to_le32(VIRTIO_CRYPTO_CIPHER_AES_CBC);
	cipher->keylen = cpu_to_le32(KEY_SIZE);
	cipher->op = cpu_to_le32(VIRTIO_CRYPTO_OP_ENCRYPT);
	return virtio_engine_submit(engine, QUEUE_CONTROL, chain, 3);
}

static enum engine_result crypto_control_finish(struct engine *engine, uint64_t limit, void *seen)
{
	struct virtqueue_used used;

	(void)seen;
	return virtio_engine_wait(engine, QUEUE_CONTROL, limit, &used);
}

static const struct virtio_driver crypto_control = {
	.type = VIRTIO_ID_CRYPTO,
	.kind = "crypto-control",
	.directions = DMA_DEVICE_WRITES,
	.largest = ANSWER,
	.granule = ANSWER,
	.request_queue = QUEUE_CONTROL,
	.chain = 3,
	.area_frames = 1,
	.start = crypto_control_start,
	.begin = crypto_control_begin,
	.finish = crypto_control_finish,
};
VIRTIO_QUEUE_DRIVER(crypto_control);
