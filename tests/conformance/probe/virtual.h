/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A virtual function that does DMA, by a requester ID of its own: the first one of an NVMe controller, driven as its
 * physical function is (drivers/engine/nvme.c), beside that one. Whom its endpoint or stream belongs to is its test's.
 */
#ifndef VIRTUAL_H
#define VIRTUAL_H

#include "drivers/engine/engine.h"
#include "drivers/pci/virtual.h"
#include "tests/conformance/framework/test.h"

struct virtual_rig {
	struct trial *trial;
	struct engine *physical;		/* runs from virtual_begin() to virtual_end() */
	struct pci_function function;		/* the virtual one, with a BAR and without bus mastering */
	struct engine engine;			/* of it, not started */
	uint64_t state[ENGINE_STATE / sizeof(uint64_t)];
	unsigned bridge_control;		/* register of the bridge above, or 0, */
	uint16_t bridge;			/* and what it had */
	uint32_t secondary;			/* its controller's ID */
};

/* scope_engine, of those that have a virtual function. */
extern const struct conformance_scope scope_virtual_engine;

/* Enables the virtual function and has its controller online; the physical one is started, or anew where it runs.
 * False, with the trial skipped or failed. virtual_end() takes all back, and is to be called in any case. The rig must
 * stay where it is. */
bool virtual_begin(struct trial *trial, struct virtual_rig *rig);
void virtual_end(struct virtual_rig *rig);

#endif
