/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * virtio over PCI and over MMIO: finding a device's registers, the status handshake, features, configuration.
 *
 * A function of PCI has a modern interface (modern.c), a legacy one (legacy.c), or both, when it is called
 * transitional. What differs between them is a struct virtio_transport; each interface of a function is a struct
 * virtio_device by itself, and everything beside the transports works on either. They are not for use at the same
 * time: a device is reset between one and the other. A slot of virtio-mmio has one of two more (mmio.c,
 * mmio_legacy.c), by its version. It stands on no bus, and is a struct pci_function without a host.
 *
 * Constants and structures are those of the kernel's <linux/virtio_*.h>. Rings are virtqueue.h's; what is done with a
 * device of a type is in that type's own file in drivers/virtio/device.
 *
 * Source: Virtual I/O Device (VIRTIO) 1.4, sections 2, 3, 4.1 and 4.2.
 *
 *
 * One request, from reset to the used ring, in the order in which it happens. The entropy device is the example
 * (device/rng.c); who calls is in parentheses, and what is private to a file is named with the file.
 *
 * 1. The device is found. virtio_attach() (boot/main.c) makes a struct virtio_device of each virtio function that
 *    drivers/pci has found, looks up where its registers are, resets it, and reads what it offers. Those structures
 *    stay for the whole run. virtio_add_engines() (engine.h) then adds a struct engine for each mode of the device.
 *
 * 2. The handshake. engine_start() (a test) comes to engine.c, start_driver(): bus mastering on, then
 *	virtio_negotiate(device, features)	reset; ACKNOWLEDGE, DRIVER; features; FEATURES_OK, which must stick
 *    From here on device->accepted says which addresses the device takes, which byte order its structures have
 *    (fields.h: little-endian with VERSION_1), and which format its rings are in. Nothing that is told to the device
 *    may be made before that. What a test wants otherwise, here and below, is in struct virtio_plan (engine.h).
 *
 * 3. Memory, and the queues. virtio_area_make() takes frames for headers and buffers of the driver's own; the start()
 *    of the type's struct virtio_driver calls virtio_engine_queue() for each queue, and that
 *	virtqueue_start(queue, device, index, size, places)
 *	    virtio_area_make()			frames for the parts of the ring, zeroed, mapped for reads and writes
 *	    virtio_address()			their numbers, in the view that the device takes
 *	    virtqueue_interrupts()		in the ring: an interrupt is wanted
 *	    transport->set_queue()		in the registers: size and numbers; the queue is enabled
 *
 * 4. virtio_driver_ok(): the device may look at the rings now. The type's ready(), where it has one, asks it what only
 *    a working device tells.
 *
 * 5. The request. engine->ops->begin(engine, direction, address, size) comes to the type's begin(), such as
 *    rng_begin(), with the number of a buffer. That makes struct virtqueue_buffer of it, readable ones before writable
 *    ones, and calls
 *	virtio_engine_submit(engine, queue, buffers, count)
 *	    virtqueue_add()			descriptors, and the slot of the available ring: not to be seen yet
 *	    virtqueue_publish()			barrier_write(), then the store of the available index that shows it all
 *	    virtqueue_notify()			barrier_full(), then virtio_ring() writes the doorbell
 *    With EVENT_IDX the bell is left alone where virtqueue_wants_notification() says so.
 *
 * 6. The device reads the ring and the readable buffers, writes the others, then the used entry, and the used index.
 *    (In a packed ring entries are used where they were made available, and flags in them stand for the indices.)
 *
 * 7. The end. engine->ops->finish() comes to the type's finish(), and that to
 *	virtio_engine_wait(engine, queue, limit, &used)		ENGINE_DONE, ENGINE_SILENT or ENGINE_FAILED
 *	    virtqueue_take()			the used index; barrier_read(); the entry, which must name a chain that
 *						is outstanding by our own record; its descriptors are free again
 *    The pin stays quiet: waiting is polling. used.length is what the device says that it wrote, and the type's
 *    finish() judges it.
 *
 * 8. engine_stop() resets the device, and only then are its queues (virtqueue_stop()) and its memory
 *    (dma_area_release()) given back: a device that is not reset may use them at any time.
 *
 * Views. What the CPU dereferences is arch_pointer() of a phys_addr: struct virtqueue_place.memory, struct
 * dma_area.memory. What the device is told is a bare number: struct virtqueue_place.number, struct
 * virtqueue_buffer.number, each made by virtio_address() or virtio_engine_number() of a struct dma_map, which holds
 * both. Only the number that a test hands to begin() is no such one: it leads to a frame in each view (struct decoy of
 * dma.h), and which of them the device reaches is the question.
 *
 * Who owns what. A descriptor that was published, its buffers and its table are the device's until virtqueue_take() has
 * named their chain; the used ring is always the device's to write, and nothing that stands there is believed. The
 * frames under all of it are the driver's from virtio_area_make() on until the device has been reset.
 */
