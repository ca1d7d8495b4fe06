/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Traps made on purpose, each by the plainest instruction that has no other outcome. A division by zero is none: its
 * quotient is 0.
 */
#include "arch/aarch64/aarch64.h"

/* A hole in the map of QEMU's virt, between the bus of platform devices and PCI's memory. */
#define NOBODY		0xf000000ul

static void load_from(uint64_t address)
{
	uint64_t value;

	__asm__ volatile("ldr %0, [%1]\n\tdsb sy" : "=r" (value) : "r" (address) : "memory");
}

/* An exclusive load must be aligned, whatever the CPU is told of alignment; since FEAT_LSE2, not cross 16 bytes. */
static void load_unaligned(void)
{
	static uint64_t words[4] __attribute__((aligned(16)));
	uint64_t value;

	__asm__ volatile("ldaxr %0, [%1]" : "=r" (value) : "r" ((uint64_t)words + 12) : "memory");
}

static void load_null(void)
{
	load_from(0);
}

static void store_null(void)
{
	__asm__ volatile("str xzr, [%0]" : : "r" (0ul) : "memory");
}

static void call_null(void)
{
	void (*function)(void) = NULL;

	__asm__ volatile("" : "+r" (function));
	function();
}

static void load_beyond_reach(void)
{
	load_from(MMU_REACH);
}

static void read_nobody(void)
{
	mmio_read32_le((phys_addr) { NOBODY });
}

static void execute_illegal(void)
{
	__asm__ volatile("udf #0");
}

static void breakpoint(void)
{
	__asm__ volatile("brk #0");
}

static void call_supervisor(void)
{
	__asm__ volatile("svc #0");
}

/* It is off, so that traps need not save its registers. */
static void use_floating_point(void)
{
	__asm__ volatile(".arch_extension fp\n\tfmov d0, d1");
}

const struct arch_provocation arch_provocations[] = {
	{ "unaligned-load", TRAP_UNALIGNED, load_unaligned },
	{ "null-load", TRAP_BAD_ADDRESS, load_null },
	{ "null-store", TRAP_BAD_ADDRESS, store_null },
	{ "null-call", TRAP_BAD_ADDRESS, call_null },
	{ "load-beyond-reach", TRAP_BAD_ADDRESS, load_beyond_reach },
	{ "bus-error", TRAP_MACHINE_CHECK, read_nobody },
	{ "illegal-instruction", TRAP_ILLEGAL, execute_illegal },
	{ "breakpoint", TRAP_BREAKPOINT, breakpoint },
	{ "supervisor-call", TRAP_OTHER, call_supervisor },
	{ "floating-point-off", TRAP_OTHER, use_floating_point },
};
const unsigned arch_provocation_count = sizeof(arch_provocations) / sizeof(arch_provocations[0]);
