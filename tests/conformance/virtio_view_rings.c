/*
 * Suite virtio.view, the parts of rings: in which view does a device access each of them?
 *
 * A part that is at a decoy has its proper contents in the frame of the view that is right, where the driver works. For
 * a part that the device reads the other frame holds a forged copy, which leads it to another buffer: which buffer it
 * fills tells what it has read. For a part that it writes, the frame that has changed tells. The legacy ring is one
 * area, which is at the decoy as a whole, with one part of it forged at a time.
 */
#include "boot/clock.h"
#include "boot/frames.h"
#include "boot/string.h"
#include "drivers/virtio/fields.h"
#include "tests/conformance/matrix.h"

#define ENTRY_SIZE	sizeof(struct vring_desc)	/* of a descriptor of either format */
_Static_assert(ENTRY_SIZE == sizeof(struct vring_packed_desc), "descriptors of both formats begin with an address");
/* A forged indirect table goes to the end of the frame that the tables have, where no driver's own is yet. */
#define TABLE_SIZE	256
#define FORGED_TABLE	(FRAME_SIZE - TABLE_SIZE)

/* Two targets, each a frame of its own: the true one is what the driver asks to be filled. */
struct forgery {
	struct virtio_engine *virtio;
	enum virtqueue_part part;
	struct decoy decoy;
	phys_addr right, forged;
	struct dma_area true_target, forged_target;
	uint64_t true_number, forged_number;
	bool interrupts;			/* what the right frame asks for, the forged one asking for the contrary */
};

/* Virtio engines of some modes, as scopes. */
static bool is_split(const struct virtio_engine *virtio)
{
	return !(virtio->mode->features & VIRTIO_RING_PACKED);
}

static bool is_packed(const struct virtio_engine *virtio)
{
	return virtio->mode->features & VIRTIO_RING_PACKED;
}

static bool is_indirect(const struct virtio_engine *virtio)
{
	return virtio->mode->layout != LAYOUT_DIRECT;
}

static unsigned count_if(bool (*wanted)(const struct virtio_engine *virtio))
{
	unsigned count = 0;

	for (unsigned i = 0; i < engine_count(); i++)
		if (virtio_engine_of(engine_get(i)) && wanted(virtio_engine_of(engine_get(i))))
			count++;
	return count;
}

static void get_if(unsigned number, struct subject *subject, bool (*wanted)(const struct virtio_engine *virtio))
{
	for (unsigned i = 0; i < engine_count(); i++)
		if (virtio_engine_of(engine_get(i)) && wanted(virtio_engine_of(engine_get(i))) && number-- == 0)
			scope_engine.get(i, subject);
}

static unsigned count_split(void)
{
	return count_if(is_split);
}

static void get_split(unsigned number, struct subject *subject)
{
	get_if(number, subject, is_split);
}

static unsigned count_packed(void)
{
	return count_if(is_packed);
}

static void get_packed(unsigned number, struct subject *subject)
{
	get_if(number, subject, is_packed);
}

static unsigned count_indirect(void)
{
	return count_if(is_indirect);
}

static void get_indirect(unsigned number, struct subject *subject)
{
	get_if(number, subject, is_indirect);
}

static const struct conformance_scope scope_split = { count_split, get_split };
static const struct conformance_scope scope_packed = { count_packed, get_packed };
static const struct conformance_scope scope_indirect = { count_indirect, get_indirect };

/* The view other than this one. */
static enum view other(enum view view)
{
	return view ^ VIEW_BOTH;
}

/* Where the forged copy of something at the decoy is. */
static void *forged_copy(const struct forgery *forgery, const void *at)
{
	return (char *)arch_pointer(forgery->forged) + ((const char *)at - (const char *)arch_pointer(forgery->right));
}

static bool divert_one(const struct forgery *forgery, const struct virtqueue *queue, void *entry)
{
	__virtio64 *address = entry;
	uint64_t offset = virtio64_to_cpu(queue->device, *address) - forgery->true_number;

	if (offset >= FRAME_SIZE)
		return false;
	*address = cpu_to_virtio64(queue->device, forgery->forged_number + offset);
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

		if (!divert_one(forgery, queue, entry) && queue->layout != LAYOUT_DIRECT && forgery->part != PART_INDIRECT)
			divert_table(forgery, queue, entry);
	}
}

static void copy_all(const struct forgery *forgery)
{
	memcpy(arch_pointer(forgery->forged), arch_pointer(forgery->right), forgery->decoy.frames * FRAME_SIZE);
}

