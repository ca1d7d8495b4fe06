/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * DMA maps: the addresses that a device needs in order to reach memory. Modelled on bus_dma(9).
 *
 * A map has a device, a physical range, a direction, a placement and a state. This is the one place where a physical
 * address becomes a bus address, by asking a window of the domain. Which of the two a virtio device must be
 * given is decided elsewhere, once (drivers/virtio/virtio.h, virtio_address).
 *
 *
 * The life of a map, in the order of use. What is private to map.c is named with it.
 *
 * 1. Once, for each domain, while all devices are quiet: dma_start() (boot/main.c) closes what the firmware left, and
 *    opens the domain's standard windows, each paged one with a table of its own, empty. Until a page is mapped no
 *    device reaches memory through one. Some domains also have direct windows, through which a device reaches memory
 *    at once.
 *
 * 2. The caller has memory: a phys_addr from frames_take() (boot/frames.h), which the CPU dereferences through
 *    arch_pointer(). Memory for a driver's own structures is taken, zeroed and mapped in one by dma_area_make().
 *
 * 3. The map.
 *	struct dma_map map = dma_map(function, memory, size, direction);
 *	    find_room()				map.c: addresses in the paged window of the function's domain that no
 *						map has (intervals.h), behind those that were used last, so that a
 *						stale use is seen
 *	    ops->map()				the domain: each page touched leads to memory, with the permission
 *	    ops->invalidate()			the domain forgets what it had cached of them
 *    map.status must be DMA_MAPPED; else map.address means nothing, and nothing is to be undone. dma_map_at() is the
 *    same at a bus address of the caller's choice. dma_map_through() a direct or 64-bit window only works the address
 *    out: there the domain has no pages. Where nothing translates, the address is the memory's own.
 *
 * 4. The device is told a number: map.address.value, if it takes bus addresses. A device that takes physical ones is
 *    told map.memory.value, and the map is not used. virtio_address() chooses for virtio; engines of other kinds take
 *    bus addresses always. Offsets are the same in both.
 *
 * 5. Handing over. What the CPU has stored is for the device after dma_sync(&map, DMA_TO_DEVICE), before the doorbell;
 *    what the device has written is for the CPU after dma_sync(&map, DMA_TO_CPU), once the device has said that it is
 *    done. Rings have barriers of their own (virtqueue_publish(), virtqueue_take()).
 *
 * 6. dma_remap() leads the same bus address to other memory, or with another permission.
 *
 * 7. dma_unmap(): the pages lead nowhere, and no older translation is used any more when it comes back. A device that
 *    is still told the number must not reach the memory then, which is what the tests of refusals ask. Only now may the
 *    frames be given back: dma_area_release() does both. dma_unmap_all() cleans up after a test that was cut short.
 *
 * Views: memory is a phys_addr, address a bus_addr; the compiler takes neither for the other. A decoy is the one place
 * where a number is deliberately both (struct decoy below).
 *
 * Who owns what: the frames are the caller's all the time; the pages are the map's from dma_map() to dma_unmap(); the
 * table is dma_start()'s, or a test's that has opened a window of its own, and then closes it or calls dma_restore().
 */
#ifndef DMA_H
#define DMA_H

#include "drivers/iommu/domain.h"
#include "drivers/pci/pci.h"

/* Does anything translate the device's addresses? If not, a bus address is the physical one. */
static inline bool dma_translates(const struct pci_function *device)
{
	return domain_translates(device->domain);
}

enum dma_placement {
	DMA_ANYWHERE,		/* the paged window, wherever there is room */
	DMA_DIRECT,		/* through a direct window */
	DMA_MONSTER,		/* through the 64-bit window */
	DMA_AT,			/* the paged window, at the bus address asked for */
};

enum dma_status {
	DMA_MAPPED,
	DMA_UNMAPPED,		/* by dma_unmap() */
	DMA_NO_WINDOW,		/* no window of the domain reaches the range, or that bus address */
	DMA_NO_SPACE,		/* the window is full, or that bus address is mapped already */
	DMA_REFUSED,		/* the domain did not do it: see refusal. By dma_unmap(): the pages may be there yet */
	DMA_BAD_RANGE,		/* empty, or its end overflows */
};

struct dma_map {
	struct pci_function *device;
	phys_addr memory;
	uint64_t size;			/* bytes */
	enum dma_direction direction;
	enum dma_placement placement;
	enum dma_status status;
	enum domain_status refusal;	/* where status is DMA_REFUSED */
	unsigned window;		/* of the device's domain */
	phys_addr table;		/* of that window then, where the map has entries in it */
	bus_addr address;		/* of the first byte, where status is DMA_MAPPED */
	struct bus_range pages;		/* bus addresses of the pages that it has to itself; empty where it has none */
};

/*
 * Chooses the numbers that frames are kept by address for, which decoys are made of: memory that the standard paged
 * windows of all domains cover, or of as many as can be, or where nothing translates any. To be called before the first
 * frame is taken.
 */
