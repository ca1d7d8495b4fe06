/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The CPU's side of the GIC: registers in memory up to version 2, system registers from version 3 on. It takes an
 * interrupt and is done with it at once: a line that is still raised would come again, which the driver of the
 * distributor (drivers/interrupt/gic.c) prevents by masking it before interrupts are let in again.
 *
 * Source: Arm GIC Architecture Specification, version 2 (IHI 0048), 4.4; version 3 (IHI 0069), 12.2.
 */
#include "arch/aarch64/aarch64.h"

#define GICC_CTLR	0x00
#define   GICC_ENABLE	0x1
#define GICC_PMR	0x04
#define GICC_IAR	0x0c
#define   IAR_INTID	0x3ffu
#define GICC_EOIR	0x10

#define PRIORITY_ANY	0xff

/* By their numbers: binutils knows the names only where the CPU is said to have them. */
#define ICC_PMR_EL1	"S3_0_C4_C6_0"
#define ICC_IAR1_EL1	"S3_0_C12_C12_0"
#define ICC_EOIR1_EL1	"S3_0_C12_C12_1"
#define ICC_CTLR_EL1	"S3_0_C12_C12_4"
#define ICC_SRE_EL1	"S3_0_C12_C12_5"
#define   ICC_SRE	1
#define ICC_IGRPEN1_EL1	"S3_0_C12_C12_7"

#define NODE_CPU_INTERFACE	1	/* registers of a version 2: distributor, CPU interface */

const char gic_version_2[] = "arm,cortex-a15-gic";
const char gic_version_3[] = "arm,gic-v3";

static enum { ABSENT, IN_MEMORY, IN_SYSTEM_REGISTERS } interface;
static phys_addr registers;

static phys_addr at(unsigned reg)
{
	return (phys_addr) { registers.value + reg };
}

static void start_in_memory(const struct platform_node *node)
{
	registers = node->registers[NODE_CPU_INTERFACE].start;
	interface = IN_MEMORY;
	mmio_write32_le(at(GICC_PMR), PRIORITY_ANY);
	mmio_write32_le(at(GICC_CTLR), GICC_ENABLE);
}

static void start_in_system_registers(void)
{
	interface = IN_SYSTEM_REGISTERS;
	WRITE_SYSTEM(ICC_SRE_EL1, READ_SYSTEM(ICC_SRE_EL1) | ICC_SRE);
	WRITE_SYSTEM(ICC_PMR_EL1, PRIORITY_ANY);
	WRITE_SYSTEM(ICC_CTLR_EL1, 0);
	WRITE_SYSTEM(ICC_IGRPEN1_EL1, 1);
}

bool gic_start(const struct platform *platform)
{
	for (unsigned i = 0; i < platform->node_count; i++) {
		const struct platform_node *node = &platform->nodes[i];

		if (node->compatible == gic_version_2)
			start_in_memory(node);
		else if (node->compatible == gic_version_3)
			start_in_system_registers();
	}
	return interface != ABSENT;
}

unsigned gic_take(void)
{
	uint32_t taken;

	if (interface == ABSENT)
		return GIC_NONE;
	if (interface == IN_MEMORY) {
		taken = mmio_read32_le(at(GICC_IAR));
		if ((taken & IAR_INTID) >= GIC_NONE - 1)
			return GIC_NONE;
		mmio_write32_le(at(GICC_EOIR), taken);
		return taken & IAR_INTID;
	}
	taken = (uint32_t)READ_SYSTEM(ICC_IAR1_EL1);
	if (taken >= 1020 && taken <= GIC_NONE)
		return GIC_NONE;
	WRITE_SYSTEM(ICC_EOIR1_EL1, taken);
	return taken;
}
