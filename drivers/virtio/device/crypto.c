/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The crypto device: see crypto.h. As an engine it writes memory by putting a cipher text there, and reads memory by
 * encrypting what lies there; the cipher text, decrypted by the same device, tells what it has read.
 *
 * Sessions that survive a reset are used again, because a device may have few of them and may lose none by a reset.
 *
 * The host may hold requests back (QEMU's throttling), but not those of the control queue. A device that does so is not
 * used, and which one does is learnt when it is started for the first time.
 *
 * Source: VIRTIO 1.4, section 5.9.
 */
#include "drivers/virtio/device/crypto.h"

#include <linux/virtio_ids.h>

#include "boot/byteorder.h"
#include "boot/string.h"

#define QUEUE_DATA	0
#define QUEUE_CONTROL	1		/* behind the data queues, of which we know what to do with one */

/* The area: request (with key or IV behind it), answer to a control request, status, source and destination. */
#define AREA_REQUEST	0
#define AREA_BEHIND	128
#define AREA_ANSWER	192
#define AREA_STATUS	256
#define AREA_SOURCE	2048
#define AREA_RESULT	4096
#define AREA_OVERTAKER	6144		/* a request beside it: its parts lie like those of the first */

#define STATUS_NONE	0xee		/* none that the specification knows */
#define KEY_SIZE	16u

/* Requests that are looked at: a host that lets them wait has saved up time for the first of them. One is held back
 * when another of its queue, begun later, comes back before it: one that asks for an operation that there is not. */
#define REQUESTS	128u
#define NO_OPERATION	0x5a5au

/* What is known of the pace of a device, in virtio_device.learnt[0]. */
enum crypto_pace { PACE_UNKNOWN, PACE_GOOD, PACE_HELD };

/* What is known of its sessions, in virtio_engine.private_words. */
struct crypto_state {
	bool have[CRYPTO_OPERATIONS];
	uint64_t sessions[CRYPTO_OPERATIONS];
};

static struct crypto_state *crypto_state(const struct engine *engine)
{
	struct virtio_engine *virtio = engine->state;

	_Static_assert(sizeof(struct crypto_state) <= sizeof(virtio->private_words), "private words");
	return (struct crypto_state *)virtio->private_words;
}

enum engine_result crypto_create(struct engine *engine, enum crypto_operation operation, uint32_t algorithm,
				 uint64_t *session, uint32_t *status)
{
	struct virtio_engine *virtio = engine->state;
	struct virtio_crypto_op_ctrl_req *request = virtio_engine_pointer(virtio, AREA_REQUEST);
	struct virtio_crypto_session_input *answer = virtio_engine_pointer(virtio, AREA_ANSWER);
	uint8_t *key = virtio_engine_pointer(virtio, AREA_BEHIND);
	struct virtio_crypto_cipher_session_para *cipher = &request->u.sym_create_session.u.cipher.para;
	struct virtqueue_buffer chain[] = {
		{ virtio_engine_number(virtio, AREA_REQUEST), sizeof(*request), false },
		{ virtio_engine_number(virtio, AREA_BEHIND), KEY_SIZE, false },
		{ virtio_engine_number(virtio, AREA_ANSWER), sizeof(*answer), true },
	};
	struct virtqueue_used used;
	enum engine_result result;

	memset(request, 0, sizeof(*request));
	memset(answer, STATUS_NONE, sizeof(*answer));
	request->header.opcode = cpu_to_le32(VIRTIO_CRYPTO_CIPHER_CREATE_SESSION);
	request->header.algo = cpu_to_le32(algorithm);
	request->u.sym_create_session.op_type = cpu_to_le32(VIRTIO_CRYPTO_SYM_OP_CIPHER);
	cipher->algo = cpu_to_le32(algorithm);
	cipher->keylen = cpu_to_le32(KEY_SIZE);
	cipher->op = cpu_to_le32(operation == CRYPTO_ENCRYPT ? VIRTIO_CRYPTO_OP_ENCRYPT : VIRTIO_CRYPTO_OP_DECRYPT);
	for (unsigned i = 0; i < KEY_SIZE; i++)
		key[i] = i;
	if (!virtio_engine_submit(engine, QUEUE_CONTROL, chain, 3))
		return ENGINE_FAILED;
	result = virtio_engine_wait(engine, QUEUE_CONTROL, ENGINE_LIMIT, &used);
	*session = le64_to_cpu(answer->session_id);
	*status = le32_to_cpu(answer->status);
	return result;
}

/* One request of the cipher service, from and to numbers of anybody's. */
static bool submit(struct engine *engine, enum crypto_operation operation, uint64_t session, uint64_t source,
		   uint64_t destination, uint32_t size)
{
	struct virtio_engine *virtio = engine->state;
	struct virtio_crypto_op_data_req *request = virtio_engine_pointer(virtio, AREA_REQUEST);
	struct virtio_crypto_sym_data_req *sym = &request->u.sym_req;
	struct virtqueue_buffer chain[] = {
		{ virtio_engine_number(virtio, AREA_REQUEST), sizeof(*request), false },
		{ virtio_engine_number(virtio, AREA_BEHIND), CRYPTO_BLOCK, false },
		{ source, size, false },
		{ destination, size, true },
		{ virtio_engine_number(virtio, AREA_STATUS), sizeof(struct virtio_crypto_inhdr), true },
	};

	memset(request, 0, sizeof(*request));
	memset(virtio_engine_pointer(virtio, AREA_BEHIND), 0, CRYPTO_BLOCK);
	*(uint8_t *)virtio_engine_pointer(virtio, AREA_STATUS) = STATUS_NONE;
	request->header.opcode = cpu_to_le32(operation == CRYPTO_ENCRYPT ? VIRTIO_CRYPTO_CIPHER_ENCRYPT :
					     VIRTIO_CRYPTO_CIPHER_DECRYPT);
	request->header.algo = cpu_to_le32(VIRTIO_CRYPTO_CIPHER_AES_CBC);
	request->header.session_id = cpu_to_le64(session);
	sym->op_type = cpu_to_le32(VIRTIO_CRYPTO_SYM_OP_CIPHER);
	sym->u.cipher.para.iv_len = cpu_to_le32(CRYPTO_BLOCK);
	sym->u.cipher.para.src_data_len = cpu_to_le32(size);
	sym->u.cipher.para.dst_data_len = cpu_to_le32(size);
	return virtio_engine_submit(engine, QUEUE_DATA, chain, 5);
}

static enum engine_result wait(struct engine *engine, uint64_t limit, uint8_t *status)
{
	struct virtio_engine *virtio = engine->state;
	struct virtqueue_used used;
	enum engine_result result = virtio_engine_wait(engine, QUEUE_DATA, limit, &used);

	*status = *(const volatile uint8_t *)virtio_engine_pointer(virtio, AREA_STATUS);
	return result;
}

/* The same where the request must succeed. */
static enum engine_result wait_good(struct engine *engine, uint64_t limit)
{
	uint8_t status;
	enum engine_result result = wait(engine, limit, &status);

	if (result != ENGINE_DONE || status == VIRTIO_CRYPTO_OK)
		return result;
	format(engine->fault, sizeof(engine->fault), "the request's status is %#x", status);
	return ENGINE_FAILED;
}

enum engine_result crypto_run(struct engine *engine, enum crypto_operation operation, const void *source, void *result,
			      uint32_t size, uint8_t *status)
{
	struct virtio_engine *virtio = engine->state;
	enum engine_result answer;

	if (size > CRYPTO_LARGEST)
		return ENGINE_FAILED;
	memcpy(virtio_engine_pointer(virtio, AREA_SOURCE), source, size);
	memset(virtio_engine_pointer(virtio, AREA_RESULT), 0, size);
	if (!submit(engine, operation, crypto_state(engine)->sessions[operation],
		    virtio_engine_number(virtio, AREA_SOURCE), virtio_engine_number(virtio, AREA_RESULT), size))
		return ENGINE_FAILED;
	answer = wait(engine, ENGINE_LIMIT, status);
	memcpy(result, virtio_engine_pointer(virtio, AREA_RESULT), size);
	return answer;
}

enum engine_result crypto_run_in(struct engine *engine, uint64_t session, uint8_t *status)
{
	struct virtio_engine *virtio = engine->state;

	if (!submit(engine, CRYPTO_ENCRYPT, session, virtio_engine_number(virtio, AREA_SOURCE),
		    virtio_engine_number(virtio, AREA_RESULT), CRYPTO_BLOCK))
		return ENGINE_FAILED;
	return wait(engine, ENGINE_LIMIT, status);
}

/* Does the session of an earlier start still serve? */
static bool session_serves(struct engine *engine, enum crypto_operation operation)
{
	uint8_t block[CRYPTO_BLOCK] = { 0 };
	uint8_t status;

	return crypto_state(engine)->have[operation] &&
	       crypto_run(engine, operation, block, block, sizeof(block), &status) == ENGINE_DONE &&
	       status == VIRTIO_CRYPTO_OK;
}

static bool open_session(struct engine *engine, enum crypto_operation operation)
{
	struct crypto_state *state = crypto_state(engine);
	uint32_t status;

	if (session_serves(engine, operation))
		return true;
	state->have[operation] =
		crypto_create(engine, operation, VIRTIO_CRYPTO_CIPHER_AES_CBC, &state->sessions[operation], &status) ==
		ENGINE_DONE && status == VIRTIO_CRYPTO_OK;
	if (!state->have[operation])
		format(engine->fault, sizeof(engine->fault),
		       "a session of AES-CBC cannot be created: status %#x", status);
	return state->have[operation];
}

/* What the configuration says, 0 where it cannot be read. */
#define CONFIG(device, field)	read_field(device, offsetof(struct virtio_crypto_config, field), \
					   sizeof(((struct virtio_crypto_config *)0)->field))

