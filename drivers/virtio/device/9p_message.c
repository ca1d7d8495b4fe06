/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The messages of 9P: see 9p_message.h. They are little-endian, whatever the byte order of the rings. The data are in a
 * descriptor of their own.
 *
 * Source: 9P2000 (intro(5), version(5), attach(5), walk(5), read(5) of Plan 9) and the messages that 9P2000.L adds
 * (Tlopen, Tgetattr).
 */
#include "drivers/virtio/device/9p_message.h"

#include "boot/string.h"

/* Types of messages; the answer to one is the next number, or an error. */
#define R_LERROR	7
#define T_LOPEN		12
#define T_GETATTR	24
#define T_VERSION	100
#define T_ATTACH	104
#define T_WALK		110
#define T_READ		116
#define T_WRITE		118

#define NO_TAG		0xffff
#define NO_FID		0xffffffffu
#define FID_ROOT	0
#define FID_SCRATCH	1
#define READ_HEADER	(P9_MESSAGE_HEADER + 4)
#define GETATTR_BASIC	0x7ffu
#define MESSAGE_SIZE	16384u		/* the most that is agreed on */

/* The area: message, answer; data from P9_AREA_DATA on. */
#define AREA_MESSAGE	0
#define AREA_ANSWER	1024
#define ANSWER_SIZE	1024

struct p9_messages *p9_messages(const struct engine *engine)
{
	struct virtio_engine *virtio = engine->state;

	_Static_assert(sizeof(struct p9_messages) <= sizeof(virtio->private_words), "private words");
	return (struct p9_messages *)virtio->private_words;
}

static void put(struct engine *engine, uint64_t value, unsigned bytes)
{
	uint8_t *message = virtio_engine_pointer(engine->state, AREA_MESSAGE);

	for (unsigned i = 0; i < bytes; i++)
		message[p9_messages(engine)->size++] = value >> 8 * i;
}

static void put_string(struct engine *engine, const char *text)
{
	put(engine, strlen(text), 2);
	while (*text)
		put(engine, *text++, 1);
}

static uint32_t get(const uint8_t *at, unsigned bytes)
{
	uint32_t value = 0;

	for (unsigned i = 0; i < bytes; i++)
		value |= (uint32_t)at[i] << 8 * i;
	return value;
}

static void begin_message(struct engine *engine, uint8_t type)
{
	struct p9_messages *state = p9_messages(engine);

	state->size = 4;
	state->type = type;
	state->tag = type == T_VERSION ? NO_TAG : (state->tag + 1) % NO_TAG;
	put(engine, type, 1);
	put(engine, state->tag, 2);
}

/* Sends the message, with data behind it, or with room for data behind its answer and for more behind that (or
 * NULL). */
static bool submit_behind(struct engine *engine, uint32_t answer, uint64_t data, uint32_t size, bool device_writes,
			  const struct virtqueue_buffer *behind)
{
	struct virtio_engine *virtio = engine->state;
	uint32_t message = p9_messages(engine)->size;
	struct virtqueue_buffer chain[4] = { { virtio_engine_number(virtio, AREA_MESSAGE), message, false } };
	unsigned count = 1;

	p9_messages(engine)->size = 0;
	put(engine, message + (device_writes ? 0 : size), 4);
	memset(virtio_engine_pointer(virtio, AREA_ANSWER), 0, ANSWER_SIZE);
	if (size && !device_writes)
		chain[count++] = (struct virtqueue_buffer) { data, size, false };
	chain[count++] = (struct virtqueue_buffer) { virtio_engine_number(virtio, AREA_ANSWER), answer, true };
	if (size && device_writes)
		chain[count++] = (struct virtqueue_buffer) { data, size, true };
	if (behind)
		chain[count++] = *behind;
	return virtio_engine_submit(engine, P9_QUEUE, chain, count);
}

static bool submit(struct engine *engine, uint32_t answer, uint64_t data, uint32_t size, bool device_writes)
{
	return submit_behind(engine, answer, data, size, device_writes, NULL);
}

enum engine_result p9_wait(struct engine *engine, uint64_t limit)
{
	struct p9_messages *state = p9_messages(engine);
	const uint8_t *answer = virtio_engine_pointer(engine->state, AREA_ANSWER);
	struct virtqueue_used used;
	enum engine_result result = virtio_engine_wait(engine, P9_QUEUE, limit, &used);

