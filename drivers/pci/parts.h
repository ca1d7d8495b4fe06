/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the files of drivers/pci share with each other and with the unit tests, and with nobody else.
 */
#ifndef PCI_PARTS_H
#define PCI_PARTS_H

#include "drivers/pci/pci.h"

#define PCI_BUSES		256
#define PCI_DEVICES		32	/* a bus */
#define PCI_DEPTH		16	/* bridges above each other */

#define PCI_EMPTY_RANGE		((struct bus_range){ .first = 1, .last = 0 })

/*
 * Is a function there? Fills in what can be read without changing anything: ids, class, header type, pin, capability
 * list. An access that traps is an absent function, as on a real Sabre.
 */
bool pci_identify(struct pci_function *function, struct host_bridge *host, unsigned bus, unsigned device,
		  unsigned number);

/* Calls visit for every function of a bus, each identified, in order. */
void pci_scan(struct host_bridge *host, unsigned bus, void (*visit)(struct pci_function *function, void *context),
	      void *context);

/* Is anybody on the bus, as bridges are now? */
bool pci_bus_answers(struct host_bridge *host, unsigned bus);

/*
 * Calls visit for every function that the bus numbers now in the bridges lead to, and for those on the root buses of
 * expanders and behind them. Changes nothing itself. Bus numbers that make no sense, or that two bridges claim, lead
 * nowhere.
 */
void pci_walk(struct host_bridge *host, void (*visit)(struct pci_function *function, void *context), void *context);

/* Notes whether the platform reserves the function, which is where it stands, or one behind it. */
void pci_note_reserved(struct pci_function *function);

/* The windows of a bridge that keeps them, from its registers. */
void pci_read_windows(struct pci_function *bridge);

/* The numbers that a kept BAR takes; where its size is not known, all that its alignment allows. */
struct bus_range pci_kept_range(const struct pci_bar *bar);

/* Reads the capability list into the function. */
void pci_read_capabilities(struct pci_function *function);

/* Finds kind and size of every BAR, and leaves them at 0 with decoding off. Disables the expansion ROM. */
void pci_size_bars(struct pci_function *function);

/* What has a window in a bridge. */
enum pci_space { PCI_SPACE_PREFETCHABLE, PCI_SPACE_IO, PCI_SPACE_MEMORY, PCI_SPACES };

/* Does the host have a range for prefetchable memory? */
bool pci_has_prefetchable(const struct host_bridge *host);

/* Finds out which windows an ordinary bridge has, and has it pass on nothing but them. */
void pci_prepare_bridge(struct pci_function *bridge);

/* Writes a window; an empty one has first > last. Returns whether the bridge holds what was written. */
bool pci_write_window(const struct pci_function *bridge, enum pci_space space, const struct bus_range *range);

/* Gives addresses to all BARs and windows of a host bridge's functions, which are sized. */
void pci_place(struct host_bridge *host);

/* Follows the pin to the interrupt controller. */
void pci_route(struct pci_function *function);

#endif
