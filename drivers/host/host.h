/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Hosts of PCI: how the CPU reaches one hose, or segment, of it. Configuration space, the ranges of I/O and memory that
 * BARs may get, and which interrupt line a pin of the root bus leads to: facts of a machine, one file a kind of host.
 *
 * A chip that is a host often translates addresses and collects interrupts as well. Those are other interfaces, which
 * stand above this one and attach themselves to it: drivers/iommu, drivers/interrupt. Enumeration is drivers/pci's.
 */
#ifndef PCI_HOST_H
#define PCI_HOST_H

#include "arch/arch.h"
#include "boot/table.h"

/* A range of numbers of one of PCI's address spaces, or of bus numbers: first to last, both included. */
struct bus_range {
	uint64_t first;
	uint64_t last;
};

/* Lines of the machine's interrupt controller, numbered as that does it; sets of them have one bit a line. */
#define INTERRUPT_LINE(n)	(1ull << (n))
#define INTERRUPT_LINES		64		/* numbers of lines that a set has room for */

struct dma_domain;
struct host_bridge;
struct interrupt_controller;
struct message_port;

/* What a machine has behind a host, as its node says (struct platform_range, bars and buses). */
struct host_ranges {
	struct bus_range buses;		/* the root bus, and up to which number those behind it may go: 0 to 255 */
	struct bus_range io;		/* PCI I/O addresses that BARs may get; empty (first > last): there is none */
	struct bus_range mem;		/* the same of PCI memory, which no device uses for DMA */
	/* The same for prefetchable BARs, above 4 GiB or below; all zero: none of their own. The CPU reaches all PCI
	 * memory from host->memory on. */
	struct bus_range prefetchable;
	unsigned config_bytes;		/* of a function's configuration space: 256, or 4096 with ECAM */
};

struct host_bridge_driver {
	const char *compatible;
	uint64_t lines;			/* those that pins of PCI slots can lead to; 0: whichever pins do */
	/* The line that a pin (1 = INTA) of a slot on the root bus leads to, or -1 for none known; it may be one that
	 * the controller does not have, where a machine has more slots than lines. */
	int (*intx_line)(const struct host_bridge *host, unsigned slot, unsigned pin);
};

#define HOST_BRIDGES	8		/* what busproof keeps: a machine with three Psychos has six */

#define HOST_DRIVER(object)	TABLE_ADD(hosts, const struct host_bridge_driver, object)

struct host_bridge {
	const struct host_bridge_driver *driver;
	const struct platform_node *at;
	phys_addr config, io, memory;		/* where the CPU finds number 0 of each of its spaces */
	struct host_ranges ranges;
	/* What its functions begin with; NULL where there is none that busproof knows. */
	struct dma_domain *domain;		/* set by domain_attach(), drivers/iommu */
	const struct interrupt_controller *interrupts;	/* set by interrupts_attach(), drivers/interrupt */
	const struct message_port *messages;	/* the same; NULL: nothing that busproof knows takes them here */
};

/* Finds the drivers of the machine's hosts. Returns how many there are; unknown (may be NULL) gets the names of those
 * that no driver knows, the first HOST_UNKNOWN of them, and NULL behind the last. */
#define HOST_UNKNOWN		8
unsigned host_attach(const struct platform *platform, const char *unknown[HOST_UNKNOWN + 1]);
struct host_bridge *host_get(unsigned number);

/* For intx_line(): the line that the machine's description names for a pin of a slot, or -1. */
int host_pin_line(const struct host_bridge *host, unsigned slot, unsigned pin);

/* Bytes of configuration space to which the host leads, of each function: 256 or 4096. */
unsigned host_config_bytes(const struct host_bridge *host);

/* Configuration space, by bus (of ranges.buses), device, function (together 16 bits: bus << 8 | device << 3 | function)
 * and register. Absent functions read as all ones, and so does what is behind host_config_bytes(), which is never
 * accessed. */
uint32_t host_config_read(struct host_bridge *host, unsigned bdf, unsigned reg, unsigned size);
void host_config_write(struct host_bridge *host, unsigned bdf, unsigned reg, unsigned size, uint32_t value);

#endif
