/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What tests of Psycho begin with: a chip of software with both of its buses, a device on each, memory, and a table of
 * the console firmware's.
 */
#ifndef PSYCHO_CASE_H
#define PSYCHO_CASE_H

#include "boot/clock.h"
#include "boot/frames.h"
#include "drivers/dma/dma.h"
#include "tests/unit/host/host.h"
#include "tests/unit/psycho_model.h"

#define MIB		(1ull << 20)
#define MEMORY		FRAMES_BY_ADDRESS_END
#define MEMORY_BYTES	(4 * MIB)
#define CONSOLES	(2 * MIB)		/* memory of the console firmware: its table, and buffers */
#define CONSOLES_BYTES	(MIB / 2)
#define WINDOW		0xc0000000ull		/* where the window that we open begins */
#define PATTERN		0xa5			/* of memory that nobody has written */

extern struct psycho psycho_chip;
extern struct dma_domain *psycho_domain;

/* A chip of a version is all that the platform has, attached as two hosts but not as a domain. */
void psycho_attach(unsigned version);
/* Adds a bus, 0 or 1, of the chip with these registers; first: the node of the chip's other bus, or NULL. */
struct platform_node *psycho_add_bus(uint64_t registers, unsigned bus, struct platform_node *first);

/* Functions of cmocka: with its domain, and the console's IOMMU on; and with a window of ours. */
int psycho_hand_over(void **state);
int psycho_start(void **state);

/* A page for the device of a bus. */
struct dma_map psycho_map(unsigned bus, uint64_t memory, enum dma_direction direction);
unsigned char *psycho_byte(uint64_t memory);
/* The device of a bus neither reads nor writes there, and never has while the IOMMU was off. */
void psycho_refuses(unsigned bus, uint64_t address);

#endif