static void forge_descriptors(struct virtqueue *queue, void *context)
{
	struct forgery *forgery = context;

	copy_all(forgery);
	divert(forgery, queue, forged_copy(forgery, virtqueue_descriptors(queue)), queue->size);
	if (queue->device->transport->one_area)
		((struct vring_avail *)forged_copy(forgery, virtqueue_available(queue)))->idx =
			cpu_to_virtio16(queue->device, queue->available);
}

/* The forged ring is published with the right one. */
static void forge_ring(struct virtqueue *queue, void *context)
{
	struct forgery *forgery = context;
	struct vring_packed_desc *ring = arch_pointer(forgery->forged);

	copy_all(forgery);
	divert(forgery, queue, ring, queue->size);
	ring[queue->withheld_slot].flags = cpu_to_virtio16(queue->device, queue->withheld_flags);
}

static void forge_tables(struct virtqueue *queue, void *context)
{
	struct forgery *forgery = context;

	copy_all(forgery);
	divert(forgery, queue, arch_pointer(forgery->forged), FRAME_SIZE / ENTRY_SIZE);
}

/* Adds a second chain, alike but for its target, at the end of the table; the forged ring names that one. */
static void forge_available(struct virtqueue *queue, void *context)
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
	copy_all(forgery);
	available = forged_copy(forgery, virtqueue_available(queue));
	available->ring[slot] = cpu_to_virtio16(device, queue->size - length);
	barrier_write();
	available->idx = cpu_to_virtio16(device, queue->available);
}

static void forge_driver_events(struct virtqueue *queue, void *context)
{
	struct forgery *forgery = context;

	virtqueue_interrupts(queue, !forgery->interrupts);
	copy_all(forgery);
	virtqueue_interrupts(queue, forgery->interrupts);
}

/* Values that no device writes; a driver takes the flags for a wish to be notified. */
#define EVENTS_UNWRITTEN	0x5a5a0003u

static void prepare_device_events(struct virtqueue *queue, void *context)
{
	struct forgery *forgery = context;
	struct vring_packed_desc_event *events = virtqueue_device_events(queue);

	events->off_wrap = cpu_to_virtio16(queue->device, EVENTS_UNWRITTEN >> 16);
	events->flags = cpu_to_virtio16(queue->device, EVENTS_UNWRITTEN & 0xffff);
	copy_all(forgery);
}

