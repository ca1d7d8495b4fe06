/*
 * The inline part of the host's port (arch/arch.h). Software devices run in the same thread as the code under test,
 * so it is enough that the compiler keeps the order.
 */
#ifndef BARRIER_H
#define BARRIER_H

static inline void barrier_full(void)
{
	__asm__ volatile("" ::: "memory");
}

static inline void barrier_write(void)
{
	barrier_full();
}

static inline void barrier_read(void)
{
	barrier_full();
}

static inline void cpu_relax(void)
{
	barrier_full();
}

#endif