#ifndef VIRTIO_H
#define VIRTIO_H

#include <linux/virtio_config.h>

#include "drivers/dma/dma.h"
#include "drivers/pci/pci.h"

#define VIRTIO_BIT(n)		(1ull << (n))
/* Bit 33. The kernel's headers call it ACCESS_PLATFORM, older ones IOMMU_PLATFORM. */
#define VIRTIO_ACCESS_PLATFORM	VIRTIO_BIT(VIRTIO_F_ACCESS_PLATFORM)
#define VIRTIO_VERSION_1	VIRTIO_BIT(VIRTIO_F_VERSION_1)
#define VIRTIO_RING_RESET	VIRTIO_BIT(VIRTIO_F_RING_RESET)

/* One of the structures that a vendor capability points at. */
struct virtio_structure {
	bool present;
	uint8_t capability;		/* offset in configuration space */
	uint8_t bar;
	uint32_t offset, length;	/* bytes in the BAR */
	phys_addr at;			/* for the CPU */
};

struct pci_messages;
struct virtio_device;
struct virtqueue_place;

/* How the registers of an interface are reached. */
struct virtio_transport {
	const char *name;		/* "modern", "legacy", "mmio", "mmio-legacy" */
	bool features_ok;		/* FEATURES_OK settles features; without it the device cannot refuse any */
	/* The parts of a ring lie in one area, as virtio_legacy_layout() says, and its size is the device's choice. */
	bool one_area;
	uint8_t (*status)(const struct virtio_device *device);
	void (*set_status)(const struct virtio_device *device, uint8_t status);
	uint64_t (*offered)(const struct virtio_device *device);
	/* Writes the features; returns what was written, which the interface may restrict. */
	uint64_t (*accept)(const struct virtio_device *device, uint64_t features);
	uint8_t (*isr)(const struct virtio_device *device);
	bool (*pending)(const struct virtio_device *device);	/* NULL: PCI status says so */
	/* A field within the configuration. False: it changes all the time. */
	bool (*read_config)(const struct virtio_device *device, uint32_t offset, uint32_t width, uint64_t *value);
	void (*write_config)(const struct virtio_device *device, uint32_t offset, uint32_t width, uint64_t value);
	/* Entries of a queue before it is set up: the most it can have, or with one_area all that it has. 0: no such
	 * queue. */
	uint16_t (*queue_size)(const struct virtio_device *device, uint16_t index);
	/* Tells the device where the VIRTQUEUE_PARTS of a queue are, and enables it. False: it cannot be told these. */
	bool (*set_queue)(const struct virtio_device *device, uint16_t index, uint16_t size,
			  const struct virtqueue_place *places);
	/* Write the vector of configuration changes, of a queue, while messages are on; what is read back. The
	 * registers for that may push back the configuration, by so many bytes. */
	uint32_t vector_bytes;
	uint16_t (*config_vector)(const struct virtio_device *device, uint16_t vector);
	uint16_t (*queue_vector)(const struct virtio_device *device, uint16_t index, uint16_t vector);
	/* Of a modern interface: fields of the common configuration, by their VIRTIO_PCI_COMMON_* offset, whatever
	 * register the transport has for each. */
	uint32_t (*read_common)(const struct virtio_device *device, unsigned field, unsigned width);
	void (*write_common)(const struct virtio_device *device, unsigned field, unsigned width, uint32_t value);
	uint8_t queue_select;		/* offset of the register that selects a queue, in `common` */
	bool wide_doorbell;		/* a doorbell is a register of 32 bits, in which 16 are the queue's index */
	/* Where the queue's index is written, 16 bits, little-endian. False: it is where nothing can be written. */
	bool (*doorbell)(const struct virtio_device *device, uint16_t index, phys_addr *at);
};
extern const struct virtio_transport virtio_modern, virtio_legacy, virtio_mmio, virtio_mmio_legacy;

