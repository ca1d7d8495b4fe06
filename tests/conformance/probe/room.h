/* SPDX-License-Identifier: BSD-2-Clause */
/* Room for BARs that tests place themselves: addresses that nobody has where a function stands. */
#ifndef ROOM_H
#define ROOM_H

#include "drivers/pci/pci.h"

/* Is this a BAR of memory that has an address? */
bool bar_is_memory(const struct pci_bar *bar);
/* Room for a BAR of memory of so many bytes, a power of two, as far up as possible below 4 GiB. */
bool room_find(const struct pci_function *function, uint64_t size, uint64_t *address);

#endif
