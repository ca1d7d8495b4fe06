/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The payload that does nothing: what it takes to boot and to end is the overhead of every run, which the benchmark
 * takes off the time of a full one. It stands where boot/main.c and boot/trap.c stand in the firmware.
 */
#include "arch/arch.h"

void boot_main(void)
{
	arch_power_off();
}

void trap(const struct trap_frame *frame)
{
	(void)frame;
	arch_power_off();
}