/* A function through one of its interfaces. */
struct virtio_device {
	struct pci_function *function;
	const struct virtio_transport *transport;
	/* The same function through its legacy interface, which may have a fault of its own; NULL if there is none. */
	struct virtio_device *legacy;
	/* Of a legacy interface: the other one of its function. */
	const struct virtio_device *modern;
	uint16_t type;			/* VIRTIO_ID_* */
	const char *kind;		/* "rng"; "type27" where busproof has no name for it */
	bool transitional;		/* has a legacy interface as well */
	/* Of a legacy interface, common is all of its registers, notify and isr are not present. */
	struct virtio_structure common, notify, isr, config;
	uint32_t notify_multiplier;	/* bytes between the doorbells of two notify offsets */
	uint8_t window;			/* offset of the capability for access through configuration space; 0: none */
	char fault[96];			/* why it cannot be driven through this interface, or "" */
	uint64_t offered;		/* feature bits, read when it was found */
	uint64_t accepted;		/* by the last virtio_negotiate() */
	struct pci_messages *messages;	/* on: see message.h; NULL: off */
	bool common_areas;		/* memory for it is where both views find it: for tests that decline bit 33 */
	/*
	 * What the driver of its type has learnt of the device through this interface, in whatever mode: see its file.
	 */
	uint64_t learnt[4];
};

#define VIRTIO_DEVICES	256

/* Finds the virtio functions, and devices in slots of virtio-mmio; pci_enumerate() has run. Returns their number;
 * more than VIRTIO_DEVICES are left out, which the suite engine reports. virtio_get() is a function's modern
 * interface, which has a fault if there is none: ->legacy is the other. */
unsigned virtio_attach(void);
unsigned virtio_count(void);
unsigned virtio_left_out(void);
struct virtio_device *virtio_get(unsigned number);
/*
 * The next vendor capability of this cfg_type (VIRTIO_PCI_CAP_*), from *index on, which starts at 0 and is moved on;
 * NULL behind the last, and of a device that is not on PCI (function is NULL).
 */
const struct pci_capability *virtio_next_capability(const struct pci_function *function, uint8_t type,
						    unsigned *index);

/* Is it a function of PCI? Otherwise it is in a slot of virtio-mmio. */
static inline bool virtio_on_pci(const struct virtio_device *device)
{
	return device->function->host;
}

/* Is it driven as drivers of old do, over PCI or MMIO? */
static inline bool virtio_is_legacy(const struct virtio_device *device)
{
	return !device->transport->features_ok;
}

/*
 * The one rule of addresses (VIRTIO 1.4, section 6: DEF-1, DEF-3). With ACCESS_PLATFORM accepted a device's addresses
 * are bus addresses; otherwise physical ones, whatever host bridge or IOMMU stands above it. It holds for each device
 * by itself.
 */
bool virtio_uses_bus_addresses(const struct virtio_device *device);
/* The number to tell the device for the memory of this map; offset bytes into it. */
uint64_t virtio_address(const struct virtio_device *device, const struct dma_map *map, uint64_t offset);
/* Memory for the device. */
static inline bool virtio_area_make(const struct virtio_device *device, struct dma_area *area, size_t frames)
{
	return device->common_areas ? dma_area_make_common(area, device->function, frames) :
				      dma_area_make(area, device->function, frames);
}

