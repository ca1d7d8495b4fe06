/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Suite virtio.view: a buffer in as many pieces as its queue has room for, each in a frame of its own, in the ring
 * itself or in an indirect table. Chains in a ring go over its end: in a split ring down through descriptor 0 and on at
 * the table's end, in a packed one over the last slot, in each round somewhere else. Whole buffers are whole.c's.
 */
#include <linux/virtio_blk.h>
#include <linux/virtio_ids.h>
#include <linux/virtio_scsi.h>

#include "boot/frames.h"
#include "boot/string.h"
#include "drivers/virtio/fields.h"
#include "tests/conformance/probe/chain.h"
#include "tests/conformance/probe/landing.h"
#include "tests/conformance/probe/scatter.h"
#include "tests/conformance/probe/virtio_trial.h"

#define WORD		8u			/* bytes of a piece at least: less may become by chance what it was */
#define ROUNDS		3
#define LARGEST		4096u			/* bytes of such a buffer */

/* Seeds of what the device may read, in the right view and in the other one. */
#define SEED_RIGHT	0x3100
#define SEED_WRONG	0x3200

/* The buffer: byte n of it is in piece n / step; the last piece may be longer. */
static struct list {
	struct scatter pages;			/* one for each piece, and more */
	enum dma_direction direction;
	uint32_t size, step;
	unsigned count;				/* pieces */
	unsigned round;
	struct dma_area table;
	bool seen_it, lacks_room, spread;	/* the buffer in a request; with no room; only a part of it */
	bool full, over_end;			/* the chain is as long as the queue; and not in the ring's order */
	_Alignas(uint64_t) uint8_t right[LARGEST], wrong[LARGEST], seen[LARGEST];
} list;

static uint32_t piece_size(unsigned piece)
{
	if (piece >= list.count)
		return 0;
	return piece + 1 < list.count ? list.step : list.size - piece * list.step;
}

/* At the end of its page, and at the beginning, in turn. */
static uint64_t piece_offset(unsigned piece)
{
	return piece % 2 ? 0 : (list.pages.page - piece_size(piece)) / WORD * WORD;
}

static uint8_t *piece_bytes(enum view view, unsigned piece)
{
	return (uint8_t *)arch_pointer(scatter_frame(&list.pages, view, piece)) + piece_offset(piece);
}

/* The number that the driver is given for the buffer. It is found by that, and the device never gets it. */
static uint64_t stand_in(void)
{
	return list.pages.decoy.number + WORD;
}

/* Segments that the device takes in a request. */
static uint64_t most_segments(const struct virtio_device *device)
{
	bool blk = device->type == VIRTIO_ID_BLOCK;
	uint32_t field = blk ? offsetof(struct virtio_blk_config, seg_max) :
			       offsetof(struct virtio_scsi_config, seg_max);
	uint64_t most;

	if (blk ? !(device->offered & VIRTIO_BIT(VIRTIO_BLK_F_SEG_MAX)) : device->type != VIRTIO_ID_SCSI)
		return CHAIN_LARGEST;
	return virtio_config_read(device, field, sizeof(__u32), &most) ? most : CHAIN_LARGEST;
}

static unsigned least(uint64_t a, uint64_t b)
{
	return a < b ? a : b;
}

/* Into how many pieces the buffer is cut, where room is for so many beside the others of the request. In the first
 * round it is half as many, so that the next one begins in the middle of a packed ring. */
static void choose_pieces(const struct virtqueue *queue, unsigned room)
{
	if (room > 1 && list.round == 0)
		room /= 2;
	list.count = least(least(room, list.pages.count), least(list.size / WORD, most_segments(queue->device)));
	list.step = list.count ? list.size / list.count : 0;
}

static void lay(const uint8_t *bytes, enum view view)
{
	for (unsigned i = 0; i < list.count; i++)
		memcpy(piece_bytes(view, i), bytes + i * list.step, piece_size(i));
}

