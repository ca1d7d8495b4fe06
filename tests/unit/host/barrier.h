/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The inline part of the host's port (arch/arch.h). Software devices run in the same thread as the code under test,
 * so it is enough that the compiler keeps the order; and a test may look on, see host_at_barrier in host.h.
 */
#ifndef BARRIER_H
#define BARRIER_H

enum host_barrier { HOST_BARRIER_FULL, HOST_BARRIER_WRITE, HOST_BARRIER_READ };
extern void (*host_at_barrier)(enum host_barrier barrier);

static inline void host_barrier(enum host_barrier barrier)
{
	__asm__ volatile("" ::: "memory");
	if (host_at_barrier)
		host_at_barrier(barrier);
}

static inline void barrier_full(void)
{
	host_barrier(HOST_BARRIER_FULL);
}

static inline void barrier_write(void)
{
	host_barrier(HOST_BARRIER_WRITE);
}

static inline void barrier_read(void)
{
	host_barrier(HOST_BARRIER_READ);
}

static inline void cpu_relax(void)
{
	__asm__ volatile("" ::: "memory");
}

#endif
