/*
 * The 9P transport: see 9p.h. As an engine it writes memory by reading the scratch file, and reads memory by writing
 * the file, which is then read back to learn what the device had seen. Where there is no scratch file, it writes a
 * part of its answer to Tgetattr, which has room for smaller transfers only; and to Tversion where a test has left out
 * what must come before other messages. The data are in a descriptor of their own.
 *
 * Messages are little-endian, whatever the byte order of the rings.
 *
 * Source: 9P2000 (intro(5), version(5), attach(5), walk(5), read(5) of Plan 9) and the messages that 9P2000.L adds
 * (Tlopen, Tgetattr); VIRTIO 1.4 knows no more of it than its ids, <linux/virtio_9p.h> has its configuration.
 */
#include "drivers/virtio/9p.h"

#include <linux/virtio_9p.h>
#include <linux/virtio_ids.h>

#include "boot/byteorder.h"
#include "boot/string.h"
#include "drivers/virtio/blk.h"

#define QUEUE_REQUESTS	0

/* Types of messages; the answer to one is the next number, or an error. */
#define R_LERROR	7
#define T_LOPEN		12
#define T_GETATTR	24
#define T_VERSION	100
#define T_ATTACH	104
#define T_WALK		110
#define T_READ		116
#define T_WRITE		118
#define O_RDONLY	0
#define O_RDWR		2

#define NO_TAG		0xffff
#define NO_FID		0xffffffffu
#define FID_ROOT	0
#define FID_SCRATCH	1
#define MESSAGE_HEADER	7		/* size, type, tag */
#define READ_HEADER	(MESSAGE_HEADER + 4)
#define GETATTR_ANSWER	160u
#define GETATTR_BASIC	0x7ffu
#define MESSAGE_SIZE	16384u		/* the most that is agreed on */

/* The area: message, answer, data. */
#define AREA_MESSAGE	0
#define AREA_ANSWER	1024
#define ANSWER_SIZE	1024
#define AREA_DATA	4096

/* What the attributes have room for, in whole granules. */
#define GRANULE		8u
#define ATTRIBUTES	((GETATTR_ANSWER - MESSAGE_HEADER - 1) / GRANULE * GRANULE)

/* What is known of the scratch file, in virtio_device.learnt[0]. */
enum p9_scratch { SCRATCH_UNKNOWN, SCRATCH_NONE, SCRATCH_READABLE, SCRATCH_WRITABLE };

/* What is known of the messages, in virtio_engine.private_words. */
struct p9_state {
	bool attached;			/* since the last start */
	uint16_t tag;			/* of the message under way */
	uint8_t type;
	uint32_t size;			/* of the message that is being put together */
};

static struct p9_state *p9_state(const struct engine *engine)
{
	struct virtio_engine *virtio = engine->state;

	_Static_assert(sizeof(struct p9_state) <= sizeof(virtio->private_words), "private words");
	return (struct p9_state *)virtio->private_words;
}

static uint64_t *p9_scratch(const struct engine *engine)
{
	return &virtio_engine_of(engine)->device->learnt[0];
}

static void put(struct engine *engine, uint64_t value, unsigned bytes)
{
	uint8_t *message = virtio_engine_pointer(engine->state, AREA_MESSAGE);

	for (unsigned i = 0; i < bytes; i++)
		message[p9_state(engine)->size++] = value >> 8 * i;
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
	struct p9_state *state = p9_state(engine);

	state->size = 4;
	state->type = type;
	state->tag = type == T_VERSION ? NO_TAG : (state->tag + 1) % NO_TAG;
	put(engine, type, 1);
	put(engine, state->tag, 2);
}

/* Sends the message, with data behind it, or with room for data behind its answer and for more behind that (or NULL).
 * */
