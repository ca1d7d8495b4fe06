/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The OBP model: a boot PROM for QEMU's sun4u that keeps what OpenBoot promises its clients, and nothing more.
 *
 * It shows what OpenBIOS does not: memory that is not at the number where it is mapped, interrupts at level 14 of a
 * clock that goes on, an IOMMU that is on, a device that goes on writing through it, 127 bytes of arguments, 7,680
 * bytes of a boot block. Memory that it has not given away holds a pattern, and what it has in registers is known: at
 * the end it looks whether all is as it was. A rule that was broken is said in a line, "OBP model: broken rule: ...",
 * and QEMU's exit status is 1; else it is 0.
 *
 * Source: OpenBoot's released source (obp/arch/sun4u, os/sun, os/bootprom, pkg/boot); IEEE 1275 and its SPARC and PCI
 * bindings; UltraSPARC-IIi User's Manual (805-0087).
 */
#ifndef MODEL_H
#define MODEL_H

/* Where the model itself is: 4 MiB by one locked translation. */
#define MODEL_VIRTUAL		0xf0000000
#define MODEL_PHYSICAL		0x07c00000

/* In %g1 of the globals of its traps, which a client has to put back. */
#define GLOBALS_MAGIC		0x0b91
#define MAGIC_SHIFT		48
#define TICKS			1000000		/* of its clock, 100 Hz */

#define SOFT_LEVEL		12		/* an interrupt that waits below its PIL */
#define CLIENT_PIL		13

#ifndef __ASSEMBLER__

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "arch/arch.h"

/* Its map, which start.S reads: pages from virtual on, and the translation of the first. */
struct translation {
	uint64_t virtual, size, tte;
};
#define TRANSLATIONS		16
extern struct translation translations[TRANSLATIONS];	/* the last has no size */
extern volatile uint64_t ticks;

/* start.S */
_Noreturn void enter_client(uint64_t entry);
void drop_translations(void);
extern char trap_table[], model_start[], model_constant[], model_end[];

/* memory.c */
void memory_start(void);			/* patterns, and the first translations */
bool map(uint64_t physical, uint64_t virtual, uint64_t size);
void unmap(uint64_t virtual, uint64_t size);
bool translate(uint64_t virtual, uint64_t *physical);
uint64_t memory_claim(uint64_t size, uint64_t align);	/* 0: there is none */
size_t memory_available(uint32_t *cells);	/* bytes of "available" */
void *client_pointer(uint64_t virtual, uint64_t size);	/* that we may follow, or the end */
void memory_check(void);
uint64_t read_memory(uint64_t physical);
void write_memory(uint64_t physical, uint64_t value);

/* tree.c */
#define BOOTARGS		128
extern char bootargs[BOOTARGS];
extern const char *bootpath;
/* What the root has: a Sabre, and host bridges of other chips as well, or both buses of a Psycho in its place. */
extern enum bridges { BRIDGES_USUAL, BRIDGES_OTHERS, BRIDGES_PSYCHO } bridges;
struct node;
uint32_t tree_find(const char *path);
uint32_t tree_peer(uint32_t node), tree_child(uint32_t node), tree_parent(uint32_t node);
uint32_t tree_package(uint32_t instance);
/* The property's length, or -1; bytes is where it is. */
int32_t tree_property(uint32_t node, const char *name, const void **bytes);
#define STDIN			0x11
#define STDOUT			0x12
#define MMU			0x13
#define MEMORY			0x14
#define DEVICE			0x15

/* bus.c */
void bus_start(void);				/* bridges, the IOMMU on, a device that writes */
void bus_check(void);				/* all as it was */
void bus_quiet_check(void);			/* what a device wrote is where it may write */
_Noreturn void machine_off(void);
_Noreturn void machine_panic(void);

/* main.c */
extern const uint8_t *medium;
extern uint64_t medium_size;
void print(const char *text);
void print_hex(uint64_t value);
_Noreturn void broken(const char *rule, uint64_t value);
_Noreturn void ended(bool by_exit);
int client_interface(uint64_t *cells);		/* client.c */

#endif
#endif