uint8_t virtio_status(const struct virtio_device *device);
void virtio_set_status(const struct virtio_device *device, uint8_t status);
/* Writes 0 and waits until it reads 0, within VIRTIO_RESET_LIMIT. */
#define VIRTIO_RESET_LIMIT	MILLISECONDS(500)
bool virtio_reset(const struct virtio_device *device);
uint64_t virtio_offered(const struct virtio_device *device);
/*
 * Reset, ACKNOWLEDGE, DRIVER, features, FEATURES_OK. True when FEATURES_OK stuck, and always through a legacy
 * interface, which has none. device->accepted is what was written. The rest of the handshake is queues, then
 * virtio_driver_ok().
 */
bool virtio_negotiate(struct virtio_device *device, uint64_t features);
void virtio_driver_ok(const struct virtio_device *device);
/* Tells the device, with FAILED, that it is driven no further: only a reset is left. */
void virtio_give_up(const struct virtio_device *device);

/* The ISR byte; reading it clears it and lets go of the interrupt line. */
uint8_t virtio_isr(const struct virtio_device *device);
/* Is an interrupt pending? Where looking does not acknowledge it: PCI status, InterruptStatus of a slot. */
bool virtio_interrupt_pending(const struct virtio_device *device);
/*
 * A field of device-specific configuration: width is its own, 1, 2, 4 or 8 bytes (8 is two halves). It is read until
 * nothing has changed meanwhile, which a modern interface tells by its generation and a legacy one by two reads that
 * agree. False when the field is not within the structure, or never holds still.
 */
bool virtio_config_read(const struct virtio_device *device, uint32_t offset, uint32_t width, uint64_t *value);
bool virtio_config_write(const struct virtio_device *device, uint32_t offset, uint32_t width, uint64_t value);

/*
 * A ring in the one area of a legacy interface: where its parts begin (offsets: VIRTQUEUE_PARTS of them), and the bytes
 * of all. The area begins at a multiple of VIRTIO_LEGACY_ALIGN, which is also the unit in which the device is
 * told of it.
 */
#define VIRTIO_LEGACY_ALIGN	4096u
uint64_t virtio_legacy_layout(uint16_t size, uint64_t *offsets);
/* Looks at a transitional function's legacy interface, resets it and reads what is offered; legacy is overwritten. */
void virtio_legacy_attach(struct virtio_device *legacy, const struct virtio_device *device);

/* Of a modern interface only: the generation, and fields of the common configuration structure by their
 * VIRTIO_PCI_COMMON_* offset. */
uint32_t virtio_config_generation(const struct virtio_device *device);
/*
 * Points the capability for access through configuration space at a place of a structure. Returns where in
 * configuration space its data is, 0 if there is no such capability.
 */
unsigned virtio_window(const struct virtio_device *device, const struct virtio_structure *structure, uint32_t offset,
		       unsigned width);
/*
 * Writes a doorbell, 2 or 4 bytes wide: by the CPU, or through the window of configuration space where
 * virtio_doorbell_ends_qemu() and there is one.
 */
void virtio_ring(const struct virtio_device *device, phys_addr doorbell, unsigned width, uint32_t value);
/*
 * Does an access of the CPU there end QEMU before 11? It mistakes a page of the CPU that lies within one structure, and
 * begins at no multiple of the page's size in it, for one of another device's.
 */
bool virtio_doorbell_ends_qemu(const struct virtio_device *device, phys_addr doorbell);
uint8_t virtio_common_read8(const struct virtio_device *device, unsigned field);
uint16_t virtio_common_read16(const struct virtio_device *device, unsigned field);
uint32_t virtio_common_read32(const struct virtio_device *device, unsigned field);
void virtio_common_write16(const struct virtio_device *device, unsigned field, uint16_t value);
void virtio_common_write32(const struct virtio_device *device, unsigned field, uint32_t value);
/* 64-bit fields are written as two 32-bit halves (DRV-PCICAP-1). */
void virtio_common_write64(const struct virtio_device *device, unsigned field, uint64_t value);

/* "rng@02:01.0"; text holds at least VIRTIO_NAME bytes. Returns text. */
#define VIRTIO_NAME	32
const char *virtio_name(const struct virtio_device *device, char *text);

#endif