static bool submit_behind(struct engine *engine, uint32_t answer, uint64_t data, uint32_t size, bool device_writes,
			  const struct virtqueue_buffer *behind)
{
	struct virtio_engine *virtio = engine->state;
	uint32_t message = p9_state(engine)->size;
	struct virtqueue_buffer chain[4] = { { virtio_engine_number(virtio, AREA_MESSAGE), message, false } };
	unsigned count = 1;

	p9_state(engine)->size = 0;
	put(engine, message + (device_writes ? 0 : size), 4);
	memset(virtio_engine_pointer(virtio, AREA_ANSWER), 0, ANSWER_SIZE);
	if (size && !device_writes)
		chain[count++] = (struct virtqueue_buffer) { data, size, false };
	chain[count++] = (struct virtqueue_buffer) { virtio_engine_number(virtio, AREA_ANSWER), answer, true };
	if (size && device_writes)
		chain[count++] = (struct virtqueue_buffer) { data, size, true };
	if (behind)
		chain[count++] = *behind;
	return virtio_engine_submit(engine, QUEUE_REQUESTS, chain, count);
}

static bool submit(struct engine *engine, uint32_t answer, uint64_t data, uint32_t size, bool device_writes)
{
	return submit_behind(engine, answer, data, size, device_writes, NULL);
}

static enum engine_result wait(struct engine *engine, uint64_t limit)
{
	struct p9_state *state = p9_state(engine);
	const uint8_t *answer = virtio_engine_pointer(engine->state, AREA_ANSWER);
	struct virtqueue_used used;
	enum engine_result result = virtio_engine_wait(engine, QUEUE_REQUESTS, limit, &used);

	if (result != ENGINE_DONE || (answer[4] == state->type + 1 && get(answer + 5, 2) == state->tag))
		return result;
	format(engine->fault, sizeof(engine->fault),
	       "message %u tag %u: answer %u tag %u, error %u", state->type, state->tag, answer[4],
	       get(answer + 5, 2), answer[4] == R_LERROR ? get(answer + MESSAGE_HEADER, 4) : 0);
	return ENGINE_FAILED;
}

/* Was the last message answered, by the words that it will not be done? */
static bool refused(const struct engine *engine)
{
	const uint8_t *answer = virtio_engine_pointer(engine->state, AREA_ANSWER);

	return answer[4] == R_LERROR && get(answer + 5, 2) == p9_state(engine)->tag;
}

static bool exchange(struct engine *engine)
{
	return submit(engine, ANSWER_SIZE, 0, 0, false) && wait(engine, ENGINE_LIMIT) == ENGINE_DONE;
}

static void begin_version(struct engine *engine)
{
	begin_message(engine, T_VERSION);
	put(engine, MESSAGE_SIZE, 4);
	put_string(engine, "9P2000.L");
}

static bool attach(struct engine *engine)
{
	begin_message(engine, T_ATTACH);
	put(engine, FID_ROOT, 4);
	put(engine, NO_FID, 4);
	put_string(engine, "");
	put_string(engine, "");
	put(engine, NO_FID, 4);
	return exchange(engine);
}

static bool walk_to_scratch(struct engine *engine)
{
	begin_message(engine, T_WALK);
	put(engine, FID_ROOT, 4);
	put(engine, FID_SCRATCH, 4);
	put(engine, 1, 2);
	put_string(engine, "scratch");
	return exchange(engine);
}

static bool open_scratch(struct engine *engine, uint32_t flags)
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

static bool submit_read(struct engine *engine, uint64_t offset, uint64_t number, uint32_t size)
{
	begin_data(engine, T_READ, offset, size);
	return submit(engine, READ_HEADER, number, size, true);
}

static bool submit_write(struct engine *engine, uint64_t offset, uint64_t number, uint32_t size)
{
	begin_data(engine, T_WRITE, offset, size);
	return submit(engine, ANSWER_SIZE, number, size, false);
}

/* Attributes of the folder, all but the first few of them where they are wanted. */
static bool submit_attributes_to(struct engine *engine, uint64_t address, uint32_t size)
{
	const struct virtio_engine *virtio = engine->state;
	uint32_t rest = MESSAGE_HEADER + size;
	struct virtqueue_buffer behind = {
		virtio_engine_number(virtio, AREA_ANSWER + rest), GETATTR_ANSWER - rest, true,
	};

	if (rest >= GETATTR_ANSWER) {
		format(engine->fault, sizeof(engine->fault),
		       "there is no scratch file, and attributes have no %u bytes", size);
		return false;
	}
	begin_message(engine, T_GETATTR);
	put(engine, FID_ROOT, 4);
	put(engine, GETATTR_BASIC, 8);
	return submit_behind(engine, MESSAGE_HEADER, address, size, true, &behind);
}

