/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * From the reset to the kernel: what PALcode does to the machine, which is little. The UART works, no interrupt
 * controller asks for anything, and the HWRPB is built. PCI is as a reset leaves it: no BAR has an address, no bridge a
 * number, and nothing decodes.
 *
 * Source: Intel 8259A data sheet; QEMU hw/alpha/dp264.c, clipper_init(), for what CPU 0 is told.
 */
#include "arch/alpha/pal/board.h"

#define PIC_MASTER		0x20
#define PIC_SLAVE		0xa0
#define   ICW1_CASCADE		0x11	/* edge-triggered, with a slave, and ICW4 follows */
#define   ICW4_8086		0x01
#define   MASK_ALL		0xff
#define SLAVE_LINE		2

#define OPTION_CPUS		0x3f

#define IMPLVER_EV6		2

extern char pal_stack_top[];

/* Vectors count the lines of both from 0. */
static void set_up_8259(unsigned port, uint8_t vector, uint8_t cascade)
{
	io_write8(port, ICW1_CASCADE);
	io_write8(port + 1, vector);
	io_write8(port + 1, cascade);
	io_write8(port + 1, ICW4_8086);
	io_write8(port + 1, MASK_ALL);
}

static _Noreturn void give_up(const char *why)
{
	pal_print("PALcode: ");
	pal_print(why);
	pal_print(": the machine is switched off\n");
	for (;;)
		__asm__ volatile("call_pal %0" : : "i"(PAL_HALT) : "memory");
}

_Noreturn void pal_start(uint64_t memory_size, uint64_t kernel, uint64_t options)
{
	unsigned cpus = options & OPTION_CPUS;

	pal_set_up_com1();
	set_up_8259(PIC_MASTER, 0, 1 << SLAVE_LINE);
	set_up_8259(PIC_SLAVE, 8, SLAVE_LINE);
	/* Those before EV56 have no access to bytes, and end in the first word to the UART: switched off in silence. */
	if (__builtin_alpha_implver() < IMPLVER_EV6)
		give_up("this CPU is older than a 21264 (choose -cpu ev6 or later)");
	if (!kernel)
		give_up("there is nothing to start (give QEMU a -kernel)");
	pal_enter(kernel, pal_build_hwrpb(memory_size, cpus < CPUS_MAX ? cpus : CPUS_MAX, (uint64_t)pal_stack_top));
}
