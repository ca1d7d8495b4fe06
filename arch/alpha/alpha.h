/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the files of this port share with each other and with nobody else.
 */
#ifndef ALPHA_H
#define ALPHA_H

#include "arch/arch.h"
#include "arch/alpha/hwrpb.h"
#include "arch/alpha/pal.h"

/*
 * KSEG: virtual addresses that lead to physical ones without a translation. Bit 40 of the virtual address is bit 43 of
 * the physical one, which tells devices from memory.
 * Source: 21264 Hardware Reference Manual, 43-bit superpage.
 */
#define KSEG		0xfffffc0000000000ul
#define   KSEG_ADDRESS	0x000000fffffffffful	/*   bits that are the same in both */
#define   KSEG_DEVICES	0x0000010000000000ul
#define PA_DEVICES	0x0000080000000000ul

static inline uint64_t kseg(uint64_t physical)
{
	return KSEG | (physical & KSEG_ADDRESS) | (physical & PA_DEVICES ? KSEG_DEVICES : 0);
}

/* The Cchip of the 21272: interrupts and errors of the whole machine. Source: 21272 Hardware Reference Manual. */
#define CCHIP		0x801a0000000ul
#define CCHIP_CSC	0x000
#define   CSC_P1P	0x4000ul	/*   there is a second Pchip */
#define CCHIP_MISC	0x080
#define   MISC_NXM	0x10000000ul	/*   a CPU or a Pchip asked for memory that is not there; 1 clears */

#define CCHIP_AAR(n)	(0x100 + 0x40 * (n))	/* memory array 0 to 3: its place and size */
#define CCHIP_ARRAYS	4

/* Is there one? False until arch_platform() has looked. */
extern bool alpha_has_cchip;

#define PAL_DESTROYS	"$1", "$22", "$23", "$24", "$25", "memory"

static inline uint64_t pal_swpipl(uint64_t level)
{
	register uint64_t a0 __asm__("$16") = level;
	register uint64_t v0 __asm__("$0");

	__asm__ volatile("call_pal %2" : "=r"(v0), "+r"(a0) : "i"(PAL_SWPIPL) : PAL_DESTROYS);
	return v0;
}

static inline uint64_t pal_whami(void)
{
	register uint64_t v0 __asm__("$0");

	__asm__ volatile("call_pal %1" : "=r"(v0) : "i"(PAL_WHAMI) : PAL_DESTROYS);
	return v0;
}

static inline void pal_draina(void)
{
	__asm__ volatile("call_pal %0" : : "i"(PAL_DRAINA) : PAL_DESTROYS);
}

/* Reads the quadword at a virtual address that may lead nowhere; false if it does. */
bool alpha_peek(uint64_t address, uint64_t *value);

/*
 * The hardware restart parameter block: what the console firmware says about the machine. hwrpb_read() reads the
 * quadword at an offset from its start; false if there is no block, or if the offset leads out of it.
 */
bool hwrpb_valid(void);
bool hwrpb_read(uint64_t offset, uint64_t *value);
/* To a quadword that hwrpb_read() has read. */
void hwrpb_write(uint64_t offset, uint64_t value);

/*
 * Has QEMU's own PALcode booted us, or ours (pal/), which are no consoles and run in QEMU alone? And the offset of the
 * slot of the CPU we run on.
 */
bool alpha_booted_by_qemu(void);
bool alpha_booted_by_own_palcode(void);
uint64_t alpha_slot(void);
/* Asks a console firmware, if there is one, to stay at its prompt after the halt that follows. */
void alpha_stay_halted(void);

/* The first physical address after all memory, and how much of it there is; 0 when the firmware does not say. */
uint64_t alpha_memory_end(void);
uint64_t alpha_memory_size(void);

/* Below the image lies the block in which the loader hands over the command line, at its start. */
#define PARAMETER_BLOCK_SIZE	0x6000ul
#define COMMAND_LINE_BYTES	256
extern char _start[];
extern char _end[];

int alpha_hold_registers(const volatile uint32_t *flag, uint64_t turns, uint64_t address, uint64_t value);

/* What the entry points call, with the registers in the order of pal.h. */
void alpha_trap(unsigned entry, uint64_t *registers);

#endif