static uint64_t read_field(const struct virtio_device *device, uint32_t offset, uint32_t width)
{
	uint64_t value;

	return virtio_config_read(device, offset, width, &value) ? value : 0;
}

/* Why the device cannot do what is asked of it here, or NULL (DRV-CRYPTO-1 to DRV-CRYPTO-8). */
static const char *find_obstacle(const struct virtio_device *device)
{
	if (!(CONFIG(device, status) & VIRTIO_CRYPTO_S_HW_READY))
		return "the device is not ready";
	if (CONFIG(device, max_dataqueues) != QUEUE_CONTROL)
		return "the device has not one data queue";
	if (!(CONFIG(device, crypto_services) >> VIRTIO_CRYPTO_SERVICE_CIPHER & 1) ||
	    !(CONFIG(device, cipher_algo_l) >> VIRTIO_CRYPTO_CIPHER_AES_CBC & 1))
		return "the device has no AES-CBC";
	if (CONFIG(device, max_cipher_key_len) < KEY_SIZE ||
	    CONFIG(device, max_size) < CRYPTO_BLOCK + 2 * CRYPTO_LARGEST)
		return "the device takes no requests of our size";
	return NULL;
}

static bool crypto_start(struct engine *engine)
{
	const struct virtio_engine *virtio = engine->state;
	const char *obstacle = find_obstacle(virtio->device);

	if (obstacle) {
		format(engine->fault, sizeof(engine->fault), "%s", obstacle);
		return false;
	}
	return virtio_engine_queue(engine, QUEUE_DATA, 64) && virtio_engine_queue(engine, QUEUE_CONTROL, 16);
}

