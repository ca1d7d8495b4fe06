/* SPDX-License-Identifier: BSD-2-Clause */
/* Messages of 9P one by one: see 9p_request.h. */
#include "drivers/virtio/device/9p_request.h"

#include "boot/string.h"
#include "drivers/virtio/device/9p_message.h"

/* The area: message; then, all of it a pattern, the answer, which ends where the data of others begin. */
#define AREA_MESSAGE	0
#define AREA_PATTERN	1024
#define   AREA_ANSWER	(AREA_PATTERN + 512)
#define PATTERN		0x5a

_Static_assert(AREA_MESSAGE + P9_MOST <= AREA_PATTERN, "room for the message");
_Static_assert(AREA_ANSWER + P9_MOST < P9_AREA_DATA, "room for the answer, and a pattern behind it");

/* What an indirect table has room for. */
#define CHAIN_MOST	VIRTQUEUE_TABLE_ENTRIES

void p9_begin(struct p9_exchange *exchange, uint8_t type, uint16_t tag)
{
	memset(exchange, 0, sizeof(*exchange));
	exchange->size = 4;
	p9_put(exchange, type, 1);
	p9_put(exchange, tag, 2);
}

void p9_put(struct p9_exchange *exchange, uint64_t value, unsigned bytes)
{
	for (unsigned i = 0; i < bytes && exchange->size < P9_MOST; i++)
		exchange->message[exchange->size++] = value >> 8 * i;
}

void p9_put_text(struct p9_exchange *exchange, const char *text)
{
	p9_put(exchange, strlen(text), 2);
	p9_put_bytes(exchange, text, strlen(text));
}

void p9_put_bytes(struct p9_exchange *exchange, const void *bytes, uint32_t size)
{
	for (uint32_t i = 0; i < size; i++)
		p9_put(exchange, ((const uint8_t *)bytes)[i], 1);
}

static uint64_t get(const uint8_t *at, unsigned bytes)
{
	uint64_t value = 0;

	for (unsigned i = 0; i < bytes; i++)
		value |= (uint64_t)at[i] << 8 * i;
	return value;
}

uint64_t p9_get(const struct p9_exchange *exchange, uint32_t offset, unsigned bytes)
{
	return P9_HEADER + offset + bytes <= P9_MOST ? get(exchange->answer + P9_HEADER + offset, bytes) : 0;
}

/* Pieces of cut bytes, and one with the rest when there would be more than half of a chain of them. */
static unsigned add(struct virtqueue_buffer *pieces, uint64_t number, uint32_t size, uint32_t cut, bool device_writes)
{
	unsigned count = 0;

	while (size) {
		uint32_t part = cut && cut < size && count + 1 < CHAIN_MOST / 2 ? cut : size;

		pieces[count++] = (struct virtqueue_buffer) { number, part, device_writes };
		number += part;
		size -= part;
	}
	return count;
}

/* Behind what the answer says that it has, and before it, is there the pattern still? */
static bool beside_all_is_well(const struct virtio_engine *virtio, uint32_t size)
{
	const uint8_t *area = virtio_engine_pointer(virtio, 0);

	for (uint32_t i = AREA_PATTERN; i < P9_AREA_DATA; i++)
		if ((i < AREA_ANSWER || i >= AREA_ANSWER + size) && area[i] != PATTERN)
			return false;
	return true;
}

static void take_answer(struct p9_exchange *exchange, const struct virtio_engine *virtio)
{
	memcpy(exchange->answer, virtio_engine_pointer(virtio, AREA_ANSWER), P9_MOST);
	exchange->answer_size = get(exchange->answer, 4);
	exchange->type = exchange->answer[4];
	exchange->tag = get(exchange->answer + 5, 2);
	exchange->error = exchange->type == P9_RLERROR ? p9_get(exchange, 0, 4) : 0;
	exchange->strayed = exchange->answer_size > exchange->room ||
			    !beside_all_is_well(virtio, exchange->answer_size);
}

enum engine_result p9_ask(struct engine *engine, struct p9_exchange *exchange)
{
	struct virtio_engine *virtio = engine->state;
	struct virtqueue_buffer pieces[CHAIN_MOST];
	struct virtqueue_used used = { 0 };
	enum engine_result result;
	unsigned count;

	if (!exchange->room || exchange->room > P9_MOST)
		exchange->room = P9_MOST;
	for (unsigned i = 0; i < 4; i++)
		exchange->message[i] = exchange->size >> 8 * i;
	memcpy(virtio_engine_pointer(virtio, AREA_MESSAGE), exchange->message, exchange->size);
	memset(virtio_engine_pointer(virtio, AREA_PATTERN), PATTERN, P9_AREA_DATA - AREA_PATTERN);
	count = add(pieces, virtio_engine_number(virtio, AREA_MESSAGE), exchange->size, exchange->cut, false);
	count += add(pieces + count, virtio_engine_number(virtio, AREA_ANSWER), exchange->room, exchange->cut, true);
	if (!virtio_engine_submit(engine, P9_QUEUE, pieces, count))
		return ENGINE_FAILED;
	result = virtio_engine_wait(engine, P9_QUEUE, ENGINE_LIMIT, &used);
	exchange->length = used.length;
	if (result == ENGINE_DONE)
		take_answer(exchange, virtio);
	return result;
}