/* Where nothing translates there is one frame, which gets the right ones last. */
static void lay_payloads(void)
{
	enum view view = scatter_view(&list.pages);

	engine_payload(list.right, list.size, SEED_RIGHT);
	engine_payload(list.wrong, list.size, SEED_WRONG);
	if (!list.pages.decoy.identity)
		lay(list.wrong, view_opposite(view));
	lay(list.right, view);
}

/* The pieces of a request, with the buffer's in the place of the one that stands for it. */
static unsigned cut(const struct virtqueue_buffer *old, unsigned count, struct virtqueue_buffer *pieces)
{
	unsigned made = 0;

	for (unsigned i = 0; i < count; i++) {
		list.spread |= old[i].number == stand_in() && old[i].size != list.size;
		if (old[i].number != stand_in()) {
			pieces[made++] = old[i];
			continue;
		}
		for (unsigned j = 0; j < list.count; j++)
			pieces[made++] = (struct virtqueue_buffer) {
				list.pages.decoy.number + j * list.pages.page + piece_offset(j), piece_size(j),
				old[i].device_writes,
			};
	}
	return made;
}

/* Pieces of a table, whose descriptors begin in both formats with address and length. */
static void read_table(const struct virtqueue *queue, const struct vring_desc *table, unsigned count,
		       struct virtqueue_buffer *pieces)
{
	const struct vring_packed_desc *packed = (const struct vring_packed_desc *)table;

	for (unsigned i = 0; i < count; i++)
		pieces[i] = (struct virtqueue_buffer) {
			virtio64_to_cpu(queue->device, table[i].addr), virtio32_to_cpu(queue->device, table[i].len),
			virtio16_to_cpu(queue->device, virtqueue_packed(queue) ? packed[i].flags : table[i].flags) &
				VRING_DESC_F_WRITE,
		};
}

static void write_table(const struct virtqueue *queue, struct vring_desc *table,
			const struct virtqueue_buffer *pieces, unsigned count)
{
	const struct virtio_device *device = queue->device;
	struct vring_packed_desc *packed = (struct vring_packed_desc *)table;

	for (unsigned i = 0; i < count; i++) {
		uint16_t flags = pieces[i].device_writes ? VRING_DESC_F_WRITE : 0;

		if (virtqueue_packed(queue)) {
			packed[i].id = 0;
			packed[i].flags = cpu_to_virtio16(device, flags);
		} else {
			flags |= i + 1 < count ? VRING_DESC_F_NEXT : 0;
			table[i].flags = cpu_to_virtio16(device, flags);
			table[i].next = cpu_to_virtio16(device, i + 1 < count ? i + 1 : 0);
		}
		table[i].addr = cpu_to_virtio64(device, pieces[i].number);
		table[i].len = cpu_to_virtio32(device, pieces[i].size);
	}
}

/* A table of the test's own, because the driver's are small. */
static void lead_to_table(struct chain *chain, const struct virtqueue_buffer *pieces, unsigned count)
{
	struct virtqueue *queue = chain->queue;

	write_table(queue, arch_pointer(list.table.memory), pieces, count);
	chain->pieces[0].number = virtio_address(queue->device, &list.table.map, 0);
	chain->pieces[0].size = count * sizeof(struct vring_desc);
	chain_rewrite(chain, 0);
	chain_set_flags(queue, chain->at[0], chain_flags(queue, chain->at[0]) | VRING_DESC_F_INDIRECT);
}

static bool goes_over_end(const struct chain *chain)
{
	uint16_t last = chain->queue->size - 1;

	for (unsigned i = 0; i + 1 < chain->count; i++)
		if ((chain->at[i] == 0 && chain->at[i + 1] == last) || (chain->at[i] == last && chain->at[i + 1] == 0))
			return true;
	return false;
}

/* A driver may give the device the same buffer more than once: then it is the same pieces. */
static void prepare_pieces(const struct virtqueue *queue, unsigned room, unsigned others)
{
	if (list.seen_it)
		return;
	list.seen_it = true;
	choose_pieces(queue, least(room, CHAIN_LARGEST) - others);
	if (list.direction == DMA_DEVICE_READS)
		lay_payloads();
}

