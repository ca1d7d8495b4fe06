/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The host bridges that the console firmware's tree has at its root: those that busproof can drive, and by name those
 * that it cannot.
 */
#ifndef BRIDGE_H
#define BRIDGE_H

#include "arch/sparc64/client.h"

/* Reads one child of the root into firmware.bridges or firmware.others, if it is a PCI host bridge. Only asks the
 * firmware: no register of the bridge is accessed. */
void bridge_read(client_node child);

#endif
