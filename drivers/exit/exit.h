/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * How a run ends: the exit status. Machines have no way to hand one over, but QEMU's pvpanic-pci device, where it is
 * there and QEMU runs with "-action panic=exit-failure", ends QEMU with status 1.
 */
#ifndef EXIT_H
#define EXIT_H

/* Tells the world that the run failed; comes back where nobody listens. */
void exit_failure(void);

#endif
