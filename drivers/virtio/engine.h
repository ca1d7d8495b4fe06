/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * virtio devices as engines: a device in one of its modes, with a driver for its type.
 *
 * engine.c does what is the same for all types: modes, start and stop, waiting for a queue. A type's own file registers
 * a struct virtio_driver and says how a request is made of an address.
 */
#ifndef VIRTIO_ENGINE_H
#define VIRTIO_ENGINE_H

#include "boot/table.h"
#include "drivers/engine/engine.h"
#include "drivers/virtio/virtqueue.h"

/* Queues that a driver of a type can set up. Three ports of a console have the most. */
#define VIRTIO_ENGINE_QUEUES	8

/* How a device is driven. Of the ring's features a mode's own are accepted, and only those. */
struct virtio_mode {
	const char *name;		/* "accepted/packed", part of the names of points */
	const char *ring;		/* the part of it that tells modes of one device apart: "packed" */
	bool access_platform;		/* bit 33: accepted, or not offered at all */
	bool legacy;			/* through the legacy interface */
	uint64_t features;		/* that must be offered */
	enum virtqueue_layout layout;
	bool apart;			/* no engine of its own: judged by suite virtio.mode alone */
};

/* The modes; NULL behind the last. */
const struct virtio_mode *virtio_mode_get(unsigned number);
/* The device as a mode drives it: through its modern interface, or its legacy one; NULL if it has none. */
struct virtio_device *virtio_mode_device(const struct virtio_mode *mode, struct virtio_device *device);
/* Why this device cannot be driven in this mode, or NULL; and whether the mode is one of those for its bit 33. */
const char *virtio_mode_missing(const struct virtio_mode *mode, struct virtio_device *device);
bool virtio_mode_fits(const struct virtio_mode *mode, const struct virtio_device *device);

#define OMIT_BUS_MASTER		0x1	/* bus mastering stays off */
#define OMIT_DRIVER_OK		0x2	/* the handshake stops before DRIVER_OK */
#define OMIT_ACCESS_PLATFORM	0x4	/* bit 33 is declined although it is offered */
#define OMIT_DOORBELL		0x8	/* what is submitted is published, and the bell is not rung */
#define OMIT_VERSION_1		0x10	/* bit 32 is, and with it all that is above */

/*
 * What a test wants otherwise than a driver does it. All zero is how any driver drives the device. A test assigns it
 * before start(), and may change what of it is about requests while the engine runs; stop() makes it all zero again.
 * "The queue" is the one that carries the requests.
 */
struct virtio_plan {
	/* Of the start. */
	const struct virtio_driver *driver;	/* NULL, or in the place of its type's, for once */
	unsigned omit;				/* OMIT_*: what is left out */
	uint64_t also;				/* features of its type that the driver has no use for, where offered */
	const struct virtio_mode *instead;	/* of the engine's own mode, for once */
	bool common_areas;			/* all memory for the device is where both views find it */
	uint16_t further;			/* the queue is so many further on than the first that can be it */
	uint16_t queue_size;			/* entries of the queue; 0: the driver's choice */
	struct virtqueue_place places[VIRTQUEUE_PLACES];	/* of the queue's parts: virtqueue_start() */
	/* Behind the features, before any queue: switches messages on, and says which event has which vector. False:
	 * the start fails. stop() switches them off again. */
	bool (*messages)(struct virtio_device *device);
	/* Of the requests. */
	bool hold;				/* begin() leaves the buffer with the device: virtio_engine_provoke() */
	/* Looks at the queue before the device does: virtqueue.before_publish. */
	void (*before_publish)(struct virtqueue *queue, void *context);
	void *context;
};

struct virtio_engine {
	struct virtio_device *device;
	const struct virtio_mode *mode;
	const struct virtio_driver *driver;
	struct virtqueue queues[VIRTIO_ENGINE_QUEUES];
	unsigned queues_started;
	struct virtio_plan plan;	/* a test's */

	struct dma_area area;		/* headers, status bytes and buffers of the driver's own */
	enum dma_direction direction;	/* of the request under way */
	uint32_t size;
	uint64_t private_words[12];	/* what the driver of a type remembers of its device, see its own file */
};

