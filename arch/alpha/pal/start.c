/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * From the reset to the kernel: what PALcode does to the machine, which is little. The UART works, no interrupt
 * controller asks for anything, and the HWRPB is built. PCI is as a reset leaves it: no BAR has an address, no bridge a
 * number, and nothing decodes.
 *
 * The kernel is QEMU's -kernel, or where there is none the firmware, which lies in this image at a place where nobody
 * loads a kernel to (linker/alpha-pal.ld), and is copied to the one that it is linked for.
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

/* The linker's: the firmware in this image, in whole quadwords, and where it must be, which is its entry too. */
extern const uint64_t carried_start[], carried_end[];
extern uint64_t firmware_start[];

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

/* Its zeros are no part of the image: it clears them itself. */
static uint64_t take_out_firmware(uint64_t memory_size)
{
	uint64_t *to = firmware_start;

	if (((uint64_t)carried_end & KSEG_ADDRESS) > memory_size)
		give_up("memory ends before the firmware of this image (give QEMU a -kernel, or -m 64M)");
	for (const uint64_t *from = carried_start; from < carried_end; from++)
		*to++ = *from;
	__asm__ volatile("mb\n\tcall_pal %0" : : "i"(PAL_IMB) : "memory");
	return (uint64_t)firmware_start;
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
		kernel = take_out_firmware(memory_size);
	pal_enter(kernel, pal_build_hwrpb(memory_size, cpus < CPUS_MAX ? cpus : CPUS_MAX, (uint64_t)pal_stack_top));
}
