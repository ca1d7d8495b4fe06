/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Traps made on purpose, each by the plainest instruction that has no other outcome.
 */
#include "arch/arch.h"
#include "arch/sparc64/cpu.h"
#include "arch/sparc64/memory.h"

/*
 * A graphics card's slot on the UPA bus, which neither QEMU's sun4u nor a Sabre machine without such a card has.
 * Source: UltraSPARC-IIi User's Manual (805-0087), the map of physical addresses (UPA64S).
 */
#define NOBODY		0x1fc00000000

#define INTERRUPT_LEVEL	1
#define INTERRUPT_LOOPS	100000		/* far more than a CPU takes to notice */

static void load_unaligned(void)
{
	static const uint64_t words[2];
	uint64_t value;

	__asm__ volatile ("ldx [%1 + 1], %0" : "=r" (value) : "r" (words) : "memory");
}

static void load_from(uint64_t address)
{
	uint64_t value;

	__asm__ volatile ("ldx [%1], %0" : "=r" (value) : "r" (address) : "memory");
}

static void load_null(void)
{
	load_from(0);
}

/* The end of RAM, rounded up to the size of a translation: the one before may already be there. */
static void load_beyond_memory(void)
{
	uint64_t page = 1ul << PAGE_4M_SHIFT;

	load_from((memory_end + page - 1) & -page);
}

static void store_null(void)
{
	__asm__ volatile ("stx %%g0, [%0]" : : "r" (0ul) : "memory");
}

static void call_null(void)
{
	void (*function)(void) = NULL;

	__asm__ volatile ("" : "+r" (function));
	function();
}

static void read_nobody(void)
{
	mmio_read64_be((phys_addr){ NOBODY });
}

static void execute_illegal(void)
{
	__asm__ volatile ("illtrap 0");
}

static void divide_by_zero(void)
{
	uint64_t quotient;

	__asm__ volatile ("udivx %1, %%g0, %0" : "=r" (quotient) : "r" (1ul));
}

static void trap_on_purpose(void)
{
	__asm__ volatile ("ta 1");
}

/* The FPU is off, so that traps need not save it. */
static void use_fpu(void)
{
	__asm__ volatile ("fmovd %f0, %f2");
}

static void be_interrupted(void)
{
	uint64_t softint = 1 << INTERRUPT_LEVEL;

	__asm__ volatile ("wr %0, 0, %%set_softint" : : "r" (softint));
	__asm__ volatile ("wrpr %%g0, 0, %%pil\n\twrpr %%g0, %0, %%pstate"
			  : : "i" (PSTATE_PRIV | PSTATE_IE) : "memory");
	for (unsigned i = 0; i < INTERRUPT_LOOPS; i++)
		cpu_relax();
	__asm__ volatile ("wrpr %%g0, %0, %%pstate\n\twrpr %%g0, %1, %%pil"
			  : : "i" (PSTATE_PRIV), "i" (PIL_ALL_OFF) : "memory");
	__asm__ volatile ("wr %0, 0, %%clear_softint" : : "r" (softint));
}

const struct arch_provocation arch_provocations[] = {
	{ "unaligned-load", TRAP_UNALIGNED, load_unaligned },
	{ "null-load", TRAP_BAD_ADDRESS, load_null },
	{ "null-store", TRAP_BAD_ADDRESS, store_null },
	{ "null-call", TRAP_BAD_ADDRESS, call_null },
	{ "load-beyond-memory", TRAP_BAD_ADDRESS, load_beyond_memory },
	{ "bus-error", TRAP_MACHINE_CHECK, read_nobody },
	{ "illegal-instruction", TRAP_ILLEGAL, execute_illegal },
	{ "division-by-zero", TRAP_ARITHMETIC, divide_by_zero },
	{ "breakpoint", TRAP_BREAKPOINT, trap_on_purpose },
	{ "fpu-disabled", TRAP_OTHER, use_fpu },
	{ "interrupt", TRAP_INTERRUPT, be_interrupted },
};
const unsigned arch_provocation_count = sizeof arch_provocations / sizeof arch_provocations[0];
