/* SPDX-License-Identifier: BSD-2-Clause */
/* virtio devices as engines: see engine.h. */
#include "drivers/virtio/engine.h"

#include <linux/pci_regs.h>

#include "boot/clock.h"
#include "boot/frames.h"
#include "boot/string.h"
#include "drivers/virtio/message.h"

TABLE_DECLARE(virtio_drivers, const struct virtio_driver);
TABLE_DECLARE(virtio_queue_drivers, const struct virtio_driver);

/* Engines stand in frames of their own, because how many there are is known late: several hundred, or three. */
#define CHUNK_FRAMES	16
#define CHUNK_ENGINES	(CHUNK_FRAMES * FRAME_SIZE / sizeof(struct virtio_engine))

static struct virtio_engine *chunk;
static size_t chunk_used;

void *virtio_engine_pointer(const struct virtio_engine *virtio, uint64_t offset)
{
	return (char *)arch_pointer(virtio->area.memory) + offset;
}

uint64_t virtio_engine_number(const struct virtio_engine *virtio, uint64_t offset)
{
	return virtio_address(virtio->device, &virtio->area.map, offset);
}

const struct virtio_mode *virtio_engine_mode(const struct virtio_engine *virtio)
{
	return virtio->plan.instead ? virtio->plan.instead : virtio->mode;
}

bool virtio_engine_plain(const struct virtio_engine *virtio)
{
	return virtio->mode->features == 0 && !virtio->mode->legacy;
}

static const struct virtio_driver *driver_of(const struct virtio_engine *virtio)
{
	return virtio->plan.driver ? virtio->plan.driver : virtio->driver;
}

struct virtqueue *virtio_engine_requests(struct virtio_engine *virtio)
{
	return &virtio->queues[driver_of(virtio)->request_queue];
}

bool virtio_engine_queue(struct engine *engine, uint16_t index, uint16_t size)
{
	return virtio_engine_queue_at(engine, index, index, size);
}

/* The queue that carries the requests may be another one of the device's. */
bool virtio_engine_queue_at(struct engine *engine, uint16_t number, uint16_t index, uint16_t size)
{
	struct virtio_engine *virtio = engine->state;
	bool requests = number == driver_of(virtio)->request_queue;
	struct virtqueue *queue = &virtio->queues[number];

	if (requests && virtio->plan.queue_size)
		size = virtio->plan.queue_size;
	if (!virtqueue_start(queue, virtio->device, index + (requests ? virtio->plan.further : 0), size,
			     requests ? virtio->plan.places : NULL)) {
		engine_fail(engine, "queue %u cannot be set up: the device says %u entries", index,
			    virtio->device->transport->queue_size(virtio->device, queue->index));
		virtqueue_stop(queue);
		return false;
	}
	queue->layout = virtio_engine_mode(virtio)->layout;
	if (requests) {
		queue->before_publish = virtio->plan.before_publish;
		queue->context = virtio->plan.context;
	}
	virtio->queues_started |= 1u << number;
	return true;
}

/* ORDER_PLATFORM costs nothing: the barriers are always those for a device on the platform's bus, which do for one that
 * is part of the CPU's own coherence as well (DRV-RSVD-7, DRV-RSVD-8). */
static uint64_t features_for(const struct virtio_engine *virtio)
{
	uint64_t wanted = VIRTIO_VERSION_1 | VIRTIO_RING_RESET | VIRTIO_BIT(VIRTIO_F_ORDER_PLATFORM) |
			  driver_of(virtio)->features | virtio->plan.also | virtio_engine_mode(virtio)->features;

	if (virtio->plan.further)
		wanted |= driver_of(virtio)->multiqueue;
	if (virtio_engine_mode(virtio)->access_platform && !(virtio->plan.omit & OMIT_ACCESS_PLATFORM))
		wanted |= VIRTIO_ACCESS_PLATFORM;
	if (virtio->plan.omit & OMIT_VERSION_1)
		wanted &= VIRTIO_VERSION_1 - 1;
	return wanted & virtio->device->offered;
}

/* The part of the handshake between FEATURES_OK and DRIVER_OK. */
static bool set_up(struct engine *engine)
{
	struct virtio_engine *virtio = engine->state;

	if (virtio->plan.messages && !virtio->plan.messages(virtio->device))
		return engine_fail(engine, "its messages cannot be switched on, or its events refuse their vectors");
	if (!virtio_area_make(virtio->device, &virtio->area, driver_of(virtio)->area_frames))
		return engine_fail(engine, "no memory for its buffers");
	return driver_of(virtio)->start(engine);
}

