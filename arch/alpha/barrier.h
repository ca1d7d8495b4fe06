/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The inline part of arch.h for the Alpha.
 *
 * "mb" orders memory and device accesses of every kind, "wmb" only stores. There is no weaker barrier for loads, and
 * none is implied by a dependent address, so barrier_read() is "mb" too.
 *
 * Source: Alpha Architecture Reference Manual, memory barriers and ordering.
 */
#ifndef ALPHA_BARRIER_H
#define ALPHA_BARRIER_H

static inline void barrier_full(void)
{
	__asm__ volatile("mb" : : : "memory");
}

static inline void barrier_write(void)
{
	__asm__ volatile("wmb" : : : "memory");
}

static inline void barrier_read(void)
{
	__asm__ volatile("mb" : : : "memory");
}

/* The Alpha has no hint for a waiting loop; this only makes the compiler read memory again. */
static inline void cpu_relax(void)
{
	__asm__ volatile("" : : : "memory");
}

#endif
