/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the machine is, in the words of its device tree, the clock, and the C side of the start.
 *
 * Source: Devicetree Specification 0.4, "/chosen" and the root; Arm Architecture Reference Manual (DDI 0487), MIDR_EL1
 * and the generic timer.
 */
#include "arch/aarch64/aarch64.h"

/* Where QEMU puts the tree for an ELF image, which it gives no word of it: the beginning of memory. */
#define QEMU_TREE	0x40000000ul
#define TREE_ROOM	0x200000ul

#define PART(midr)		((midr) >> 4 & 0xfff)
#define IMPLEMENTER(midr)	((midr) >> 24 & 0xff)
#define   ARM			0x41
#define   NONE			0		/* QEMU's own, "max" */

#define FW_CFG_DATA		0
#define FW_CFG_SELECTOR		8		/* 16 bits, big-endian */
#define   FW_CFG_SIGNATURE	0		/*   reads as "QEMU" */

void start(phys_addr blob);

static const struct { unsigned part; const char *name; } parts[] = {
	{ 0xd03, "Cortex-A53" }, { 0xd04, "Cortex-A35" }, { 0xd05, "Cortex-A55" }, { 0xd07, "Cortex-A57" },
	{ 0xd08, "Cortex-A72" }, { 0xd0b, "Cortex-A76" }, { 0xd0c, "Neoverse-N1" }, { 0xd40, "Neoverse-V1" },
	{ 0xd49, "Neoverse-N2" }, { 0xd47, "Cortex-A710" },
};

static struct platform platform;

static const char *cpu_name(void)
{
	uint64_t midr = READ_SYSTEM("midr_el1");

	if (IMPLEMENTER(midr) == NONE)
		return "QEMU's max";
	for (unsigned i = 0; IMPLEMENTER(midr) == ARM && i < sizeof(parts) / sizeof(parts[0]); i++)
		if (parts[i].part == PART(midr))
			return parts[i].name;
	return "unknown";
}

/* QEMU's configuration device says who it is; nothing else answers so. */
static bool is_emulated(void)
{
	static const char signature[] = "QEMU";
	phys_addr device = tree_registers("qemu,fw-cfg-mmio");

	if (!device.value)
		return false;
	mmio_write16_le((phys_addr) { device.value + FW_CFG_SELECTOR }, __builtin_bswap16(FW_CFG_SIGNATURE));
	for (unsigned i = 0; signature[i]; i++)
		if (mmio_read8((phys_addr) { device.value + FW_CFG_DATA }) != (uint8_t)signature[i])
			return false;
	return true;
}

/* Those that this port needs before a driver runs. */
static void map_nodes(void)
{
	for (unsigned i = 0; i < platform.node_count; i++) {
		const struct platform_node *node = &platform.nodes[i];

		for (unsigned n = 0; n < NODE_REGISTERS; n++)
			mmu_map_registers(node->registers[n].start.value, node->registers[n].size);
		for (unsigned n = 0; n < node->range_count; n++)
			mmu_map_registers(node->ranges[n].start.value, node->ranges[n].size);
	}
}

/* The machine's model without its vendor: "dummy-virt" of "linux,dummy-virt". */
static const char *machine_name(void)
{
	const char *model = tree_text("", "compatible");

	for (const char *at = model; at && *at; at++)
		if (*at == ',')
			return at + 1;
	return model ? model : "unknown";
}

static void platform_init(void)
{
	const char *line = tree_text("/chosen", "bootargs");

	platform.machine = machine_name();
	platform.cpu = cpu_name();
	platform.firmware = "a loader with a device tree";
	platform.command_line = line ? line : "";
	platform.memory_size = memory_size();
	platform.clock_hz = READ_SYSTEM("cntfrq_el0");
	platform.clock_bits = 56;
	tree_nodes(&platform);
	map_nodes();
	platform.emulated = is_emulated();
	if (!gic_start(&platform))
		platform.no_interrupts = "the device tree names no interrupt controller that is known";
}

const struct platform *arch_platform(void)
{
	return &platform;
}

uint64_t arch_clock(void)
{
	uint64_t count;

	__asm__ volatile("isb\n\tmrs %0, cntvct_el0" : "=r" (count) : : "memory");
	return count;
}

/* entry.S comes here on our own stack, with memory management on. */
void start(phys_addr blob)
{
	if (!tree_open(blob, TREE_ROOM))
		tree_open((phys_addr) { QEMU_TREE }, TREE_ROOM);
	power_init();
	memory_init();
	platform_init();
	boot_main();
}