struct virtio_driver {
	uint16_t type;			/* VIRTIO_ID_* */
	const char *kind;		/* NULL, or what engines are called that have become this, or are it */
	uint64_t needs;			/* VIRTIO_QUEUE_DRIVER: features without which there is no such queue */
	uint64_t features;		/* those of its type that it uses, where offered */
	unsigned directions;
	uint32_t largest, granule;
	bool unpredictable;		/* what it writes is different each time */
	uint16_t request_queue;		/* the queue whose buffers begin() is about */
	uint64_t multiqueue;		/* the feature with which all queues from there on are such queues; 0: none */
	uint16_t chain;			/* most pieces of a request there */
	size_t area_frames;
	/* Sets up queues and area; the status is FEATURES_OK. */
	bool (*start)(struct engine *engine);
	/* After DRIVER_OK, may be NULL: what needs a working device. */
	bool (*ready)(struct engine *engine);
	bool (*begin)(struct engine *engine, enum dma_direction direction, uint64_t address, uint32_t size);
	/* NULL, or: a buffer that the device is to write waits there after begin() until this gives it something to
	 * write. */
	bool (*provoke)(struct engine *engine);
	enum engine_result (*finish)(struct engine *engine, uint64_t limit, void *seen);
};
#define VIRTIO_DRIVER(object)	TABLE_ADD(virtio_drivers, const struct virtio_driver, object)
/*
 * The same for another queue of the type, whose buffers begin() is about: it makes engines beside that of the type, one
 * for each plain mode of the device. Of the other queues it sets up none that it does not need.
 */
#define VIRTIO_QUEUE_DRIVER(object)	TABLE_ADD(virtio_queue_drivers, const struct virtio_driver, object)

/* Makes engines of all devices that have a driver, one for each mode the device can be driven in. */
void virtio_add_engines(void);
/* The virtio engine behind an engine, or NULL if it is of another kind. */
struct virtio_engine *virtio_engine_of(const struct engine *engine);

/* The mode it is started in: its own, or the one that a test has put in its place. */
const struct virtio_mode *virtio_engine_mode(const struct virtio_engine *virtio);
/* Is it the engine of its device whose mode is the plainest? */
bool virtio_engine_plain(const struct virtio_engine *virtio);
/* The queue that carries the requests. */
struct virtqueue *virtio_engine_requests(struct virtio_engine *virtio);

/* For drivers of a type. */
/*
 * Puts another driver in the place of the engine's own, for good: called by its start() or ready(), which then returns
 * true, when it has learnt that the device is driven otherwise here. The engine is started again, as that.
 */
void virtio_engine_become(struct engine *engine, const struct virtio_driver *driver);
bool virtio_engine_queue(struct engine *engine, uint16_t index, uint16_t size);
/* The same where the driver has another number for it, below VIRTIO_ENGINE_QUEUES. */
bool virtio_engine_queue_at(struct engine *engine, uint16_t number, uint16_t index, uint16_t size);
/* A byte of the area: for the CPU, and for the device. */
void *virtio_engine_pointer(const struct virtio_engine *virtio, uint64_t offset);
uint64_t virtio_engine_number(const struct virtio_engine *virtio, uint64_t offset);
/* Adds a chain to a queue, publishes it and rings the bell. False, with engine->fault, when there is no room. */
bool virtio_engine_submit(struct engine *engine, uint16_t queue, const struct virtqueue_buffer *buffers,
			  unsigned count);
/* The rest of a begin() with plan.hold set, DMA_DEVICE_WRITES. */
bool virtio_engine_provoke(struct engine *engine);
/* Waits for a queue's next used buffer. */
enum engine_result virtio_engine_wait(struct engine *engine, uint16_t queue, uint64_t limit,
				      struct virtqueue_used *used);
/*
 * The same for what a queue carries besides the request, in a finish() that may be called again: done where it is back.
 */
enum engine_result virtio_engine_wait_back(struct engine *engine, uint16_t queue, uint64_t limit);

#endif