static bool make_target(struct trial *trial, struct dma_area *target, uint64_t *number)
{
	struct engine *engine = trial->subject->engine;

	if (!dma_area_make(target, engine->function, 1)) {
		trial_error(trial, "no room for a target");
		return false;
	}
	frames_fill(target->memory, FRAME_SIZE);
	*number = engine->view == VIEW_BUS ? target->map.address.value : target->memory.value;
	return true;
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

static bool make_forgery(struct trial *trial, struct forgery *forgery, enum virtqueue_part part,
			 void (*forge)(struct virtqueue *queue, void *context))
{
	struct engine *engine = trial->subject->engine;
	struct virtio_engine *virtio = virtio_engine_of(engine);
	bool whole = virtio->device->transport->one_area && part < VIRTQUEUE_PARTS;

	memset(forgery, 0, sizeof(*forgery));
	forgery->virtio = virtio;
	forgery->part = part;
	if (!make_target(trial, &forgery->true_target, &forgery->true_number) ||
	    !make_target(trial, &forgery->forged_target, &forgery->forged_number))
		return false;
	if (!decoy_make(&forgery->decoy, engine->function, whole ? frames_needed(virtio) : 1, DMA_DEVICE_BOTH)) {
		trial_error(trial, "no room for a decoy");
		return false;
	}
	forgery->right = engine->view == VIEW_BUS ? forgery->decoy.bus_frame : forgery->decoy.physical_frame;
	forgery->forged = engine->view == VIEW_BUS ? forgery->decoy.physical_frame : forgery->decoy.bus_frame;
	memset(arch_pointer(forgery->right), 0, forgery->decoy.frames * FRAME_SIZE);
	memset(arch_pointer(forgery->forged), 0, forgery->decoy.frames * FRAME_SIZE);
	for (unsigned i = 0; i < VIRTQUEUE_PLACES; i++)
		virtio->places[i].number = ~0ull;
	virtio->places[whole ? 0 : part] = (struct virtqueue_place) { forgery->right, forgery->decoy.number };
	virtio->places_chosen = true;
	virtio->before_publish = forge;
	virtio->context = forgery;
	return true;
}

static void release_forgery(struct forgery *forgery)
{
	decoy_release(&forgery->decoy);
	dma_area_release(&forgery->true_target);
	dma_area_release(&forgery->forged_target);
}

static bool target_filled(const struct dma_area *target)
{
	struct frames_stray stray;

	return !frames_intact(target->memory, FRAME_SIZE, &stray);
}

static enum engine_result transfer_to_true_target(struct trial *trial, const struct forgery *forgery)
{
	struct engine *engine = trial->subject->engine;
	enum engine_result result = engine_transfer(engine, DMA_DEVICE_WRITES, forgery->true_number, transfer_size(engine),
						    ENGINE_LIMIT, NULL);

	barrier_full();
	trial_note(trial, "ring", "part at number %#llx: right contents in frame %#llx, forged ones in frame %#llx",
		   (unsigned long long)forgery->decoy.number, (unsigned long long)forgery->right.value,
		   (unsigned long long)forgery->forged.value);
	trial_note(trial, "engine", "%s%s%s", engine_result_name(result), engine->fault[0] ? ": " : "", engine->fault);
	return result;
}

/* For the parts that the device reads. */
static void part_read(struct trial *trial, enum virtqueue_part part, enum structure structure,
		      void (*forge)(struct virtqueue *queue, void *context))
{
	static struct forgery forgery;
	struct engine *engine = trial->subject->engine;
	struct sighting sighting = { .view = VIEW_NONE };

	if (!make_forgery(trial, &forgery, part, forge) || !trial_start(trial, engine))
		return;
	sighting.result = transfer_to_true_target(trial, &forgery);
	if (target_filled(&forgery.true_target))
		sighting.view |= engine->view;
	if (target_filled(&forgery.forged_target))
		sighting.view |= other(engine->view);
	matrix_judge(trial, structure, sighting);
	engine_stop(engine);
	release_forgery(&forgery);
}

static void descriptors(struct trial *trial)
{
	part_read(trial, PART_DESCRIPTORS, STRUCTURE_DESCRIPTORS, forge_descriptors);
}
CONFORMANCE_TEST("virtio.view.descriptors", descriptors, .scope = &scope_split, .skip = needs_writes,
		 .clauses = "DEF-1 DEF-3", .judged_by = EVIDENCE);

static void available(struct trial *trial)
{
	part_read(trial, PART_AVAILABLE, STRUCTURE_AVAILABLE, forge_available);
}
CONFORMANCE_TEST("virtio.view.available", available, .scope = &scope_split, .skip = needs_writes,
		 .clauses = "DEF-1 DEF-3", .judged_by = EVIDENCE);

/* The ring is written as well: in no frame but the right one. */
static void packed_ring(struct trial *trial)
{
	part_read(trial, PART_RING, STRUCTURE_RING, forge_ring);
}
CONFORMANCE_TEST("virtio.view.packed-ring", packed_ring, .scope = &scope_packed, .skip = needs_writes,
		 .clauses = "DEF-1 DEF-3 DEF-12", .judged_by = EVIDENCE);

static void indirect(struct trial *trial)
{
	part_read(trial, PART_INDIRECT, STRUCTURE_INDIRECT, forge_tables);
}
CONFORMANCE_TEST("virtio.view.indirect", indirect, .scope = &scope_indirect, .skip = needs_writes,
		 .clauses = "DEF-1 DEF-3 DEF-10 DEF-20", .judged_by = EVIDENCE);

/* The used ring is written: the frame in which the index has moved tells. */
static void used(struct trial *trial)
{
	static struct forgery forgery;
	struct engine *engine = trial->subject->engine;
	struct sighting sighting = { .view = VIEW_NONE };
	static const uint8_t zeroes[FRAME_SIZE];

	if (!make_forgery(trial, &forgery, PART_USED, NULL) || !trial_start(trial, engine))
		return;
	sighting.result = transfer_to_true_target(trial, &forgery);
	if (virtqueue_used_ring(virtio_engine_requests(forgery.virtio))->idx)
		sighting.view |= engine->view;
	for (size_t i = 0; i < forgery.decoy.frames; i++)
		if (memcmp((char *)arch_pointer(forgery.forged) + i * FRAME_SIZE, zeroes, FRAME_SIZE) != 0)
			sighting.view |= other(engine->view);
	matrix_judge(trial, STRUCTURE_USED, sighting);
	engine_stop(engine);
	release_forgery(&forgery);
}
CONFORMANCE_TEST("virtio.view.used", used, .scope = &scope_split, .skip = needs_writes, .clauses = "DEF-1 DEF-3 DEF-8",
		 .judged_by = EVIDENCE);

/* Does an interrupt come for a request, when the right frame asks for one or asks for none? */
#define INTERRUPT_LATE		MILLISECONDS(50)
#define INTERRUPT_UNWANTED	MILLISECONDS(1)

static void quiet_other_queues(struct virtio_engine *virtio)
{
	for (unsigned i = 0; i < VIRTIO_ENGINE_QUEUES; i++)
		if (virtio->queues_started >> i & 1 && &virtio->queues[i] != virtio_engine_requests(virtio))
			virtqueue_interrupts(&virtio->queues[i], false);
}

static enum engine_result interrupt_after(struct trial *trial, struct forgery *forgery, bool wanted, bool *came)
{
	struct virtio_device *device = forgery->virtio->device;
	enum engine_result result;

	forgery->interrupts = wanted;
	virtio_isr(device);
	result = transfer_to_true_target(trial, forgery);
	*came = poll_until(virtio_isr(device) & 1, wanted ? INTERRUPT_LATE : INTERRUPT_UNWANTED);
	return result;
}

/*
 * The driver's event suppression is read: whether the device interrupts tells which frame it has read. Two requests,
 * because an interrupt that always comes, or never, tells nothing.
 */
static void driver_events(struct trial *trial)
{
	static struct forgery forgery;
	struct engine *engine = trial->subject->engine;
	struct sighting sighting = { .view = VIEW_NONE };
	bool with = false, without = false;

	if (!make_forgery(trial, &forgery, PART_DRIVER_EVENTS, forge_driver_events) || !trial_start(trial, engine))
		return;
	quiet_other_queues(forgery.virtio);
	sighting.result = interrupt_after(trial, &forgery, true, &with);
	if (sighting.result == ENGINE_DONE)
		sighting.result = interrupt_after(trial, &forgery, false, &without);
	trial_note(trial, "interrupts", "%s when asked for, %s when not", with ? "came" : "none", without ? "came" : "none");
	if (with != without)
		sighting.view = with ? engine->view : other(engine->view);
	matrix_judge(trial, STRUCTURE_DRIVER_EVENTS, sighting);
	engine_stop(engine);
	release_forgery(&forgery);
}
CONFORMANCE_TEST("virtio.view.driver-events", driver_events, .scope = &scope_packed, .skip = needs_writes,
		 .clauses = "DEF-1 DEF-3 DEF-22 DEF-23", .judged_by = EVIDENCE);

static bool events_written(const struct virtio_device *device, phys_addr frame)
{
	const volatile struct vring_packed_desc_event *events = arch_pointer(frame);

	return virtio16_to_cpu(device, events->off_wrap) != EVENTS_UNWRITTEN >> 16 ||
	       virtio16_to_cpu(device, events->flags) != (EVENTS_UNWRITTEN & 0xffff);
}

/* The device's event suppression is written, if the device cares: the frame that has changed tells. */
static void device_events(struct trial *trial)
{
	static struct forgery forgery;
	struct engine *engine = trial->subject->engine;
	struct sighting sighting = { .view = VIEW_NONE };

	if (!make_forgery(trial, &forgery, PART_DEVICE_EVENTS, prepare_device_events) || !trial_start(trial, engine))
		return;
	sighting.result = transfer_to_true_target(trial, &forgery);
	if (events_written(forgery.virtio->device, forgery.right))
		sighting.view |= engine->view;
	if (events_written(forgery.virtio->device, forgery.forged))
		sighting.view |= other(engine->view);
	if (sighting.view == VIEW_NONE && sighting.result == ENGINE_DONE)
		trial_skip(trial, "the device does not write its event suppression structure, which it may leave");
	else
		matrix_judge(trial, STRUCTURE_DEVICE_EVENTS, sighting);
	engine_stop(engine);
	release_forgery(&forgery);
}
CONFORMANCE_TEST("virtio.view.device-events", device_events, .scope = &scope_packed, .skip = needs_writes,
		 .clauses = "DEF-1 DEF-3 PACKED-11", .judged_by = EVIDENCE);