/* What is agreed on, which is less than tests ask for, but the one thing that needs nothing before it. */
static bool submit_version_to(struct engine *engine, uint64_t address, uint32_t size)
{
	begin_version(engine);
	return submit_behind(engine, MESSAGE_HEADER, address, size, true, NULL);
}

/* Both answers begin with the bytes that were read or written. */
static enum engine_result wait_data(struct engine *engine, uint64_t limit, uint32_t size)
{
	const uint8_t *answer = virtio_engine_pointer(engine->state, AREA_ANSWER);
	enum engine_result result = wait(engine, limit);

	if (result != ENGINE_DONE || get(answer + MESSAGE_HEADER, 4) == size)
		return result;
	format(engine->fault, sizeof(engine->fault),
	       "%u of %u bytes were read or written", get(answer + MESSAGE_HEADER, 4), size);
	return ENGINE_FAILED;
}

enum engine_result p9_write_from(struct engine *engine, uint64_t offset, uint64_t number, uint32_t size)
{
	if (p9_not_writable(engine) || size > P9_LARGEST || !submit_write(engine, offset, number, size))
		return ENGINE_FAILED;
	return wait_data(engine, ENGINE_LIMIT, size);
}

enum engine_result p9_read(struct engine *engine, uint64_t offset, void *bytes, uint32_t size)
{
	struct virtio_engine *virtio = engine->state;
	enum engine_result result;

	if (size > P9_LARGEST || !submit_read(engine, offset, virtio_engine_number(virtio, AREA_DATA), size))
		return ENGINE_FAILED;
	result = wait_data(engine, ENGINE_LIMIT, size);
	if (result == ENGINE_DONE)
		memcpy(bytes, virtio_engine_pointer(virtio, AREA_DATA), size);
	return result;
}

const char *p9_no_scratch(const struct engine *engine)
{
	return *p9_scratch(engine) >= SCRATCH_READABLE ? NULL :
	       "the exported folder has no file 'scratch' that begins with the scratch signature: tests/gate/boot "
	       "makes one";
}

const char *p9_not_writable(const struct engine *engine)
{
	if (*p9_scratch(engine) == SCRATCH_READABLE)
		return "the host does not let the file 'scratch' be written: leave out readonly=on, and give it the "
		       "rights";
	return p9_no_scratch(engine);
}

bool p9_mount_tag(const struct virtio_device *device, char *tag, unsigned size)
{
	uint64_t length, byte;

	if (!(device->offered & VIRTIO_BIT(VIRTIO_9P_MOUNT_TAG)) || !virtio_config_read(device, 0, 2, &length) ||
	    length >= size)
		return false;
	for (unsigned i = 0; i < length; i++) {
		if (!virtio_config_read(device, offsetof(struct virtio_9p_config, tag) + i, 1, &byte))
			return false;
		tag[i] = byte;
	}
	tag[length] = 0;
	return true;
}

static bool start(struct engine *engine)
{
	p9_state(engine)->attached = false;
	return virtio_engine_queue(engine, QUEUE_REQUESTS, 16);
}

/*
 * Reads a part of the file that is open into the area. Where the device refuses to, or gives less, the file is not as
 * large as a scratch file, and there is nothing of it. False when the device does not answer as it must.
 */
static bool look_at(struct engine *engine, uint64_t offset, uint32_t size, bool *there)
{
	const struct virtio_engine *virtio = engine->state;
	uint32_t count;

	*there = false;
	if (!submit_read(engine, offset, virtio_engine_number(virtio, AREA_DATA), size))
		return false;
	if (wait(engine, ENGINE_LIMIT) != ENGINE_DONE)
		return refused(engine);
	count = get((const uint8_t *)virtio_engine_pointer(virtio, AREA_ANSWER) + MESSAGE_HEADER, 4);
	*there = count == size;
	return count <= size;
}