static void lengthen(struct virtqueue *queue, void *context)
{
	struct virtqueue_buffer old[CHAIN_LARGEST], pieces[2 * CHAIN_LARGEST];
	const struct vring_desc *table;
	struct chain chain;
	unsigned count;

	(void)context;
	chain_read(queue, &chain);
	if (!chain_names(&chain, stand_in()))
		return;
	table = chain_table(&chain, &count);
	if (table) {
		read_table(queue, table, count, old);
		prepare_pieces(queue, queue->size, count - 1);
	} else {
		count = chain.count;
		memcpy(old, chain.pieces, count * sizeof(old[0]));
		prepare_pieces(queue, queue->free_count + count, count - 1);
	}
	count = cut(old, count, pieces);
	list.full |= count == queue->size;
	if (list.spread)
		return;
	if (table)
		lead_to_table(&chain, pieces, count);
	else if (!chain_lengthen(&chain, pieces, count))
		list.lacks_room = true;
	else
		list.over_end |= goes_over_end(&chain);
}

static void expect_beside_still(struct trial *trial, enum view view, unsigned piece)
{
	frames_fill((phys_addr) { scatter_frame(&list.pages, view, piece).value + piece_offset(piece) },
		    (piece_size(piece) + WORD - 1) / WORD * WORD);
	scatter_expect_still(trial, &list.pages, view, piece, "memory beside the pieces");
}

/* Bytes of the last word that are not the piece's. */
static void expect_rest_still(struct trial *trial, enum view view, unsigned piece)
{
	const uint8_t *bytes = piece_bytes(view, piece);
	uint64_t address = scatter_frame(&list.pages, view, piece).value + piece_offset(piece);

	for (uint32_t at = piece_size(piece); at % WORD; at++) {
		uint64_t pattern = frames_pattern(address + at / WORD * WORD);

		expect(trial, bytes[at] == ((const uint8_t *)&pattern)[at % WORD],
		       "a byte behind piece %u of %u moved", piece, list.count);
	}
}

static void judge_written(struct trial *trial)
{
	enum view view = scatter_view(&list.pages);
	struct frames_stray stray;

	for (unsigned i = 0; i < list.pages.count && trial_good(trial); i++) {
		phys_addr at = { scatter_frame(&list.pages, view, i).value + piece_offset(i) };

		/* An entropy device may give less than it was asked for (RNG-2). */
		if (i < list.count && (i == 0 || !list.pages.engine->unpredictable))
			expect(trial, !frames_intact(at, piece_size(i) / WORD * WORD, &stray),
			       "piece %u of %u was not written where it leads", i, list.count);
		expect_rest_still(trial, view, i);
		expect_beside_still(trial, view, i);
		if (!list.pages.decoy.identity)
			scatter_expect_still(trial, &list.pages, view_opposite(view), i, "memory in the other view");
	}
}

static void expect_kept(struct trial *trial, const uint8_t *bytes, enum view view)
{
	for (unsigned i = 0; i < list.pages.count && trial_good(trial); i++) {
		expect(trial, memcmp(piece_bytes(view, i), bytes + i * list.step, piece_size(i)) == 0,
		       "a read moved piece %u of %u, view %s", i, list.count, view_name(view));
		expect_rest_still(trial, view, i);
		expect_beside_still(trial, view, i);
	}
}

static void judge_read(struct trial *trial)
{
	enum view view = scatter_view(&list.pages);
	uint32_t at = 0;

	while (at < list.size && list.seen[at] == list.right[at])
		at++;
	expect(trial, at == list.size, "byte %u of %u, of %u pieces, was not read where its piece leads", at,
	       list.size, list.count);
	expect_kept(trial, list.right, view);
	if (!list.pages.decoy.identity)
		expect_kept(trial, list.wrong, view_opposite(view));
}

/* Queues in which nothing is outstanding begin in the middle. */
static void turn_queues(const struct engine *engine)
{
	struct virtio_engine *virtio = virtio_engine_of(engine);

	for (unsigned i = 0; i < VIRTIO_ENGINE_QUEUES; i++)
		if (virtio->queues_started >> i & 1)
			chain_turn_free(&virtio->queues[i]);
}

