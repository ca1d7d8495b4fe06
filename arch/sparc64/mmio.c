/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Device registers, by physical address through the bypass address spaces: no mapping, uncached, in either byte order.
 *
 * membar #Sync before an access keeps it behind all earlier ones. After it, it also waits for the bus's answer, so that
 * a bus error traps here and not later. On silicon such a trap's %tpc is that of the membar, or of the access itself.
 *
 * Source: UltraSPARC-I/II User's Manual, the chapters on address spaces (0x15 and 0x1d) and on errors.
 */
#include "arch/arch.h"
#include "arch/sparc64/cpu.h"

#define MMIO_READ(instruction, space, address) ({ \
	uint64_t value_; \
	barrier_full(); \
	__asm__ volatile (instruction " [%1] %2, %0" : "=r" (value_) : "r" (address), "i" (space) : "memory"); \
	barrier_full(); \
	value_; \
})

#define MMIO_WRITE(instruction, space, address, value) do { \
	barrier_full(); \
	__asm__ volatile (instruction " %0, [%1] %2" : \
			  : "r" ((uint64_t)(value)), "r" (address), "i" (space) : "memory"); \
	barrier_full(); \
} while (0)

uint8_t mmio_read8(phys_addr address)
{
	return MMIO_READ("lduba", ASI_PHYS_IO, address.value);
}

uint16_t mmio_read16_le(phys_addr address)
{
	return MMIO_READ("lduha", ASI_PHYS_IO_LE, address.value);
}

uint32_t mmio_read32_le(phys_addr address)
{
	return MMIO_READ("lduwa", ASI_PHYS_IO_LE, address.value);
}

uint64_t mmio_read64_le(phys_addr address)
{
	return MMIO_READ("ldxa", ASI_PHYS_IO_LE, address.value);
}

uint64_t mmio_read64_be(phys_addr address)
{
	return MMIO_READ("ldxa", ASI_PHYS_IO, address.value);
}

void mmio_write8(phys_addr address, uint8_t value)
{
	MMIO_WRITE("stba", ASI_PHYS_IO, address.value, value);
}

void mmio_write16_le(phys_addr address, uint16_t value)
{
	MMIO_WRITE("stha", ASI_PHYS_IO_LE, address.value, value);
}

void mmio_write32_le(phys_addr address, uint32_t value)
{
	MMIO_WRITE("stwa", ASI_PHYS_IO_LE, address.value, value);
}

void mmio_write64_le(phys_addr address, uint64_t value)
{
	MMIO_WRITE("stxa", ASI_PHYS_IO_LE, address.value, value);
}

void mmio_write64_be(phys_addr address, uint64_t value)
{
	MMIO_WRITE("stxa", ASI_PHYS_IO, address.value, value);
}
