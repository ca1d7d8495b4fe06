/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What tests of enumeration begin with: the hierarchy of pci_model.h on a host that gives I/O and memory below 4 GiB,
 * and random numbers to make one of.
 */
#ifndef PCI_CASE_H
#define PCI_CASE_H

#include "tests/unit/pci_model.h"

#define KIB	1024ull
#define MIB	(1024 * KIB)
#define GIB	(1024 * MIB)

extern const struct bus_range case_mem_room;

/* An empty machine, whose BARs get their I/O from 0x9000 on and their memory in case_mem_room; for cmocka. */
int case_start(void **state);

/* Below a limit, from a seed that is printed and can be given in PCI_SEED. */
unsigned case_random(unsigned limit);
/* Enumerates many trees, each of which make() has made, out of case_random(), with at most so many devices. */
void case_random_trees(void (*make)(unsigned devices));

#endif
