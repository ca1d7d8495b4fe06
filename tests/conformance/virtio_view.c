/*
 * Suite virtio.view: in which view does a virtio device understand each number it is given? For every device, in every
 * mode it has, the same rule: with ACCESS_PLATFORM accepted the host bridge translates; without it the number is
 * physical, although a hostile mapping is live at the same number.
 *
 * Buffers first, then the three parts of the ring, each by itself. A part of the ring that is at a decoy has its proper
 * contents in the frame of the view that is right, and in the other frame a forged copy that leads the device to
 * another buffer: which buffer it fills tells what it has read.
 */
#include "boot/byteorder.h"
#include "boot/frames.h"
#include "boot/string.h"
#include "tests/conformance/engine_trial.h"
#include "tests/conformance/matrix.h"

static void judge(struct trial *trial, enum structure structure, struct sighting sighting)
{
	struct engine *engine = trial->subject->engine;

	matrix_record(engine, structure, sighting.view);
	expect(trial, sighting.view == engine->view, "the access was in view %s and must be in view %s",
	       view_name(sighting.view), view_name(engine->view));
	expect(trial, sighting.result == ENGINE_DONE, "the request was not completed (%s)",
	       engine_result_name(sighting.result));
}

static void buffer_write(struct trial *trial)
{
	struct oracle oracle;

	if (!trial_start_oracle(trial, DMA_DEVICE_BOTH, &oracle))
		return;
	judge(trial, STRUCTURE_BUFFER_WRITE,
	      oracle_device_writes(trial, trial->subject->engine, &oracle, ENGINE_LIMIT));
	engine_stop(trial->subject->engine);
	oracle_release(&oracle);
}
CONFORMANCE_TEST("virtio.view.buffer-write", buffer_write, .scope = &scope_virtio_engine, .skip = needs_writes,
		 .clauses = "DEF-1 DEF-3", .judged_by = EVIDENCE);

static void buffer_read(struct trial *trial)
{
	struct oracle oracle;

	if (!trial_start_oracle(trial, DMA_DEVICE_BOTH, &oracle))
		return;
	judge(trial, STRUCTURE_BUFFER_READ,
	      oracle_device_reads(trial, trial->subject->engine, &oracle, ENGINE_LIMIT));
	engine_stop(trial->subject->engine);
	oracle_release(&oracle);
}
CONFORMANCE_TEST("virtio.view.buffer-read", buffer_read, .scope = &scope_virtio_engine, .skip = needs_reads,
		 .clauses = "DEF-1 DEF-3 SPLIT-3", .judged_by = EVIDENCE);

/*
 * A part of the ring at a decoy: `right` is the frame of the view that the specification asks for, where the driver
 * works; `forged` is the other. Two targets, each a frame of its own: the true one is what the driver asks to be filled.
 */
struct forgery {
	struct virtio_engine *virtio;
	enum virtqueue_part part;
	struct decoy decoy;
	phys_addr right, forged;
	struct dma_area true_target, forged_target;
	uint64_t true_number, forged_number;
};

/* Copies the table to the forged frame, with the forged target's number in place of the true one. */
static void forge_descriptors(struct virtqueue *queue, void *context)
{
	struct forgery *forgery = context;
	struct vring_desc *table = arch_pointer(forgery->forged);

	memcpy(table, virtqueue_descriptors(queue), queue->size * sizeof(*table));
	for (uint16_t i = 0; i < queue->size; i++)
		if (le64_to_cpu(table[i].addr) == forgery->true_number)
			table[i].addr = cpu_to_le64(forgery->forged_number);
}

/* Adds a second chain, alike but for its target, at the end of the table; the forged ring names that one. */
static void forge_available(struct virtqueue *queue, void *context)
{
	struct forgery *forgery = context;
	struct vring_desc *table = virtqueue_descriptors(queue);
	struct vring_avail *available = arch_pointer(forgery->forged);
	uint16_t slot = (uint16_t)(queue->available - 1) % queue->size;
	uint16_t head = le16_to_cpu(virtqueue_available(queue)->ring[slot]);
	uint16_t from = head;
	uint16_t length = queue->length[head];
	uint16_t to = queue->size - length;

	for (uint16_t i = 0; i < length; i++, from = le16_to_cpu(table[from].next), to++) {
		table[to] = table[from];
		table[to].next = cpu_to_le16(i + 1 < length ? to + 1 : 0);
		if (le64_to_cpu(table[to].addr) == forgery->true_number)
			table[to].addr = cpu_to_le64(forgery->forged_number);
	}
	memcpy(available, virtqueue_available(queue), FRAME_SIZE);
	available->ring[slot] = cpu_to_le16(queue->size - length);
	barrier_write();
	available->idx = cpu_to_le16(queue->available);
}