	if (result != ENGINE_DONE || (answer[4] == state->type + 1 && get(answer + 5, 2) == state->tag))
		return result;
	format(engine->fault, sizeof(engine->fault),
	       "message %u tag %u: answer %u tag %u, error %u", state->type, state->tag, answer[4],
	       get(answer + 5, 2), answer[4] == R_LERROR ? get(answer + P9_MESSAGE_HEADER, 4) : 0);
	return ENGINE_FAILED;
}

bool p9_refused(const struct engine *engine)
{
	const uint8_t *answer = virtio_engine_pointer(engine->state, AREA_ANSWER);

	return answer[4] == R_LERROR && get(answer + 5, 2) == p9_messages(engine)->tag;
}

static bool exchange(struct engine *engine)
{
	return submit(engine, ANSWER_SIZE, 0, 0, false) && p9_wait(engine, ENGINE_LIMIT) == ENGINE_DONE;
}

static void begin_version(struct engine *engine)
{
	begin_message(engine, T_VERSION);
	put(engine, MESSAGE_SIZE, 4);
	put_string(engine, "9P2000.L");
}

bool p9_agree_on_version(struct engine *engine)
{
	begin_version(engine);
	return exchange(engine);
}

bool p9_attach(struct engine *engine)
{
	begin_message(engine, T_ATTACH);
	put(engine, FID_ROOT, 4);
	put(engine, NO_FID, 4);
	put_string(engine, "");
	put_string(engine, "");
	put(engine, NO_FID, 4);
	return exchange(engine);
}

bool p9_walk_to_scratch(struct engine *engine)
{
	begin_message(engine, T_WALK);
	put(engine, FID_ROOT, 4);
	put(engine, FID_SCRATCH, 4);
	put(engine, 1, 2);
	put_string(engine, "scratch");
	return exchange(engine);
}

bool p9_open_scratch(struct engine *engine, uint32_t flags)
{
	begin_message(engine, T_LOPEN);
	put(engine, FID_SCRATCH, 4);
	put(engine, flags, 4);
	return exchange(engine);
}

/* Tread and Twrite begin alike. */
static void begin_data(struct engine *engine, uint8_t type, uint64_t offset, uint32_t size)
{
	begin_message(engine, type);
	put(engine, FID_SCRATCH, 4);
	put(engine, offset, 8);
	put(engine, size, 4);
}

bool p9_submit_read(struct engine *engine, uint64_t offset, uint64_t number, uint32_t size)
{
	begin_data(engine, T_READ, offset, size);
	return submit(engine, READ_HEADER, number, size, true);
}

bool p9_submit_write(struct engine *engine, uint64_t offset, uint64_t number, uint32_t size)
{
	begin_data(engine, T_WRITE, offset, size);
	return submit(engine, ANSWER_SIZE, number, size, false);
}

bool p9_submit_attributes_to(struct engine *engine, uint64_t address, uint32_t size)
{
	const struct virtio_engine *virtio = engine->state;
	uint32_t rest = P9_MESSAGE_HEADER + size;
	struct virtqueue_buffer behind = {
		virtio_engine_number(virtio, AREA_ANSWER + rest), P9_GETATTR_ANSWER - rest, true,
	};

	if (rest >= P9_GETATTR_ANSWER) {
		format(engine->fault, sizeof(engine->fault),
		       "there is no scratch file, and attributes have no %u bytes", size);
		return false;
	}
	begin_message(engine, T_GETATTR);
	put(engine, FID_ROOT, 4);
	put(engine, GETATTR_BASIC, 8);
	return submit_behind(engine, P9_MESSAGE_HEADER, address, size, true, &behind);
}

bool p9_submit_version_to(struct engine *engine, uint64_t address, uint32_t size)
{
	begin_version(engine);
	return submit_behind(engine, P9_MESSAGE_HEADER, address, size, true, NULL);
}

uint32_t p9_answer_count(const struct engine *engine)
{
	const uint8_t *answer = virtio_engine_pointer(engine->state, AREA_ANSWER);

	return get(answer + P9_MESSAGE_HEADER, 4);
}

enum engine_result p9_wait_data(struct engine *engine, uint64_t limit, uint32_t size)
{
	enum engine_result result = p9_wait(engine, limit);

	if (result != ENGINE_DONE || p9_answer_count(engine) == size)
		return result;
	format(engine->fault, sizeof(engine->fault),
	       "%u of %u bytes were read or written", p9_answer_count(engine), size);
	return ENGINE_FAILED;
}

bool p9_moved_data(const struct engine *engine)
{
	uint8_t type = p9_messages(engine)->type;

	return type == T_READ || type == T_WRITE;
}
