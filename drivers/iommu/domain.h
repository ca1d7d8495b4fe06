/*
 * DMA domains: one translation from the addresses that devices put on their bus to those of memory.
 *
 * One file a chip (typhoon.c, sabre.c), one interface over them all: windows opened and closed, pages mapped with a
 * permission, invalidation, recorded faults, and a list of what the chip can do. A chip's file registers itself with
 * DOMAIN_DRIVER and uses only the byte-order-explicit accessors of arch.h, so that it builds for any CPU.
 *
 * Which window a buffer goes through, and at which bus address, is drivers/dma's; configuration space and BARs are
 * drivers/host's and drivers/pci's.
 */
#ifndef DOMAIN_H
#define DOMAIN_H

#include "arch/arch.h"
#include "boot/print.h"
#include "boot/table.h"
#include "drivers/host/host.h"

/* What a PCI device puts on its bus; means nothing to a CPU. Only drivers/iommu and drivers/dma make one. */
typedef struct { uint64_t value; } bus_addr;

enum window_kind {
	WINDOW_CLOSED,
	WINDOW_DIRECT,		/* base replaced by target */
	WINDOW_PAGED,		/* each page looked up in table: SGMAP, TSB */
	WINDOW_MONSTER,		/* a 64-bit range that leads to physical memory as it is */
};

/* A range of bus addresses that the domain claims, and where it leads. */
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
#define DOMAIN_WRITE_PROTECTION	0x01	/* a page may be readable only */
#define DOMAIN_FAULT_RECORD	0x02	/* faults() has something to read */
#define DOMAIN_DIRECT_WINDOWS	0x04
#define DOMAIN_MONSTER_WINDOW	0x08	/* 64-bit addresses reach all of memory */

#define DOMAIN_WINDOWS	5

/* A fault the chip recorded, in the chip's own words. */
struct domain_fault {
	char text[128];
};

struct dma_domain;

struct domain_ops {
	/* Writes the registers as the console firmware left them, one "name value" pair after the other. Changes
	 * nothing. */
	void (*describe)(struct dma_domain *domain, struct text *text);
	/* Closes every window, clears recorded faults. No device may be doing DMA. */
	void (*quiet)(struct dma_domain *domain);
	/* Has the registers as quiet() found them the first time: as the console firmware left them, which it needs to
	 * run again. No device may be doing DMA. */
	void (*restore)(struct dma_domain *domain);
	/* Programs window number; false if the chip has no such window (kind, base, size or alignment). The entries of
	 * a paged window's table are the caller's to set first. */
	bool (*open_window)(struct dma_domain *domain, unsigned number, const struct dma_window *window);
	void (*close_window)(struct dma_domain *domain, unsigned number);
	/* Writes count entries of a paged window's table, from index (pages from the window's base), that lead to
	 * memory at address and on, with a permission. An absent entry is 0 on every chip. */
	void (*set_entries)(const struct dma_window *window, uint64_t index, uint64_t count, phys_addr address,
			    enum dma_direction permission);
	/* Forgets cached translations of the range. Must follow every change of an entry or a window; comes back when
	 * the chip has done it and no older translation is used any more. */
	void (*invalidate)(struct dma_domain *domain, bus_addr start, uint64_t size);
	/* Reads and clears the recorded fault; false when there is none. */
	bool (*fault)(struct dma_domain *domain, struct domain_fault *fault);
	/* The bytes a table for size bytes of window takes; it is aligned to them. */
	uint64_t (*table_size)(uint64_t size);
};

struct domain_driver {
	const char *compatible;		/* of the host whose functions it translates for */
	const struct domain_ops *ops;
	unsigned can;			/* DOMAIN_* */
	unsigned window_count;
	/* The windows that dma_start() opens, and the one among them that is paged and covers the decoys' numbers. */
	const struct dma_window *windows;
	unsigned decoy_window;
	unsigned paged_window;		/* where buffers go that have no address of their choice */
	bus_addr unclaimed;		/* of FRAMES_BY_ADDRESS_END bytes that no window claims and no BAR can get */
};

#define DOMAIN_DRIVER(object)	TABLE_ADD(domains, const struct domain_driver, object)

struct dma_domain {
	const struct domain_driver *driver;
	const struct platform_node *at;
	struct dma_window windows[DOMAIN_WINDOWS];	/* as open now */
};

/* Finds the driver of each host's domain, after host_attach(): host->domain, in which its functions begin. */
void domain_attach(void);
/* All that there are, by number; NULL behind the last. */
struct dma_domain *domain_get(unsigned number);
/* Gives all of them back to the console firmware. */
void domain_restore(void);

/* The operations with the bookkeeping of domain->windows. */
bool domain_open_window(struct dma_domain *domain, unsigned number, const struct dma_window *window);
void domain_close_window(struct dma_domain *domain, unsigned number);

/* Makes count entries absent; invalidate() is the caller's, as after set_entries(). */
void domain_clear_entries(const struct dma_window *window, uint64_t index, uint64_t count);
bool domain_entries_absent(const struct dma_window *window, uint64_t index, uint64_t count);

#endif
