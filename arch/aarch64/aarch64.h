/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the files of this port have in common: the device tree, memory management, the CPU's side of the GIC, and calls
 * of the firmware.
 */
#ifndef AARCH64_H
#define AARCH64_H

#include "arch/arch.h"

#define READ_SYSTEM(name) ({ \
	uint64_t value_; \
	__asm__ volatile("mrs %0, " name : "=r" (value_) : : "memory"); \
	value_; \
})
#define WRITE_SYSTEM(name, value) \
	__asm__ volatile("msr " name ", %0\n\tisb" : : "r" ((uint64_t)(value)) : "memory")

/* ---- memory.c: the RAM that the tree names, and what of it is taken ---- */

extern char image_start[], image_end[];

void memory_init(void);
uint64_t memory_size(void);

/* ---- mmu.c: where memory and device registers are for this CPU, at their physical addresses ---- */

/* The first 4 GiB in the rough, and caches on: before anything is known of the machine. */
void mmu_start(void);
/* What is RAM, and nothing else; then what has registers. Both are bytes; further registers than MMU_REACH are not
 * reached, and false then. */
void mmu_map_memory(const struct memory_range *ranges, size_t count);
bool mmu_map_registers(uint64_t start, uint64_t size);
#define MMU_REACH	(1ull << 40)

/* ---- tree.c: the device tree ---- */

/* Takes the blob, at most `room` bytes of it; false where there is none. */
bool tree_open(phys_addr blob, uint64_t room);
/* Where it is, in whole bytes; nothing where there is none. */
struct memory_range tree_extent(void);
/* RAM, by number; and what of it is reserved. False behind the last. */
bool tree_memory(unsigned number, struct memory_range *range);
bool tree_reserved(unsigned number, struct memory_range *range);
/* A property of text, or NULL: "" is the root's. */
const char *tree_text(const char *path, const char *property);
/* Fills nodes, ranges and pins of what drivers of busproof may know. */
void tree_nodes(struct platform *platform);
/* Where the first node of this kind has its registers; 0 where there is none. */
phys_addr tree_registers(const char *compatible);

/* ---- gic.c: the CPU's side of the interrupt controller; its distributor is drivers/interrupt's ---- */

/* What nodes of it are compatible with: these very strings. */
extern const char gic_version_2[], gic_version_3[];

/* Has it tell this CPU of interrupts. False: none that is known is there. */
bool gic_start(const struct platform *platform);
/* Takes the interrupt that has come: its INTID, or GIC_NONE. It is over for the CPU: what holds it back from now on is
 * the controller's driver. */
unsigned gic_take(void);
#define GIC_NONE	1023u

/* ---- power.c ---- */

/* How the firmware is called; before the first call. */
void power_init(void);

#endif
