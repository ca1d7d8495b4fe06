/* SPDX-License-Identifier: BSD-2-Clause */
/* Forged parts of rings: see forgery.h. */
#include "tests/conformance/probe/forgery.h"

#include "boot/frames.h"
#include "boot/string.h"
#include "drivers/virtio/fields.h"
#include "tests/conformance/probe/oracle.h"

#define ENTRY_SIZE	sizeof(struct vring_desc)	/* of a descriptor of either format */
_Static_assert(ENTRY_SIZE == sizeof(struct vring_packed_desc), "descriptors of both formats begin with an address");
/* A forged indirect table goes to the end of the frame that the tables have, where no driver's own is yet. */
#define TABLE_SIZE	256
#define FORGED_TABLE	(FRAME_SIZE - TABLE_SIZE)

static bool is_split(unsigned number, const struct conformance_scope *scope)
{
	const struct virtio_engine *virtio = virtio_engine_of(engine_any(number));

	(void)scope;
	return virtio && !(virtio->mode->features & VIRTIO_RING_PACKED);
}

static bool is_packed(unsigned number, const struct conformance_scope *scope)
{
	const struct virtio_engine *virtio = virtio_engine_of(engine_any(number));

	(void)scope;
	return virtio && virtio->mode->features & VIRTIO_RING_PACKED;
}

static bool is_indirect(unsigned number, const struct conformance_scope *scope)
{
	const struct virtio_engine *virtio = virtio_engine_of(engine_any(number));

	(void)scope;
	return virtio && virtio->mode->layout != LAYOUT_DIRECT;
}

const struct conformance_scope scope_split_rings = {
	.of = &scope_any_engine, .only = is_split,
	.words = "each virtio device with a split ring, and other queues of it",
};
const struct conformance_scope scope_packed_rings = {
	.of = &scope_any_engine, .only = is_packed,
	.words = "each virtio device with a packed ring, and other queues of it",
};
const struct conformance_scope scope_indirect_rings = {
	.of = &scope_any_engine, .only = is_indirect, .words = "each virtio device with indirect tables",
};

/* Where the forged copy of something at the decoy is. */
static void *forged_copy(const struct forgery *forgery, const void *at)
{
	return (char *)arch_pointer(forgery->forged) + ((const char *)at - (const char *)arch_pointer(forgery->right));
}

static bool divert_one(const struct forgery *forgery, const struct virtqueue *queue, void *entry)
{
	__virtio64 *address = entry;
	uint64_t offset = virtio64_to_cpu(queue->device, *address) - forgery->true_target.number;

	if (offset >= FRAME_SIZE)
		return false;
	*address = cpu_to_virtio64(queue->device, forgery->forged_target.number + offset);
	return true;
}

/* A descriptor that leads to a table with the true target in it is to lead to a forged table. */
static void divert_table(const struct forgery *forgery, const struct virtqueue *queue, void *entry)
{
	const struct virtqueue_place *tables = &queue->places[PART_INDIRECT];
	char *page = arch_pointer(tables->memory);
	__virtio64 *address = entry;
	uint64_t offset = virtio64_to_cpu(queue->device, *address) - tables->number;
	char copy[TABLE_SIZE];
	bool diverted = false;

	if (offset >= FORGED_TABLE)
		return;
	memcpy(copy, page + offset, sizeof(copy));
	for (unsigned i = 0; i < TABLE_SIZE; i += ENTRY_SIZE)
		diverted |= divert_one(forgery, queue, copy + i);
	if (!diverted)
		return;
	memcpy(page + FORGED_TABLE, copy, sizeof(copy));
	*address = cpu_to_virtio64(queue->device, tables->number + FORGED_TABLE);
}

/* Lets descriptors lead to the forged target where they led to the true one. */
static void divert(const struct forgery *forgery, const struct virtqueue *queue, void *entries, unsigned count)
{
	for (unsigned i = 0; i < count; i++) {
		char *entry = (char *)entries + i * ENTRY_SIZE;

		if (!divert_one(forgery, queue, entry) && queue->layout != LAYOUT_DIRECT &&
		    forgery->part != PART_INDIRECT)
			divert_table(forgery, queue, entry);
	}
}