/* Begins a request that the device can only decline, as soon as it comes to look at it. */
static bool submit_overtaker(struct engine *engine)
{
	struct virtio_engine *virtio = engine->state;
	struct virtio_crypto_op_data_req *request = virtio_engine_pointer(virtio, AREA_OVERTAKER + AREA_REQUEST);
	struct virtqueue_buffer chain[] = {
		{ virtio_engine_number(virtio, AREA_OVERTAKER + AREA_REQUEST), sizeof(*request), false },
		{ virtio_engine_number(virtio, AREA_OVERTAKER + AREA_STATUS), sizeof(struct virtio_crypto_inhdr),
		  true },
	};

	memset(request, 0, sizeof(*request));
	request->header.opcode = cpu_to_le32(NO_OPERATION);
	return virtio_engine_submit(engine, QUEUE_DATA, chain, 2);
}

/* A request that is as large as any. *held: the one behind it has come back before it. */
static enum engine_result look(struct engine *engine, bool *held)
{
	struct virtio_engine *virtio = engine->state;
	const volatile uint8_t *status = virtio_engine_pointer(virtio, AREA_STATUS);
	struct virtqueue_used used;

	*held = false;
	if (!submit(engine, CRYPTO_ENCRYPT, crypto_state(engine)->sessions[CRYPTO_ENCRYPT],
		    virtio_engine_number(virtio, AREA_SOURCE), virtio_engine_number(virtio, AREA_RESULT),
		    CRYPTO_LARGEST) || !submit_overtaker(engine))
		return ENGINE_FAILED;
	if (virtio_engine_wait(engine, QUEUE_DATA, ENGINE_LIMIT, &used) != ENGINE_DONE)
		return ENGINE_FAILED;
	*held = *status == STATUS_NONE;
	return wait_good(engine, ENGINE_LIMIT);
}