void dma_choose_numbers(void);

/* Opens the domain's standard windows with empty tables. All devices must be quiet. False: no memory for a table. */
bool dma_start(struct dma_domain *domain);

/* Opens again what a test has opened, closed or moved: the standard windows with their own tables. No effect, and no
 * register access, when they are as dma_start() left them. No device may be doing DMA. False: the chip refused one. */
bool dma_restore(struct dma_domain *domain);

/*
 * From now on until dma_restore(), maps that may be anywhere are put where their bus address is the memory's own,
 * modulo the window's size. They then stay right when a test switches translation off, or looks pages up
 * in larger units.
 */
void dma_map_like_memory(struct dma_domain *domain);

/*
 * Makes size bytes at memory reachable by device at an address of the map's choice. The pages (of the device's domain)
 * between and the rest of the first and the last page become reachable with it. The caller looks at status and releases
 * with dma_unmap(). Where nothing translates, the address is the memory's own.
 */
struct dma_map dma_map(struct pci_function *device, phys_addr memory, uint64_t size, enum dma_direction direction);
/* The same through the window asked for. */
struct dma_map dma_map_through(struct pci_function *device, phys_addr memory, uint64_t size,
			       enum dma_direction direction, enum dma_placement placement);
/* The same at the bus address asked for, whose offset in its page must be that of memory. */
struct dma_map dma_map_at(struct pci_function *device, bus_addr address, phys_addr memory, uint64_t size,
			  enum dma_direction direction);
/* The same, for whoever has a bare number from outside: a person. And ops->invalidate() for a range of those. */
struct dma_map dma_map_number(struct pci_function *device, uint64_t number, phys_addr memory, uint64_t size,
			      enum dma_direction direction);
enum domain_status dma_forget(struct dma_domain *domain, uint64_t number, uint64_t size);
/* Takes the pages away and makes the domain forget them. No effect on a map that is not DMA_MAPPED. */
void dma_unmap(struct dma_map *map);
/* Leads the same bus address elsewhere, or with another permission; size and offset in the page stay. */
void dma_remap(struct dma_map *map, phys_addr memory, enum dma_direction direction);

/*
 * Hands memory over: DMA_TO_DEVICE before the device is told (the CPU's stores are visible to it), DMA_TO_CPU after it
 * has said that it is done (no load of the CPU is older than that).
 */
enum dma_sync { DMA_TO_DEVICE, DMA_TO_CPU };
void dma_sync(const struct dma_map *map, enum dma_sync direction);

/* Number of live maps in paged windows; dma_unmap_all() takes them all away (after a test was cut short). */
unsigned dma_live(const struct dma_domain *domain);
void dma_unmap_all(struct dma_domain *domain);

/*
 * The alignment of memory whose pages are one device's alone, and how many frames make up whole pages: a domain's pages
 * may be larger than frames.
 */
uint64_t dma_alignment(const struct pci_function *device);
size_t dma_whole_frames(const struct pci_function *device, size_t frames);

/*
 * Memory of a driver's own that a device uses: frames taken, zeroed, and mapped for the device to read and write.
 * Released by dma_area_release(), also when dma_area_make() has failed.
 */
struct dma_area {
	phys_addr memory;
	size_t frames;			/* 0: nothing taken */
	struct dma_map map;
};
bool dma_area_make(struct dma_area *area, struct pci_function *device, size_t frames);
/* The same at a number that leads to it in both views, for a device of which nobody knows which one it takes. */
bool dma_area_make_common(struct dma_area *area, struct pci_function *device, size_t frames);
void dma_area_release(struct dma_area *area);

/*
 * A decoy: one number, valid in both views, that leads to two different frames. Which one a device's access reaches
 * tells its view. As a physical address the number is that of a frame of RAM; as a bus address it is mapped, in the
 * decoy window of the device's domain, to another frame. Where nothing translates there is only one frame. Where no
 * memory has a number that the domain claims, the number leads to a frame as a bus address alone, and the physical
 * frame is one that it must not lead to: whoever takes it for a physical address reaches nothing.
 */
struct decoy {
	uint64_t number;
	phys_addr physical_frame;	/* RAM at number */
	phys_addr bus_frame;		/* RAM where the window leads */
	size_t frames;			/* of each */
	bool identity;			/* nothing translates here: both frames are the same one */
	bool bus_alone;			/* the number is no memory */
	struct dma_map map;		/* the mapping of number to bus_frame; may be unmapped by the test */
};
/* Numbers that are memory, kept for it, and that a paged window of the domain claims as well. */
struct bus_range decoy_numbers(const struct dma_domain *domain);
bool decoy_make(struct decoy *decoy, struct pci_function *device, size_t frames, enum dma_direction permission);
/* Unmaps it (if it still is mapped) and gives the frames back. */
void decoy_release(struct decoy *decoy);

#endif