void forgery_copy(const struct forgery *forgery)
{
	memcpy(arch_pointer(forgery->forged), arch_pointer(forgery->right), forgery->decoy.frames * FRAME_SIZE);
}

void forge_descriptors(struct virtqueue *queue, void *context)
{
	struct forgery *forgery = context;

	forgery_copy(forgery);
	divert(forgery, queue, forged_copy(forgery, virtqueue_descriptors(queue)), queue->size);
	if (queue->device->transport->one_area)
		((struct vring_avail *)forged_copy(forgery, virtqueue_available(queue)))->idx =
			cpu_to_virtio16(queue->device, queue->available);
}

/* The forged ring is published with the right one. */
void forge_ring(struct virtqueue *queue, void *context)
{
	struct forgery *forgery = context;
	struct vring_packed_desc *ring = arch_pointer(forgery->forged);

	forgery_copy(forgery);
	divert(forgery, queue, ring, queue->size);
	ring[queue->withheld_slot].flags = cpu_to_virtio16(queue->device, queue->withheld_flags);
}

void forge_tables(struct virtqueue *queue, void *context)
{
	struct forgery *forgery = context;

	forgery_copy(forgery);
	divert(forgery, queue, arch_pointer(forgery->forged), FRAME_SIZE / ENTRY_SIZE);
}

/* Adds a second chain, alike but for its target, at the end of the table; the forged ring names that one. */
void forge_available(struct virtqueue *queue, void *context)
{
	struct forgery *forgery = context;
	struct virtio_device *device = queue->device;
	struct vring_desc *table = virtqueue_descriptors(queue);
	struct vring_avail *available;
	uint16_t slot = (uint16_t)(queue->available - 1) % queue->size;
	uint16_t from = virtio16_to_cpu(device, virtqueue_available(queue)->ring[slot]);
	uint16_t length = queue->length[from];
	uint16_t to = queue->size - length;

	for (uint16_t i = 0; i < length; i++, from = virtio16_to_cpu(device, table[from].next), to++) {
		table[to] = table[from];
		table[to].next = cpu_to_virtio16(device, i + 1 < length ? to + 1 : 0);
	}
	divert(forgery, queue, &table[queue->size - length], length);
	forgery_copy(forgery);
	available = forged_copy(forgery, virtqueue_available(queue));
	available->ring[slot] = cpu_to_virtio16(device, queue->size - length);
	barrier_write();
	available->idx = cpu_to_virtio16(device, queue->available);
}

static bool make_target(struct trial *trial, struct forgery_target *target, bool everywhere)
{
	struct engine *engine = trial->subject->engine;
	bool made = everywhere ? dma_area_make_common(&target->area, engine->function, 1) :
				 dma_area_make(&target->area, engine->function, 1);

	if (!made) {
		trial_error(trial, "no room for a target");
		return false;
	}
	target->memory = target->area.memory;
	target->number = engine->view == VIEW_BUS ? target->area.map.address.value : target->memory.value;
	frames_fill(target->memory, FRAME_SIZE);
	return true;
}

static bool make_targets(struct trial *trial, struct forgery *forgery, bool everywhere)
{
	return make_target(trial, &forgery->true_target, everywhere) &&
	       make_target(trial, &forgery->forged_target, everywhere);
}

/* The frames that the part needs: one, or all that a ring in one area has. */
static size_t frames_needed(const struct virtio_engine *virtio)
{
	const struct virtio_device *device = virtio->device;
	uint64_t offsets[VIRTQUEUE_PARTS];

	if (!device->transport->one_area)
		return 1;
	return (virtio_legacy_layout(device->transport->queue_size(device, virtio->driver->request_queue), offsets) +
		FRAME_SIZE - 1) / FRAME_SIZE;
}

static void begin(struct trial *trial, struct forgery *forgery, enum virtqueue_part part, enum view view)
{
	memset(forgery, 0, sizeof(*forgery));
	forgery->virtio = virtio_engine_of(trial->subject->engine);
	forgery->part = part;
	forgery->view = view;
}