/* False when a request is not answered, or not well. A device that has answered others before lets it wait. */
static bool find_pace(struct engine *engine)
{
	uint64_t *pace = virtio_engine_of(engine)->device->learnt;
	enum engine_result result = ENGINE_DONE;
	bool held = false;

	*pace = PACE_GOOD;
	for (unsigned i = 0; i < REQUESTS && result == ENGINE_DONE && !held; i++) {
		result = look(engine, &held);
		if (held && result != ENGINE_FAILED && i > 0)
			*pace = PACE_HELD;
	}
	return result == ENGINE_DONE;
}

static bool crypto_ready(struct engine *engine)
{
	const uint64_t *pace = virtio_engine_of(engine)->device->learnt;
	bool good = open_session(engine, CRYPTO_ENCRYPT) && open_session(engine, CRYPTO_DECRYPT) &&
		    (*pace != PACE_UNKNOWN || find_pace(engine));

	if (*pace == PACE_HELD)
		engine->no_writes = engine->no_reads =
			"the host holds requests back: leave out throttle-ops= and throttle-bps=";
	return good;
}

static bool crypto_begin(struct engine *engine, enum dma_direction direction, uint64_t address, uint32_t size)
{
	const struct virtio_engine *virtio = engine->state;
	bool reads = direction == DMA_DEVICE_READS;

	memset(virtio_engine_pointer(virtio, AREA_SOURCE), 0, size);
	return submit(engine, CRYPTO_ENCRYPT, crypto_state(engine)->sessions[CRYPTO_ENCRYPT],
		      reads ? address : virtio_engine_number(virtio, AREA_SOURCE),
		      reads ? virtio_engine_number(virtio, AREA_RESULT) : address, size);
}

static enum engine_result crypto_finish(struct engine *engine, uint64_t limit, void *seen)
{
	struct virtio_engine *virtio = engine->state;
	enum engine_result result = wait_good(engine, limit);
	uint8_t status;

	if (result != ENGINE_DONE || virtio->direction != DMA_DEVICE_READS || !seen)
		return result;
	result = crypto_run(engine, CRYPTO_DECRYPT, virtio_engine_pointer(virtio, AREA_RESULT), seen, virtio->size,
			    &status);
	if (result != ENGINE_DONE || status == VIRTIO_CRYPTO_OK)
		return result;
	format(engine->fault, sizeof(engine->fault), "what was encrypted cannot be decrypted: status %#x", status);
	return ENGINE_FAILED;
}

static const struct virtio_driver crypto = {
	.type = VIRTIO_ID_CRYPTO,
	.directions = DMA_DEVICE_BOTH,
	.largest = CRYPTO_LARGEST,
	.granule = CRYPTO_BLOCK,
	.request_queue = QUEUE_DATA,
	.chain = 5,
	.area_frames = 1,
	.start = crypto_start,
	.ready = crypto_ready,
	.begin = crypto_begin,
	.finish = crypto_finish,
};
VIRTIO_DRIVER(crypto);
