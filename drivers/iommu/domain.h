/* SPDX-License-Identifier: BSD-2-Clause */
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

/* An aperture: a range of bus addresses that the domain claims, and where it leads. */
struct dma_window {
	enum window_kind kind;
	bus_addr base;
	uint64_t size;		/* bytes, a power of two */
	phys_addr target;	/* DIRECT, MONSTER: where base leads */
	phys_addr table;	/* PAGED, where table_size() is not 0: the caller's, as long as the window is open */
};

/* What a device may do with a page. Of maps alone: what it leads to is another device's BAR, and no memory. */
enum dma_direction {
	DMA_DEVICE_READS = 1,
	DMA_DEVICE_WRITES = 2,
	DMA_DEVICE_BOTH = 3,
	DMA_TO_BAR = 4,
};

/* What came of a change of translations. */
enum domain_status {
	DOMAIN_DONE,
	DOMAIN_NO_APERTURE,	/* no paged window claims all of these bus addresses */
	DOMAIN_NO_REACH,	/* an entry cannot say this physical address */
	DOMAIN_REFUSED,		/* the IOMMU said no */
	DOMAIN_SILENT,		/* the IOMMU did not answer in time */
};
const char *domain_status_name(enum domain_status status);

/* What a domain can do, beyond windows and pages. */
#define DOMAIN_WRITE_PROTECTION	0x01	/* a page may be readable only */
#define DOMAIN_FAULT_RECORD	0x02	/* faults() has something to read */
#define DOMAIN_DIRECT_WINDOWS	0x04
#define DOMAIN_MONSTER_WINDOW	0x08	/* 64-bit addresses reach all of memory */
#define DOMAIN_IDENTITY		0x10	/* it translates nothing: bus addresses are those of memory */
#define DOMAIN_STREAMING	0x40	/* what devices write may stay in a buffer of the bridge's: stream(), drain() */
#define DOMAIN_MESSAGES		0x20	/* where messages of its hosts go is reached at its own address */

#define DOMAIN_WINDOWS	5

/* A fault the chip recorded, in the chip's own words. */
struct domain_fault {
	char text[128];
};

/* Where one bus address leads, as the chip's registers and tables have it now. */
struct domain_walk {
	struct text *steps;		/* NULL, or gets a line for each step */
	phys_addr memory;		/* where it leads */
	enum dma_direction permission;	/* what a device may do there */
	const char *why;		/* where it leads nowhere */
};

struct dma_domain;

struct domain_ops {
	/* Can the driver drive this one? If not it says in a comment why. Asked once, before all else, and changes
	 * nothing. No operation: it always can. */
	bool (*usable)(struct dma_domain *domain);
	/* Writes the registers as the console firmware left them, one "name value" pair after the other. Changes
	 * nothing. */
	void (*describe)(struct dma_domain *domain, struct text *text);
	/* Closes every window, clears recorded faults. No device may be doing DMA. */
	void (*quiet)(struct dma_domain *domain);
	/* Has the registers as quiet() found them the first time: as the console firmware left them, which it needs to
	 * run again. No device may be doing DMA. */
	void (*restore)(struct dma_domain *domain);
	/* Programs window number; false if the chip has no such window (kind, base, size or alignment). A paged
	 * window's table is the caller's to clear first: an absent entry is 0 on every chip. */
	bool (*open_window)(struct dma_domain *domain, unsigned number, const struct dma_window *window);
	void (*close_window)(struct dma_domain *domain, unsigned number);
	/*
	 * Has whole pages of one paged window lead to memory at an address and on, with a permission; or nowhere. What
	 * led elsewhere before is led here from now on. May wait for the IOMMU, and fail: then all is as it was, as
	 * far as the IOMMU lets us know. Without DOMAIN_WRITE_PROTECTION what a device may read it may write.
	 */
	enum domain_status (*map)(struct dma_domain *domain, bus_addr start, uint64_t size, phys_addr memory,
				  enum dma_direction permission);
	enum domain_status (*unmap)(struct dma_domain *domain, bus_addr start, uint64_t size);
	/* Leads pages that are mapped elsewhere, or with another permission, so that no device finds them absent
	 * meanwhile. NULL: to be done by unmap() and map(). */
	enum domain_status (*remap)(struct dma_domain *domain, bus_addr start, uint64_t size, phys_addr memory,
				    enum dma_direction permission);
	/* Forgets cached translations of the range. Must follow every change of a page or a window; comes back when
	 * the chip has done it and no older translation is used any more. */
	enum domain_status (*invalidate)(struct dma_domain *domain, bus_addr start, uint64_t size);
	/*
	 * With DOMAIN_STREAMING. stream(): has mapped pages go through the bridge's buffer from now on, or no more;
	 * what devices write there need not be in memory before drain() of these pages has come back. Both may wait.
	 */
	enum domain_status (*stream)(struct dma_domain *domain, bus_addr start, uint64_t size, bool on);
	enum domain_status (*drain)(struct dma_domain *domain, bus_addr start, uint64_t size);
	/* Follows an address as the chip does, without changing anything that a device could notice. False: it leads
	 * nowhere, walk->why says why. NULL: nobody can tell. */
	bool (*walk)(struct dma_domain *domain, bus_addr address, struct domain_walk *walk);
	/* Reads and clears the recorded fault; false when there is none. */
	bool (*fault)(struct dma_domain *domain, struct domain_fault *fault);
	/* The bytes a table for size bytes of window takes; it is aligned to them. 0: the domain needs none of ours. */
	uint64_t (*table_size)(uint64_t size);
};

