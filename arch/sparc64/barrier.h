/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Ordering, and waiting in a loop. What the names promise is said in arch/arch.h.
 *
 * busproof runs with PSTATE.MM = TSO, where only a store followed by a load is out of order; the masks are nevertheless
 * those that PSO and RMO would need, and cost nothing.
 *
 * Source: The SPARC Architecture Manual, Version 9, memory models and MEMBAR.
 */
#ifndef BARRIER_H
#define BARRIER_H

/* #Sync also waits for errors of earlier accesses; the other bits are what orders memory. */
#define barrier_full() \
	__asm__ volatile ("membar #Sync | #LoadLoad | #LoadStore | #StoreLoad | #StoreStore" ::: "memory")
#define barrier_write()	__asm__ volatile ("membar #StoreStore" ::: "memory")
#define barrier_read()	__asm__ volatile ("membar #LoadLoad" ::: "memory")

/* Reading the condition codes takes a few cycles and keeps the loop off the memory bus. */
#define cpu_relax()	__asm__ volatile ("rd %%ccr, %%g0" ::: "memory")

#endif