static bool start_driver(struct engine *engine)
{
	struct virtio_engine *virtio = engine->state;
	struct virtio_device *device = virtio->device;
	const struct virtio_driver *driver = driver_of(virtio);

	virtio->queues_started = 0;
	device->common_areas = virtio->plan.common_areas;
	/*
	 * It is polled, so its pin stays quiet; a test of interrupts lets it speak. QEMU 7.2 and 10.0 take their lock
	 * for a line that an I/O thread raises (iothread=), and never come back when a reset, with the lock held, waits
	 * for that thread.
	 */
	pci_command(engine->function, PCI_COMMAND_INTX_DISABLE, 0);
	if (virtio->plan.omit & OMIT_BUS_MASTER)
		pci_command(engine->function, 0, PCI_COMMAND_MASTER);
	else
		PCI_BUS_MASTER(engine->function);
	if (!virtio_negotiate(device, features_for(virtio)))
		return engine_fail(engine, "FEATURES_OK did not stick: status %#x, offered %#llx, accepted %#llx",
				   virtio_status(device), (unsigned long long)device->offered,
				   (unsigned long long)device->accepted);
	if (!set_up(engine)) {
		/* DRV-INIT-5, DRV-FEAT-7 */
		virtio_give_up(device);
		return false;
	}
	if (driver_of(virtio) != driver)
		return true;
	if (!(virtio->plan.omit & OMIT_DRIVER_OK))
		virtio_driver_ok(device);
	/* A device that was not started as it should be need not work. */
	if (virtio->plan.omit)
		return true;
	return !driver->ready || driver->ready(engine);
}

/* All but what a test has set before start(). */
static void take_back(struct engine *engine)
{
	struct virtio_engine *virtio = engine->state;

	if (!virtio_reset(virtio->device))
		pci_command(engine->function, 0, PCI_COMMAND_MASTER);
	virtio_messages_stop(virtio->device);
	for (unsigned i = 0; i < VIRTIO_ENGINE_QUEUES; i++)
		if (virtio->queues_started >> i & 1)
			virtqueue_stop(&virtio->queues[i]);
	dma_area_release(&virtio->area);
	virtio->queues_started = 0;
}

void virtio_engine_become(struct engine *engine, const struct virtio_driver *driver)
{
	struct virtio_engine *virtio = engine->state;

	virtio->driver = driver;
	if (driver->kind)
		engine->kind = driver->kind;
	engine->directions = driver->directions;
	engine->largest = driver->largest;
	engine->granule = driver->granule;
}

/* Once more where the driver has put another one in its place. */
static bool virtio_engine_start(struct engine *engine)
{
	struct virtio_engine *virtio = engine->state;

	for (;;) {
		const struct virtio_driver *driver = driver_of(virtio);

		if (!start_driver(engine))
			return false;
		if (driver_of(virtio) == driver)
			return true;
		take_back(engine);
	}
}

static void virtio_engine_stop(struct engine *engine)
{
	struct virtio_engine *virtio = engine->state;

	take_back(engine);
	virtio->plan = (struct virtio_plan) { 0 };
}

bool virtio_engine_provoke(struct engine *engine)
{
	const struct virtio_engine *virtio = engine->state;
	const struct virtio_driver *driver = driver_of(virtio);

	return !driver->provoke || driver->provoke(engine);
}

static bool virtio_engine_begin(struct engine *engine, enum dma_direction direction, uint64_t address, uint32_t size)
{
	struct virtio_engine *virtio = engine->state;

	virtio->direction = direction;
	virtio->size = size;
	return driver_of(virtio)->begin(engine, direction, address, size) &&
	       (direction == DMA_DEVICE_READS || virtio->plan.hold || virtio_engine_provoke(engine));
}

static enum engine_result virtio_engine_finish(struct engine *engine, uint64_t limit, void *seen)
{
	struct virtio_engine *virtio = engine->state;

	return driver_of(virtio)->finish(engine, limit, seen);
}

static const struct engine_ops virtio_engine_ops = {
	.start = virtio_engine_start,
	.stop = virtio_engine_stop,
	.begin = virtio_engine_begin,
	.finish = virtio_engine_finish,
	.notes_waits = true,
};

/* A request of one piece is cut in two where its layout needs more: a device takes any cut (SPLIT-1). */
static int add(struct virtqueue *queue, const struct virtqueue_buffer *buffers, unsigned count)
{
	uint32_t half = buffers[0].size / 2;
	struct virtqueue_buffer halves[2] = {
		{ buffers[0].number, half, buffers[0].device_writes },
		{ buffers[0].number + half, buffers[0].size - half, buffers[0].device_writes },
	};

	if (queue->layout == LAYOUT_TAIL && count == 1 && half > 0)
		return virtqueue_add(queue, halves, 2);
	return virtqueue_add(queue, buffers, count);
}

/* The doorbell is left alone only where the device says by an index when it wants it: that is what EVENT_IDX is for. */
bool virtio_engine_submit(struct engine *engine, uint16_t index, const struct virtqueue_buffer *buffers, unsigned count)
{
	struct virtio_engine *virtio = engine->state;
	struct virtqueue *queue = &virtio->queues[index];

	if (add(queue, buffers, count) < 0)
		return engine_fail(engine, "no room in the queue");
	virtqueue_publish(queue);
	if (virtio->plan.omit & OMIT_DOORBELL)
		return true;
	if (!(virtio_engine_mode(virtio)->features & VIRTIO_EVENT_IDX) || virtqueue_wants_notification(queue))
		virtqueue_notify(queue);
	return true;
}

/* A device that does not answer soon is asked whether it still can: one that needs a reset is not waited for. */
#define SOON	MILLISECONDS(2)