struct domain_driver {
	const char *compatible;		/* of what translates for a host: its node of its own, or the host itself */
	const struct domain_ops *ops;
	const void *chip;		/* for the operations, where several chips share them: what this one has */
	unsigned can;			/* DOMAIN_* */
	unsigned page_shift;		/* the smallest page that can be mapped has 1 << page_shift bytes */
	unsigned table_page;		/* bytes of a page in its tables, where there is a choice; 0: there is none */
	unsigned window_count;
	const struct dma_window *windows;	/* those that dma_start() opens */
	unsigned paged_window;		/* where buffers go that have no address of their choice */
	bus_addr unclaimed;		/* of 16 MiB that no window claims and no BAR can get */
};

#define DOMAIN_DRIVER(object)	TABLE_ADD(domains, const struct domain_driver, object)

struct dma_domain {
	const struct domain_driver *driver;
	const struct platform_node *at;
	struct dma_window windows[DOMAIN_WINDOWS];	/* as open now */
};

/* All domains of a machine. */
#define DOMAINS		8

/* From the next domain_attach() on: domains that have a choice are to have pages of so many bytes, 0: their own choice.
 * One that has not this size is left alone. */
void domain_choose_page(unsigned bytes);
unsigned domain_chosen_page(void);
/* Is there one whose tables have such pages, by choice? */
bool domain_has_page(unsigned bytes);

/* Finds the driver of each host's domain, after host_attach(): host->domain, in which its functions begin. */
void domain_attach(void);
/* Gives a host that has none its domain, which its functions have to be told of; there may be one a host. For what
 * translates and is found later than the host. */
struct dma_domain *domain_add(struct host_bridge *host, const struct domain_driver *driver);
/* All that there are, by number; NULL behind the last. */
struct dma_domain *domain_get(unsigned number);
/* Gives all of them back to the console firmware. */
void domain_restore(void);

/* The operations with the bookkeeping of domain->windows. */
bool domain_open_window(struct dma_domain *domain, unsigned number, const struct dma_window *window);
void domain_close_window(struct dma_domain *domain, unsigned number);

/* Does the domain lead addresses elsewhere at all? Not if there is none (NULL), nor if it is identity. */
static inline bool domain_translates(const struct dma_domain *domain)
{
	return domain && !(domain->driver->can & DOMAIN_IDENTITY);
}

static inline uint64_t domain_page_size(const struct dma_domain *domain)
{
	return 1ull << domain->driver->page_shift;
}

static inline bool domain_can(const struct dma_domain *domain, unsigned what)
{
	return domain && (domain->driver->can & what) == what;
}

/* ops->walk() of any number that a device could put on its bus; false, with the reason, for a domain without it. */
bool domain_walk(struct dma_domain *domain, uint64_t number, struct domain_walk *walk);
/* For ops->walk(): adds a line, where somebody wants it; and says why it ends, and returns false. */
void domain_step(struct domain_walk *walk, const char *text, ...) __attribute__((format(printf, 2, 3)));
bool domain_walk_ends(struct domain_walk *walk, const char *why);

/* The open paged window that claims all of these bus addresses, or NULL. */
const struct dma_window *domain_paged_window(const struct dma_domain *domain, bus_addr start, uint64_t size);

#endif