static bool make_target(struct trial *trial, struct forgery *forgery, struct dma_area *target, uint64_t *number)
{
	struct engine *engine = trial->subject->engine;

	if (!dma_area_make(target, engine->function, 1)) {
		trial_error(trial, "no room for a target");
		return false;
	}
	frames_fill(target->memory, FRAME_SIZE);
	*number = engine->view == VIEW_BUS ? target->map.address.value : target->memory.value;
	(void)forgery;
	return true;
}

static bool make_forgery(struct trial *trial, struct forgery *forgery, enum virtqueue_part part)
{
	struct engine *engine = trial->subject->engine;
	struct virtio_engine *virtio = virtio_engine_of(engine);

	memset(forgery, 0, sizeof(*forgery));
	forgery->virtio = virtio;
	forgery->part = part;
	if (!make_target(trial, forgery, &forgery->true_target, &forgery->true_number) ||
	    !make_target(trial, forgery, &forgery->forged_target, &forgery->forged_number))
		return false;
	if (!decoy_make(&forgery->decoy, engine->function, 1, DMA_DEVICE_BOTH)) {
		trial_error(trial, "no room for a decoy");
		return false;
	}
	forgery->right = engine->view == VIEW_BUS ? forgery->decoy.bus_frame : forgery->decoy.physical_frame;
	forgery->forged = engine->view == VIEW_BUS ? forgery->decoy.physical_frame : forgery->decoy.bus_frame;
	memset(arch_pointer(forgery->forged), 0, FRAME_SIZE);
	for (unsigned i = 0; i < VIRTQUEUE_PARTS; i++)
		virtio->places[i].number = ~0ull;
	virtio->places[part] = (struct virtqueue_place) { forgery->right, forgery->decoy.number };
	virtio->places_chosen = true;
	virtio->context = forgery;
	return true;
}

static void release_forgery(struct forgery *forgery)
{
	decoy_release(&forgery->decoy);
	dma_area_release(&forgery->true_target);
	dma_area_release(&forgery->forged_target);
}

/* The view other than this one. */
static enum view other(enum view view)
{
	return view ^ VIEW_BOTH;
}

static bool target_filled(const struct dma_area *target)
{
	struct frames_stray stray;

	return !frames_intact(target->memory, FRAME_SIZE, &stray);
}

static void note_forgery(struct trial *trial, const struct forgery *forgery, enum engine_result result)
{
	trial_note(trial, "ring", "part at number %#llx: right contents in frame %#llx, forged ones in frame %#llx",
		   (unsigned long long)forgery->decoy.number, (unsigned long long)forgery->right.value,
		   (unsigned long long)forgery->forged.value);
	trial_note(trial, "engine", "%s %s", engine_result_name(result), forgery->virtio->device->kind);
}

static enum engine_result transfer_to_true_target(struct engine *engine, const struct forgery *forgery)
{
	uint32_t size = engine->granule > 64 ? engine->granule : 64;

	return engine_transfer(engine, DMA_DEVICE_WRITES, forgery->true_number, size, ENGINE_LIMIT, NULL);
}

/* For the two parts that the device reads. */
static void part_read(struct trial *trial, enum virtqueue_part part, enum structure structure,
		      void (*forge)(struct virtqueue *queue, void *context))
{
	static struct forgery forgery;
	struct engine *engine = trial->subject->engine;
	struct sighting sighting = { .view = VIEW_NONE };

	if (!make_forgery(trial, &forgery, part))
		return;
	forgery.virtio->before_publish = forge;
	if (!trial_start(trial, engine))
		return;
	sighting.result = transfer_to_true_target(engine, &forgery);
	barrier_full();
	if (target_filled(&forgery.true_target))
		sighting.view |= engine->view;
	if (target_filled(&forgery.forged_target))
		sighting.view |= other(engine->view);
	note_forgery(trial, &forgery, sighting.result);
	judge(trial, structure, sighting);
	engine_stop(engine);
	release_forgery(&forgery);
}

