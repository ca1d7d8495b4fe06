/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Device registers, and pointers to physical memory.
 *
 * All of it goes through KSEG. A barrier stands before and after each access, because the 21264 orders neither memory
 * against devices nor two devices against each other without one; the barrier after a read also keeps later loads of
 * memory from running ahead of it.
 *
 * Source: Alpha Architecture Reference Manual, I/O space ordering; 21264 Hardware Reference Manual.
 */
#include "arch/alpha/alpha.h"

void *arch_pointer(phys_addr address)
{
	return (void *)kseg(address.value);
}

phys_addr arch_physical(const void *pointer)
{
	uint64_t address = (uint64_t)pointer;

	return (phys_addr){ (address & KSEG_ADDRESS) | (address & KSEG_DEVICES ? PA_DEVICES : 0) };
}

/* Byte order of the registers is the CPU's own, little-endian, except where to_cpu swaps it. */
#define as_it_is(value)	(value)

#define MMIO_ACCESSORS(name, type, to_cpu) \
type mmio_read##name(phys_addr address) \
{ \
	type value; \
\
	barrier_full(); \
	value = *(volatile type *)kseg(address.value); \
	barrier_full(); \
	return to_cpu(value); \
} \
\
void mmio_write##name(phys_addr address, type value) \
{ \
	barrier_full(); \
	*(volatile type *)kseg(address.value) = to_cpu(value); \
	barrier_full(); \
}

MMIO_ACCESSORS(8, uint8_t, as_it_is)
MMIO_ACCESSORS(16_le, uint16_t, as_it_is)
MMIO_ACCESSORS(32_le, uint32_t, as_it_is)
MMIO_ACCESSORS(64_le, uint64_t, as_it_is)
MMIO_ACCESSORS(64_be, uint64_t, __builtin_bswap64)

int arch_hold_registers(const volatile uint32_t *flag, uint64_t turns, phys_addr address, uint64_t value)
{
	return alpha_hold_registers(flag, turns, address.value ? kseg(address.value) : 0, value);
}
