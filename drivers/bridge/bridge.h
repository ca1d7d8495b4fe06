/*
 * Host bridges: what stands between the CPU's bus and PCI, and translates the addresses that devices use for DMA.
 *
 * One file a chip (typhoon.c, sabre.c), one interface over them all: windows opened and closed, pages mapped with a
 * permission, invalidation, recorded faults, and a list of what the chip can do. A chip's file registers itself with
 * BRIDGE_DRIVER and uses only the byte-order-explicit accessors of arch.h, so that it builds for any CPU.
 *
 * Which window a buffer goes through, and at which bus address, is drivers/dma's; enumeration is drivers/pci's.
 */
#ifndef BRIDGE_H
#define BRIDGE_H

#include "arch/arch.h"
#include "boot/print.h"
#include "boot/table.h"

/* What a PCI device puts on its bus; means nothing to a CPU. Only drivers/bridge and drivers/dma make one. */
typedef struct { uint64_t value; } bus_addr;

/* A range of numbers of one of PCI's address spaces, or of bus numbers: first to last, both included. */
struct bus_range {
	uint64_t first;
	uint64_t last;
};

enum window_kind {
	WINDOW_CLOSED,
	WINDOW_DIRECT,		/* base replaced by target */
	WINDOW_PAGED,		/* each page looked up in table: SGMAP, TSB */
	WINDOW_MONSTER,		/* a 64-bit range that leads to physical memory as it is */
};

/* A range of bus addresses that the bridge claims, and where it leads. */
struct dma_window {
	enum window_kind kind;
	bus_addr base;
	uint64_t size;		/* bytes, a power of two */
	phys_addr target;	/* DIRECT, MONSTER: where base leads */
	phys_addr table;	/* PAGED: 8 bytes a page; the caller's, as long as the window is open */
};

/* What a device may do with a page. */
enum dma_direction {
	DMA_DEVICE_READS = 1,
	DMA_DEVICE_WRITES = 2,
	DMA_DEVICE_BOTH = 3,
};

/* What a chip can do, beyond windows and pages. */
#define BRIDGE_WRITE_PROTECTION	0x01	/* a page may be readable only */
#define BRIDGE_FAULT_RECORD	0x02	/* faults() has something to read */
#define BRIDGE_DIRECT_WINDOWS	0x04
#define BRIDGE_MONSTER_WINDOW	0x08	/* 64-bit addresses reach all of memory */

#define BRIDGE_WINDOWS	5

/* A fault the chip recorded, in the chip's own words. */
struct bridge_fault {
	char text[128];
};

struct host_bridge;

struct host_bridge_ops {
	/* Writes the registers as the console firmware left them, one "name value" pair after the other. Changes
	 * nothing. */
	void (*describe)(struct host_bridge *bridge, struct text *text);
	/* Closes every window, clears recorded faults. No device may be doing DMA. */
	void (*quiet)(struct host_bridge *bridge);
	/* Programs window number; false if the chip has no such window (kind, base, size or alignment). The entries of
	 * a paged window's table are the caller's to set first. */
	bool (*open_window)(struct host_bridge *bridge, unsigned number, const struct dma_window *window);
	void (*close_window)(struct host_bridge *bridge, unsigned number);
	/* Writes count entries of a paged window's table, from index (pages from the window's base), that lead to
	 * memory at address and on, with a permission. An absent entry is 0 on every chip. */
	void (*set_entries)(const struct dma_window *window, uint64_t index, uint64_t count, phys_addr address,
			    enum dma_direction permission);
	/* Forgets cached translations of the range. Must follow every change of an entry or a window; comes back when
	 * the chip has done it and no older translation is used any more. */
	void (*invalidate)(struct host_bridge *bridge, bus_addr start, uint64_t size);
	/* Reads and clears the recorded fault; false when there is none. */
	bool (*fault)(struct host_bridge *bridge, struct bridge_fault *fault);
	/* The bytes a table for size bytes of window takes; it is aligned to them. */
	uint64_t (*table_size)(uint64_t size);
	/* The interrupt line that a pin (1 = INTA) of a slot leads to, or -1 for none known; it may be one that the
	 * controller does not have, where a machine has more slots than lines. above is 0 for a slot on
	 * the root bus; for a slot behind a root-bus bridge that routes its own slots (Simba), that bridge's device <<
	 * 3 | function. */
	int (*intx_line)(struct host_bridge *bridge, unsigned above, unsigned slot, unsigned pin);
};

struct interrupt_controller;

struct host_bridge_driver {
	const char *compatible;
	const struct host_bridge_ops *ops;
	const struct interrupt_controller *interrupts;	/* see interrupt.h; NULL: none that busproof knows */
	unsigned can;			/* BRIDGE_* */
	unsigned window_count;
	struct bus_range io;		/* PCI I/O addresses that BARs may get */
	struct bus_range mem;		/* PCI memory addresses that BARs may get: outside of every window */
	/* The windows that dma_start() opens, and the one among them that is paged and covers the decoys' numbers. */
	const struct dma_window *windows;
	unsigned decoy_window;
	unsigned paged_window;		/* where buffers go that have no address of their choice */
	bus_addr unclaimed;		/* of FRAMES_BY_ADDRESS_END bytes that no window claims and no BAR can get */
};

#define BRIDGE_DRIVER(object)	TABLE_ADD(bridges, const struct host_bridge_driver, object)

struct host_bridge {
	const struct host_bridge_driver *driver;
	const struct platform_bridge *at;
	struct dma_window windows[BRIDGE_WINDOWS];	/* as open now */
};

/* Finds the drivers of the machine's bridges. Returns how many bridges there are; *unknown (may be NULL) gets the name
 * of one that no driver knows, or NULL. */
unsigned bridge_attach(const struct platform *platform, const char **unknown);
struct host_bridge *bridge_get(unsigned number);

/* The operations with the bookkeeping of bridge->windows. */
bool bridge_open_window(struct host_bridge *bridge, unsigned number, const struct dma_window *window);
void bridge_close_window(struct host_bridge *bridge, unsigned number);

/* Makes count entries absent; invalidate() is the caller's, as after set_entries(). */
void bridge_clear_entries(const struct dma_window *window, uint64_t index, uint64_t count);
bool bridge_entries_absent(const struct dma_window *window, uint64_t index, uint64_t count);

/* Configuration space, by bus, device, function (together 16 bits: bus << 8 | device << 3 | function) and register.
 * Absent functions read as all ones. */
uint32_t bridge_config_read(struct host_bridge *bridge, unsigned bdf, unsigned reg, unsigned size);
void bridge_config_write(struct host_bridge *bridge, unsigned bdf, unsigned reg, unsigned size, uint32_t value);

#endif
