/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The host bridges that the console firmware's tree has at its root: those that busproof can drive, and by name those
 * that it cannot.
 */
#ifndef BRIDGE_H
#define BRIDGE_H

#include "arch/sparc64/client.h"
#include "arch/sparc64/firmware.h"

/* Reads one child of the root into firmware.bridges or firmware.others, if it is a PCI host bridge. Only asks the
 * firmware: no register of the bridge is accessed. */
void bridge_read(client_node child);

/* Of one of them, its spaces as "ranges" has them; what is not there stays as it was. */
void bridge_read_ranges(client_node node, struct firmware_bridge *found);

/* bridge_psycho.c: one bus of a Psycho. False: the firmware does not say all that must be known. */
bool bridge_read_psycho(client_node node, struct firmware_bridge *found);

#endif