static bool go_round(struct trial *trial)
{
	struct engine *engine = list.pages.engine;
	bool reads = list.direction == DMA_DEVICE_READS;
	enum engine_result result;

	list.seen_it = list.lacks_room = list.spread = list.full = false;
	list.count = 0;
	turn_queues(engine);
	watch_queues(engine, lengthen, NULL);
	barrier_full();
	result = engine_transfer(engine, list.direction, stand_in(), list.size, ENGINE_LIMIT, reads ? list.seen : NULL);
	barrier_full();
	watch_queues(engine, NULL, NULL);
	if (list.spread) {
		trial_skip(trial, "its transfers are spread over several small requests");
		return false;
	}
	if (!expect(trial, list.seen_it && !list.lacks_room, "no request has the buffer, or there is no room for it") ||
	    !expect(trial, result == ENGINE_DONE, "a request of %u pieces was not completed (%s%s%s)", list.count,
		    engine_result_name(result), engine->fault[0] ? ": " : "", engine->fault))
		return false;
	(reads ? judge_read : judge_written)(trial);
	return trial_good(trial);
}

/* As many entries as a request has pieces at the most, so that its chain can be as long as the queue. */
static uint16_t queue_size(const struct engine *engine)
{
	const struct virtio_engine *virtio = virtio_engine_of(engine);
	unsigned size = 4, chain = virtio->driver->chain;
	unsigned most = least(engine->largest / WORD + (chain ? chain - 1 : 0), CHAIN_LARGEST);

	while (2 * size <= most || size < chain)
		size *= 2;
	return size;
}

static void in_pieces(struct trial *trial, enum dma_direction direction)
{
	struct engine *engine = trial->subject->engine;
	struct virtio_engine *virtio = virtio_engine_of(engine);
	unsigned full = 0;

	virtio->plan = (struct virtio_plan) { .queue_size = queue_size(engine) };
	if (!trial_start(trial, engine) || (direction == DMA_DEVICE_READS && !trial_can_read(trial)))
		return;
	list.direction = direction;
	list.over_end = false;
	list.size = least(engine->largest, LARGEST) / WORD * WORD;
	if (list.size < 2 * WORD) {
		trial_skip(trial, "its transfers are of %u bytes at the most, too few for two pieces", engine->largest);
		return;
	}
	if (!virtio_area_make(virtio->device, &list.table, 1) ||
	    !scatter_make(trial, &list.pages, engine, least(list.size / WORD, CHAIN_LARGEST))) {
		trial_error(trial, "no room for a buffer in pieces");
		return;
	}
	for (list.round = 0; list.round < ROUNDS && go_round(trial); list.round++)
		full += list.full;
	if (trial_good(trial))
		trial_record(trial, "%u pieces, %s%s", list.count,
			     full ? "as many as fit the queue" : "in a longer queue",
			     list.over_end ? ", over the ring's end" : "");
	engine_stop(engine);
	scatter_release(&list.pages);
	dma_area_release(&list.table);
}

static bool modern_layout(const struct subject *subject)
{
	return on_each_layout(subject) && !virtio_engine_of(subject->engine)->mode->legacy;
}

static void long_write(struct trial *trial)
{
	in_pieces(trial, DMA_DEVICE_WRITES);
}
CONFORMANCE_TEST("virtio.view.long-write", long_write,
		 "A chain or table as long as its queue, over the ring's end, is written in each piece, and nothing "
		 "beside.",
		 .scope = &scope_virtio_engine, .about = modern_layout, .skip = needs_writes,
		 .clauses = "DEF-1 DEF-3 SPLIT-1", .judged_by = EVIDENCE);

static void long_read(struct trial *trial)
{
	in_pieces(trial, DMA_DEVICE_READS);
}
CONFORMANCE_TEST("virtio.view.long-read", long_read,
		 "A chain or table as long as its queue, over the ring's end, is read in each piece, and nothing "
		 "moves.",
		 .scope = &scope_virtio_engine, .about = modern_layout, .skip = needs_reads,
		 .clauses = "DEF-1 DEF-3 SPLIT-1 SPLIT-3", .judged_by = EVIDENCE);