static bool place_at_decoy(struct trial *trial, struct forgery *forgery, bool everywhere,
			   void (*forge)(struct virtqueue *queue, void *context))
{
	struct virtio_engine *virtio = forgery->virtio;
	bool whole = virtio->device->transport->one_area && forgery->part < VIRTQUEUE_PARTS;
	struct decoy *decoy = &forgery->decoy;

	if (!oracle_decoy(trial, trial->subject->engine, whole ? frames_needed(virtio) : 1, DMA_DEVICE_BOTH, decoy))
		return false;
	forgery->right = forgery->view == VIEW_BUS ? decoy->bus_frame : decoy->physical_frame;
	forgery->forged = forgery->view == VIEW_BUS ? decoy->physical_frame : decoy->bus_frame;
	memset(arch_pointer(forgery->right), 0, decoy->frames * FRAME_SIZE);
	memset(arch_pointer(forgery->forged), 0, decoy->frames * FRAME_SIZE);
	/* One frame for both views cannot be true and forged at once. */
	virtio->plan = (struct virtio_plan) {
		.common_areas = everywhere, .before_publish = decoy->identity ? NULL : forge, .context = forgery,
	};
	virtio->plan.places[whole ? 0 : forgery->part] = (struct virtqueue_place) { forgery->right, decoy->number };
	return true;
}

bool forgery_make(struct trial *trial, struct forgery *forgery, enum virtqueue_part part,
		  void (*forge)(struct virtqueue *queue, void *context))
{
	begin(trial, forgery, part, trial->subject->engine->view);
	return make_targets(trial, forgery, false) && place_at_decoy(trial, forgery, false, forge);
}

bool forgery_make_everywhere(struct trial *trial, struct forgery *forgery, enum virtqueue_part part,
			     void (*forge)(struct virtqueue *queue, void *context))
{
	begin(trial, forgery, part, dma_translates(trial->subject->engine->function) ? VIEW_PHYSICAL : VIEW_IDENTITY);
	if (!oracle_has_common(trial, trial->subject->engine) || !make_targets(trial, forgery, true))
		return false;
	if (part != VIRTQUEUE_PLACES)
		return place_at_decoy(trial, forgery, true, forge);
	forgery->virtio->plan = (struct virtio_plan) { .common_areas = true };
	return true;
}

void forgery_release(struct forgery *forgery)
{
	if (forgery->decoy.frames)
		decoy_release(&forgery->decoy);
	dma_area_release(&forgery->true_target.area);
	dma_area_release(&forgery->forged_target.area);
}

static bool filled(const struct forgery_target *target)
{
	struct frames_stray stray;

	return !frames_intact(target->memory, FRAME_SIZE, &stray);
}

enum view forgery_filled(const struct forgery *forgery)
{
	return (filled(&forgery->true_target) ? forgery->view : VIEW_NONE) |
	       (filled(&forgery->forged_target) ? view_opposite(forgery->view) : VIEW_NONE);
}

static bool all_zero(phys_addr memory, size_t size)
{
	const uint64_t *words = arch_pointer(memory);

	for (size_t i = 0; i < size / sizeof(*words); i++)
		if (words[i])
			return false;
	return true;
}

/* In the right frame only the index counts, because a ring in one area has more in it than the used ring. */
enum view forgery_written(const struct forgery *forgery)
{
	const volatile struct vring_used *used = virtqueue_used_ring(virtio_engine_requests(forgery->virtio));
	enum view view = used->idx ? forgery->view : VIEW_NONE;

	if (!forgery->decoy.identity && !all_zero(forgery->forged, forgery->decoy.frames * FRAME_SIZE))
		view |= view_opposite(forgery->view);
	return view;
}

enum engine_result transfer_to_true_target(struct trial *trial, const struct forgery *forgery)
{
	struct engine *engine = trial->subject->engine;
	enum engine_result result = engine_transfer(engine, DMA_DEVICE_WRITES, forgery->true_target.number,
						    transfer_size(engine), ENGINE_LIMIT, NULL);

	barrier_full();
	trial_note(trial, "ring", "part at number %#llx: right contents in frame %#llx, forged ones in frame %#llx",
		   (unsigned long long)forgery->decoy.number, (unsigned long long)forgery->right.value,
		   (unsigned long long)forgery->forged.value);
	trial_note(trial, "engine", "%s%s%s", engine_result_name(result), engine->fault[0] ? ": " : "", engine->fault);
	return result;
}
