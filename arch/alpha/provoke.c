/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Traps on purpose, one of each kind that this CPU can be made to take.
 *
 * They are written in assembly where the compiler would otherwise avoid the trap, or do what it likes with code that
 * the language leaves undefined.
 */
#include "arch/alpha/alpha.h"

static void load(uint64_t address)
{
	uint64_t value;

	__asm__ volatile("ldq %0, 0(%1)" : "=&r"(value) : "r"(address) : "memory");
	pal_draina();
}

static void unaligned_load(void)
{
	static uint64_t words[2];

	load((uint64_t)words + 1);
}

/* The first page is mapped by no firmware: it is where a NULL pointer leads. */
static void bad_address_load(void)
{
	load(CPU_PAGE_SIZE / 2);
}

/* Just above all memory, or, where nobody knows how much there is, above what any 21272 can hold. */
static void unanswered_load(void)
{
	uint64_t end = alpha_memory_end();

	load(kseg(end ? end : 1ul << 39));
}

/* Opcode 1 is reserved. */
static void illegal_instruction(void)
{
	__asm__ volatile(".long 0x04000000");
}

static void breakpoint(void)
{
	__asm__ volatile("call_pal %0" : : "i"(PAL_BPT));
}

static void bugcheck(void)
{
	__asm__ volatile("call_pal %0" : : "i"(PAL_BUGCHK));
}

static void integer_overflow(void)
{
	uint64_t sum;

	__asm__ volatile("addqv %1, 1, %0\n\ttrapb" : "=&r"(sum) : "r"(INT64_MAX));
}

static void divide_by_zero(void)
{
	static volatile uint64_t dividend;
	static volatile uint64_t divisor;

	/* The empty instruction uses the quotient, or the compiler would not divide at all. */
	__asm__ volatile("" : : "r"(dividend / divisor));
}

/* This CPU interrupts itself, which waits until interrupts are allowed for a moment. */
static void interprocessor_interrupt(void)
{
	register uint64_t a0 __asm__("$16") = pal_whami();
	uint64_t start;

	__asm__ volatile("call_pal %1" : "+r"(a0) : "i"(PAL_WRIPIR) : "$0", PAL_DESTROYS);
	start = arch_clock();
	pal_swpipl(IPL_ALL);
	while ((uint32_t)(arch_clock() - start) < arch_platform()->clock_hz / 100)
		cpu_relax();
	pal_swpipl(IPL_NONE);
}

const struct arch_provocation arch_provocations[] = {
	{ "unaligned-load", TRAP_UNALIGNED, unaligned_load },
	{ "bad-address-load", TRAP_BAD_ADDRESS, bad_address_load },
	{ "unanswered-load", TRAP_MACHINE_CHECK, unanswered_load },
	{ "illegal-instruction", TRAP_ILLEGAL, illegal_instruction },
	{ "breakpoint", TRAP_BREAKPOINT, breakpoint },
	{ "bugcheck", TRAP_OTHER, bugcheck },
	{ "integer-overflow", TRAP_ARITHMETIC, integer_overflow },
	{ "divide-by-zero", TRAP_ARITHMETIC, divide_by_zero },
	{ "interprocessor-interrupt", TRAP_INTERRUPT, interprocessor_interrupt },
};
const unsigned arch_provocation_count = sizeof arch_provocations / sizeof arch_provocations[0];