/* The file is open. Is it as large as it is used, and does it begin with the signature? */
static bool look_at_scratch(struct engine *engine, bool *there)
{
	const void *found = virtio_engine_pointer(engine->state, AREA_DATA);
	const uint32_t size = strlen(SCRATCH_SIGNATURE);

	if (!look_at(engine, P9_TEXT, SECTOR_SIZE, there) || (*there && !look_at(engine, 0, size, there)))
		return false;
	*there = *there && memcmp(found, SCRATCH_SIGNATURE, size) == 0;
	return true;
}

/* What the device refuses is lacking in the folder; any other answer, or none, is a fault of the device. */
static bool look_for_scratch(struct engine *engine)
{
	enum p9_scratch found = SCRATCH_WRITABLE;
	bool there;

	*p9_scratch(engine) = SCRATCH_NONE;
	if (!walk_to_scratch(engine))
		return refused(engine);
	if (!open_scratch(engine, O_RDWR)) {
		if (!refused(engine))
			return false;
		if (!open_scratch(engine, O_RDONLY))
			return refused(engine);
		found = SCRATCH_READABLE;
	}
	if (!look_at_scratch(engine, &there))
		return false;
	if (there)
		*p9_scratch(engine) = found;
	return true;
}

static bool find_scratch(struct engine *engine)
{
	uint64_t *scratch = p9_scratch(engine);

	if (*scratch == SCRATCH_UNKNOWN) {
		if (look_for_scratch(engine))
			return true;
		*scratch = SCRATCH_UNKNOWN;
		return false;
	}
	return *scratch == SCRATCH_NONE ||
	       (walk_to_scratch(engine) && open_scratch(engine, *scratch == SCRATCH_WRITABLE ? O_RDWR : O_RDONLY));
}

static bool ready(struct engine *engine)
{
	begin_version(engine);
	if (!exchange(engine) || !attach(engine))
		return false;
	p9_state(engine)->attached = true;
	if (!find_scratch(engine))
		return false;
	engine->no_reads = p9_not_writable(engine);
	engine->largest = p9_no_scratch(engine) ? ATTRIBUTES : P9_LARGEST;
	return true;
}

static bool begin(struct engine *engine, enum dma_direction direction, uint64_t address, uint32_t size)
{
	if (direction == DMA_DEVICE_WRITES && !p9_state(engine)->attached)
		return submit_version_to(engine, address, size);
	if (direction == DMA_DEVICE_WRITES && !p9_no_scratch(engine))
		return submit_read(engine, 0, address, size);
	if (direction == DMA_DEVICE_WRITES)
		return submit_attributes_to(engine, address, size);
	if (!p9_not_writable(engine))
		return submit_write(engine, P9_ENGINE, address, size);
	format(engine->fault, sizeof(engine->fault), "%s", p9_not_writable(engine));
	return false;
}

static enum engine_result finish(struct engine *engine, uint64_t limit, void *seen)
{
	struct virtio_engine *virtio = engine->state;
	enum engine_result result;

	if (p9_state(engine)->type != T_READ && p9_state(engine)->type != T_WRITE)
		return wait(engine, limit);
	result = wait_data(engine, limit, virtio->size);
	if (result != ENGINE_DONE || virtio->direction != DMA_DEVICE_READS || !seen)
		return result;
	return p9_read(engine, P9_ENGINE, seen, virtio->size);
}

static const struct virtio_driver p9 = {
	.type = VIRTIO_ID_9P,
	.features = VIRTIO_BIT(VIRTIO_9P_MOUNT_TAG),
	.directions = DMA_DEVICE_BOTH,
	.largest = P9_LARGEST,
	.granule = GRANULE,
	.request_queue = QUEUE_REQUESTS,
	.chain = 4,
	.area_frames = 1,
	.start = start,
	.ready = ready,
	.begin = begin,
	.finish = finish,
};
VIRTIO_DRIVER(p9);
