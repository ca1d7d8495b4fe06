/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The inline part of arch.h for aarch64.
 *
 * Of two accesses to different addresses the architecture orders none without a barrier, but for loads whose address
 * depends on another load; barrier_read() orders the others as well. "sy" is all that can see memory, devices included:
 * what a device reads by DMA is not in the inner shareable domain by right.
 *
 * Source: Arm Architecture Reference Manual (DDI 0487), B2.3, memory barriers.
 */
#ifndef BARRIER_H
#define BARRIER_H

#define barrier_full()	__asm__ volatile("dmb sy" ::: "memory")
#define barrier_write()	__asm__ volatile("dmb st" ::: "memory")
#define barrier_read()	__asm__ volatile("dmb ld" ::: "memory")

/* No "yield": QEMU with one CPU leaves the translated code for it, and takes the lock that devices need to go on. */
#define cpu_relax()	__asm__ volatile("" ::: "memory")

#endif
