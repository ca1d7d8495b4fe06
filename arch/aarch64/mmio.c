/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Device registers, and pointers to physical memory: both are mapped at their addresses (mmu.c).
 *
 * A barrier stands before and after each access. "dsb" and not "dmb": it also waits until the access has been answered,
 * so that an external abort comes here and not later.
 *
 * Source: Arm Architecture Reference Manual (DDI 0487), B2.3, and device memory.
 */
#include "arch/aarch64/aarch64.h"

void *arch_pointer(phys_addr address)
{
	return (void *)address.value;
}

phys_addr arch_physical(const void *pointer)
{
	return (phys_addr) { (uint64_t)pointer };
}

#define barrier_device()	__asm__ volatile("dsb sy" ::: "memory")

/* Byte order of the registers is the CPU's own, little-endian, except where to_cpu swaps it. */
#define as_it_is(value)	(value)

/* One instruction without write-back, which a hypervisor can emulate. */
#define MMIO_ACCESSORS(name, type, suffix, width, to_cpu) \
type mmio_read##name(phys_addr address) \
{ \
	type value; \
\
	barrier_device(); \
	__asm__ volatile("ldr" suffix " %" width "0, [%1]" : "=r" (value) : "r" (address.value) : "memory"); \
	barrier_device(); \
	return to_cpu(value); \
} \
\
void mmio_write##name(phys_addr address, type value) \
{ \
	barrier_device(); \
	__asm__ volatile("str" suffix " %" width "0, [%1]" : : "r" (to_cpu(value)), "r" (address.value) : "memory"); \
	barrier_device(); \
}

MMIO_ACCESSORS(8, uint8_t, "b", "w", as_it_is)
MMIO_ACCESSORS(16_le, uint16_t, "h", "w", as_it_is)
MMIO_ACCESSORS(32_le, uint32_t, "", "w", as_it_is)
MMIO_ACCESSORS(64_le, uint64_t, "", "x", as_it_is)
MMIO_ACCESSORS(64_be, uint64_t, "", "x", __builtin_bswap64)