static void descriptors(struct trial *trial)
{
	part_read(trial, PART_DESCRIPTORS, STRUCTURE_DESCRIPTORS, forge_descriptors);
}
CONFORMANCE_TEST("virtio.view.descriptors", descriptors, .scope = &scope_virtio_engine, .skip = needs_writes,
		 .clauses = "DEF-1 DEF-3", .judged_by = EVIDENCE);

static void available(struct trial *trial)
{
	part_read(trial, PART_AVAILABLE, STRUCTURE_AVAILABLE, forge_available);
}
CONFORMANCE_TEST("virtio.view.available", available, .scope = &scope_virtio_engine, .skip = needs_writes,
		 .clauses = "DEF-1 DEF-3", .judged_by = EVIDENCE);

/* The used ring is written: the frame in which the index has moved tells. */
static void used(struct trial *trial)
{
	static struct forgery forgery;
	struct engine *engine = trial->subject->engine;
	struct sighting sighting = { .view = VIEW_NONE };
	static const uint8_t zeroes[FRAME_SIZE];

	if (!make_forgery(trial, &forgery, PART_USED) || !trial_start(trial, engine))
		return;
	sighting.result = transfer_to_true_target(engine, &forgery);
	barrier_full();
	if (((struct vring_used *)arch_pointer(forgery.right))->idx)
		sighting.view |= engine->view;
	if (memcmp(arch_pointer(forgery.forged), zeroes, FRAME_SIZE) != 0)
		sighting.view |= other(engine->view);
	note_forgery(trial, &forgery, sighting.result);
	judge(trial, STRUCTURE_USED, sighting);
	engine_stop(engine);
	release_forgery(&forgery);
}
CONFORMANCE_TEST("virtio.view.used", used, .scope = &scope_virtio_engine, .skip = needs_writes,
		 .clauses = "DEF-1 DEF-3 DEF-8", .judged_by = EVIDENCE);

/*
 * The mixed machine: two devices in opposite views are given numbers in the same page at the same time. The one's data
 * must be in the bus frame, the other's in the physical frame, and nothing anywhere else.
 */
static void mixed(struct trial *trial)
{
	struct engine *bus = trial->subject->engine;
	struct engine *physical = trial->subject->partner;
	struct oracle first, second;
	enum engine_result results[2];
	phys_addr both[2];
	struct frames_stray stray;

	if (!trial_start_oracle(trial, DMA_DEVICE_BOTH, &first) || !trial_start(trial, physical))
		return;
	second = first;
	second.offset = FRAME_SIZE / 2;
	second.size = physical->granule > 64 ? physical->granule : 64;
	oracle_note(trial, &first);
	if (!bus->ops->begin(bus, DMA_DEVICE_WRITES, oracle_number(&first), first.size) ||
	    !physical->ops->begin(physical, DMA_DEVICE_WRITES, oracle_number(&second), second.size)) {
		trial_error(trial, "a request cannot be made: %s%s", bus->fault, physical->fault);
		return;
	}
	results[0] = bus->ops->finish(bus, ENGINE_LIMIT, NULL);
	results[1] = physical->ops->finish(physical, ENGINE_LIMIT, NULL);
	expect(trial, results[0] == ENGINE_DONE && results[1] == ENGINE_DONE, "the requests were not completed (%s, %s)",
	       engine_result_name(results[0]), engine_result_name(results[1]));
	engine_stop(bus);
	engine_stop(physical);

	/* Each frame may have moved in one place only; what is left must be the pattern, so put that place right and look. */
	both[0].value = first.decoy.bus_frame.value + first.offset;
	both[1].value = second.decoy.physical_frame.value + second.offset;
	expect(trial, !frames_intact(both[0], first.size, &stray), "the device in the bus view did not write the bus frame");
	expect(trial, !frames_intact(both[1], second.size, &stray),
	       "the device in the physical view did not write the physical frame");
	frames_fill(both[0], first.size);
	frames_fill(both[1], second.size);
	expect(trial, oracle_look(trial, &first) == VIEW_NONE && oracle_look(trial, &second) == VIEW_NONE,
	       "a device wrote in the other one's view");
	oracle_release(&first);
}
CONFORMANCE_TEST("virtio.view.mixed", mixed, .scope = &scope_opposite_engines, .clauses = "DEF-1 DEF-3",
		 .judged_by = EVIDENCE);
