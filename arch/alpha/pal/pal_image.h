/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the files of our own PALcode share: where it keeps what, and the reasons for which it gives up. Read by C and by
 * assembly.
 */
#ifndef PAL_IMAGE_H
#define PAL_IMAGE_H

/* Memory that is ours, from physical 0 on: what arch/alpha/memory.c leaves out whatever the HWRPB says. */
#define PAL_MEMORY_SIZE	0x20000

/* Where the HWRPB is seen, and the page tables, as a real console has both. */
#define VPTB		0x200000000

#define CPUS_MAX	4

/* The logout frame of a machine check (traps.S), of the form that an ES40's firmware gives it. */
#define LOGOUT_STRIDE		0x100
#define LOGOUT_SIZE		0x0c8
#define LOGOUT_CPU_OFFSET	0x018
#define LOGOUT_SYSTEM_OFFSET	0x0a0

/* Why there is no going on: what pal_fatal() is told. */
#define FATAL_IN_PALMODE	0
#define FATAL_NO_ENTRY		1
#define FATAL_SECOND_CHECK	2

#ifndef __ASSEMBLER__

#include <stdint.h>

/* The image begins with the entries, at physical 0. */
extern char pal_base[];
extern char pal_end[];

extern char pal_logout[CPUS_MAX * LOGOUT_STRIDE];

/* The C side of the reset: kernel mode, nothing may trap. */
_Noreturn void pal_start(uint64_t memory_size, uint64_t kernel, uint64_t options);

/* Says why and where, and switches the machine off. Runs in PALmode: nothing here may trap. */
_Noreturn void pal_fatal(uint64_t reason, uint64_t pc, uint64_t address);

/* Switches the machine off; PALmode. */
_Noreturn void pal_power_off(void);

/* On COM1, which must have been set up. */
void pal_print(const char *text);
void pal_print_hex(uint64_t value);
void pal_set_up_com1(void);

/* Builds the HWRPB and the page tables that show it at its address; the physical address of the boot CPU's control
 * block. */
uint64_t pal_build_hwrpb(uint64_t memory_size, unsigned cpus, uint64_t stack);

/* Goes to the kernel as SWPPAL does; kernel mode. */
_Noreturn void pal_enter(uint64_t entry, uint64_t control_block);

#endif

#endif
