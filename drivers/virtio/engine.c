/* virtio devices as engines: see engine.h. */
#include "drivers/virtio/engine.h"

#include <linux/pci_regs.h>

#include "boot/clock.h"
#include "boot/string.h"

TABLE_DECLARE(virtio_drivers, const struct virtio_driver);

static struct virtio_engine virtio_engines[ENGINES];
static unsigned virtio_engine_count;

static const struct virtio_mode modes[] = {
	{ "accepted", true },
	{ "not-offered", false },
};

void *virtio_engine_pointer(const struct virtio_engine *virtio, uint64_t offset)
{
	return (char *)arch_pointer(virtio->area.memory) + offset;
}

uint64_t virtio_engine_number(const struct virtio_engine *virtio, uint64_t offset)
{
	return virtio_address(virtio->device, &virtio->area.map, offset);
}

static bool fail(struct engine *engine, const char *fault)
{
	format(engine->fault, sizeof(engine->fault), "%s", fault);
	return false;
}

bool virtio_engine_queue(struct engine *engine, uint16_t index, uint16_t size)
{
	struct virtio_engine *virtio = engine->state;
	bool requests = index == virtio->driver->request_queue;
	struct virtqueue *queue = &virtio->queues[index];

	if (!virtqueue_start(queue, virtio->device, index, size, requests && virtio->places_chosen ? virtio->places : NULL)) {
		format(engine->fault, sizeof(engine->fault), "queue %u cannot be set up", index);
		virtqueue_stop(queue);
		return false;
	}
	if (requests) {
		queue->before_publish = virtio->before_publish;
		queue->context = virtio->context;
	}
	virtio->queues_started |= 1u << index;
	return true;
}

static uint64_t features_for(const struct virtio_engine *virtio)
{
	uint64_t wanted = VIRTIO_VERSION_1 | VIRTIO_RING_RESET | virtio->driver->features;

	if (virtio->mode->access_platform && !(virtio->omit & OMIT_ACCESS_PLATFORM))
		wanted |= VIRTIO_ACCESS_PLATFORM;
	return wanted & virtio->device->offered;
}

static bool start(struct engine *engine)
{
	struct virtio_engine *virtio = engine->state;
	struct virtio_device *device = virtio->device;

	virtio->queues_started = 0;
	if (!(virtio->omit & OMIT_BUS_MASTER))
		PCI_BUS_MASTER(engine->function);
	if (!virtio_negotiate(device, features_for(virtio))) {
		format(engine->fault, sizeof(engine->fault),
		       "FEATURES_OK did not stick: status %#x, offered %#llx, accepted %#llx", virtio_status(device),
		       (unsigned long long)device->offered, (unsigned long long)device->accepted);
		return false;
	}
	if (!dma_area_make(&virtio->area, engine->function, virtio->driver->area_frames))
		return fail(engine, "no memory for its buffers");
	if (!virtio->driver->start(engine))
		return false;
	if (!(virtio->omit & OMIT_DRIVER_OK))
		virtio_driver_ok(device);
	/* A device that was not started as it should be need not work. */
	if (virtio->omit)
		return true;
	return !virtio->driver->ready || virtio->driver->ready(engine);
}

static void stop(struct engine *engine)
{
	struct virtio_engine *virtio = engine->state;

	virtio_reset(virtio->device);
	pci_command(engine->function, 0, PCI_COMMAND_MASTER);
	for (unsigned i = 0; i < VIRTIO_ENGINE_QUEUES; i++)
		if (virtio->queues_started >> i & 1)
			virtqueue_stop(&virtio->queues[i]);
	dma_area_release(&virtio->area);
	virtio->queues_started = 0;
	virtio->omit = 0;
	virtio->places_chosen = false;
	virtio->before_publish = NULL;
}

static bool begin(struct engine *engine, enum dma_direction direction, uint64_t address, uint32_t size)
{
	struct virtio_engine *virtio = engine->state;

	virtio->direction = direction;
	virtio->size = size;
	return virtio->driver->begin(engine, direction, address, size);
}

static enum engine_result finish(struct engine *engine, uint64_t limit, void *seen)
{
	struct virtio_engine *virtio = engine->state;

	return virtio->driver->finish(engine, limit, seen);
}

static const struct engine_ops virtio_engine_ops = {
	.start = start,
	.stop = stop,
	.begin = begin,
	.finish = finish,
};

bool virtio_engine_submit(struct engine *engine, uint16_t index, const struct virtqueue_buffer *buffers, unsigned count)
{
	struct virtio_engine *virtio = engine->state;
	struct virtqueue *queue = &virtio->queues[index];

	if (virtqueue_add(queue, buffers, count) < 0)
		return fail(engine, "no room in the queue");
	virtqueue_publish(queue);
	virtqueue_notify(queue);
	return true;
}

enum engine_result virtio_engine_wait(struct engine *engine, uint16_t index, uint64_t limit, struct virtqueue_used *used)
{
	struct virtio_engine *virtio = engine->state;
	struct virtqueue *queue = &virtio->queues[index];
	enum virtqueue_answer answer;

	if (poll_until((answer = virtqueue_take(queue, used)) != QUEUE_EMPTY, limit)) {
		if (answer == QUEUE_USED)
			return ENGINE_DONE;
		format(engine->fault, sizeof(engine->fault), "queue %u: used index %u or its entry is impossible (seen %u)",
		       index, virtqueue_used_index(queue), queue->used);
		return ENGINE_FAILED;
	}
	format(engine->fault, sizeof(engine->fault),
	       "queue %u: no used entry in %llu us (used.idx %u, avail.idx %u, ISR %#x, status %#x)", index,
	       (unsigned long long)limit / 1000, virtqueue_used_index(queue), queue->available,
	       virtio_isr(virtio->device), virtio_status(virtio->device));
	return ENGINE_SILENT;
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

static void add_engine(struct virtio_device *device, const struct virtio_driver *driver, const struct virtio_mode *mode)
{
	struct virtio_engine *virtio = &virtio_engines[virtio_engine_count];
	struct engine engine = {
		.ops = &virtio_engine_ops, .function = device->function, .kind = device->kind, .mode = mode->name,
		.view = mode->access_platform ? VIEW_BUS : VIEW_PHYSICAL, .directions = driver->directions,
		.largest = driver->largest, .granule = driver->granule, .address_bits = 64,
		.state = virtio,
	};

	*virtio = (struct virtio_engine) { .device = device, .driver = driver, .mode = mode };
	if (engine_add(&engine))
		virtio_engine_count++;
}

void virtio_add_engines(void)
{
	virtio_engine_count = 0;
	for (unsigned i = 0; i < virtio_count(); i++) {
		struct virtio_device *device = virtio_get(i);
		const struct virtio_driver *driver = find_driver(device->type);
		bool offered = device->offered & VIRTIO_ACCESS_PLATFORM;

		if (!driver || device->fault[0])
			continue;
		for (unsigned m = 0; m < sizeof(modes) / sizeof(modes[0]); m++)
			if (modes[m].access_platform == offered && virtio_engine_count < ENGINES)
				add_engine(device, driver, &modes[m]);
	}
}