static enum engine_result wait(struct engine *engine, uint16_t index, uint64_t limit, struct virtqueue_used *used)
{
	struct virtio_engine *virtio = engine->state;
	struct virtqueue *queue = &virtio->queues[index];
	uint64_t first = limit < SOON ? limit : SOON;
	enum virtqueue_answer answer;
	bool came = poll_until((answer = virtqueue_take(queue, used)) != QUEUE_EMPTY, first);

	if (!came && virtio_status(virtio->device) & VIRTIO_CONFIG_S_NEEDS_RESET) {
		engine_fail(engine, "queue %u: the device needs a reset (status %#x)", index,
			    virtio_status(virtio->device));
		return ENGINE_FAILED;
	}
	if (came || poll_until((answer = virtqueue_take(queue, used)) != QUEUE_EMPTY, limit - first)) {
		if (answer == QUEUE_USED)
			return ENGINE_DONE;
		engine_fail(engine, "queue %u: used index %u or its entry is impossible (seen %u)", index,
			    virtqueue_used_index(queue), queue->used);
		return ENGINE_FAILED;
	}
	/* Whether an interrupt is pending is in PCI status too, where reading does not acknowledge it as in the ISR. */
	engine_fail(engine, "queue %u: no used entry (used.idx %u, avail.idx %u, PCI status %#x, status %#x)", index,
		    virtqueue_used_index(queue), queue->available, pci_read16(engine->function, PCI_STATUS),
		    virtio_status(virtio->device));
	return ENGINE_SILENT;
}

enum engine_result virtio_engine_wait(struct engine *engine, uint16_t index, uint64_t limit,
				      struct virtqueue_used *used)
{
	enum engine_result result = wait(engine, index, patience_limit(&engine->patience, limit), used);

	engine_waited(engine, limit, result);
	return result;
}

enum engine_result virtio_engine_wait_back(struct engine *engine, uint16_t index, uint64_t limit)
{
	const struct virtio_engine *virtio = engine->state;
	const struct virtqueue *queue = &virtio->queues[index];
	struct virtqueue_used used;

	return queue->free_count == queue->size ? ENGINE_DONE : virtio_engine_wait(engine, index, limit, &used);
}

struct virtio_engine *virtio_engine_of(const struct engine *engine)
{
	return engine->ops == &virtio_engine_ops ? engine->state : NULL;
}

static const struct virtio_driver *find_driver(uint16_t type)
{
	TABLE_EACH(virtio_drivers, const struct virtio_driver, entry)
		if ((*entry)->type == type)
			return *entry;
	return NULL;
}

/* Room for one more, which stays: an engine is never taken away. */
static struct virtio_engine *next_engine(void)
{
	phys_addr frames;

	if (chunk_used == CHUNK_ENGINES) {
		if (!frames_take(CHUNK_FRAMES, FRAME_SIZE, &frames))
			return NULL;
		chunk = arch_pointer(frames);
		chunk_used = 0;
	}
	return &chunk[chunk_used];
}

static void add_engine(struct virtio_device *device, const struct virtio_driver *driver, const struct virtio_mode *mode,
		       bool (*add_to)(const struct engine *engine))
{
	struct virtio_engine *virtio = next_engine();
	struct engine engine = {
		.ops = &virtio_engine_ops, .function = device->function, .mode = mode->name,
		.kind = add_to == engine_add ? device->kind : driver->kind,
		.view = mode->access_platform ? VIEW_BUS : VIEW_PHYSICAL, .directions = driver->directions,
		.unpredictable = driver->unpredictable,
		.largest = driver->largest, .granule = driver->granule, .address_bits = 64,
		.state = virtio,
	};

	if (virtio)
		*virtio = (struct virtio_engine) { .device = device, .driver = driver, .mode = mode };
	if (add_to(virtio ? &engine : NULL))
		chunk_used++;
}

static void add_engines(struct virtio_device *device, const struct virtio_driver *driver,
			bool (*add_to)(const struct engine *engine))
{
	const struct virtio_mode *mode;

	for (unsigned i = 0; (mode = virtio_mode_get(i)); i++)
		if (!mode->apart && virtio_mode_fits(mode, device) && !virtio_mode_missing(mode, device) &&
		    (add_to == engine_add || !(mode->features & ~VIRTIO_RING_PACKED)))
			add_engine(virtio_mode_device(mode, device), driver, mode, add_to);
}

static void add_beside(struct virtio_device *device)
{
	TABLE_EACH(virtio_queue_drivers, const struct virtio_driver, entry)
		if ((*entry)->type == device->type && !((*entry)->needs & ~device->offered))
			add_engines(device, *entry, engine_add_beside);
}

void virtio_add_engines(void)
{
	chunk_used = CHUNK_ENGINES;
	for (unsigned i = 0; i < virtio_count(); i++) {
		struct virtio_device *device = virtio_get(i);
		const struct virtio_driver *driver = find_driver(device->type);

		if (!driver || pci_must_not_drive(device->function))
			continue;
		add_engines(device, driver, engine_add);
		add_beside(device);
	}
}
