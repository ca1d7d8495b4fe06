/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the machine is: the firmware's answers in the words of arch/arch.h, the clock, and the C side of the start.
 */
#include "arch/arch.h"
#include "arch/sparc64/console.h"
#include "arch/sparc64/cpu.h"
#include "arch/sparc64/firmware.h"
#include "arch/sparc64/memory.h"

/* QEMU's UART answers at this I/O port of Simba A without any set-up. A real Ultra 5's is an se behind the EBus. */
#define QEMU_UART	0x1fe020003f8

/* Refresh, timing and the DIMMs that are there. Source: UltraSPARC-IIi User's Manual (805-0087), memory control. */
#define SABRE_MEMORY_CONTROL_0	0xf010
#define SABRE_REGISTERS_SIZE	0x10000

/* Numbers that BARs may get on buses behind Sabre. Its IOMMU is sent those of 512 MiB that the target address space
 * register chooses, which busproof puts above them. */
#define BAR_MEMORY	{ 0x20000000, 0x9fffffff }
#define BAR_IO		{ 0x8000, 0xffffff }
#define BUSES		{ 0, 255 }

/* QEMU's %tick, when the firmware gives no rate or one that no UltraSPARC had. */
#define QEMU_CLOCK_HZ	100000000
#define CLOCK_HZ_MIN	50000000
#define CLOCK_HZ_MAX	4000000000

_Noreturn void start(void);

static struct platform platform;
/* The first nodes of it. */
static unsigned sabre_count;

static uint64_t clock_rate(void)
{
	if (firmware.clock_hz < CLOCK_HZ_MIN || firmware.clock_hz > CLOCK_HZ_MAX)
		return QEMU_CLOCK_HZ;
	return firmware.clock_hz;
}

/* Its interrupts lead to itself. */
static void add_sabre(const struct firmware_bridge *found)
{
	struct platform_node *node = &platform.nodes[platform.node_count];

	platform.node_count++;
	*node = (struct platform_node){
		.compatible = "sabre",
		.number = sabre_count++,
		.registers = { { { found->registers }, SABRE_REGISTERS_SIZE } },
		.interrupts = node,
		.range_count = 3,
		.ranges = {
			{ RANGE_CONFIG, 0, { found->config }, 0, { 0, 0 } },
			{ RANGE_IO, 0, { found->io }, 0, BAR_IO },
			{ RANGE_MEMORY, 0, { found->memory }, 0, BAR_MEMORY },
		},
		.buses = BUSES,
	};
}

/* So that the report can name it: there is a bus behind it, and no driver is called as it is. */
static void add_other(const char *name)
{
	platform.nodes[platform.node_count++] = (struct platform_node){
		.compatible = name, .range_count = 1, .ranges = { { RANGE_CONFIG, 0, { 0 }, 0, { 0, 0 } } },
	};
}

/* Whoever has booted us: we run from memory of which QEMU's model of Sabre says that nothing controls it. */
static bool is_emulated(void)
{
	phys_addr control;

	if (firmware.of_emulators)
		return true;
	if (sabre_count == 0)
		return false;
	control.value = platform.nodes[0].registers[0].start.value + SABRE_MEMORY_CONTROL_0;
	return mmio_read64_be(control) == 0;
}

/* The firmware's own, whose PCI function then stays as it is. */
static void use_console(void)
{
	struct platform_reserved *reserved = &platform.reserved[0];

	platform.console = &client_console;
	for (size_t i = 0; i < firmware.bridge_count && i < sabre_count && firmware.console_depth > 0; i++) {
		if (firmware.bridges[i].node != firmware.console_host)
			continue;
		*reserved = (struct platform_reserved){
			.hose = (unsigned)i, .depth = firmware.console_depth, .why = "the console of the firmware",
		};
		for (unsigned j = 0; j < RESERVED_DEPTH; j++)
			reserved->path[j] = firmware.console_path[j];
		platform.reserved_count = 1;
	}
}

static void platform_init(void)
{
	platform.machine = "sun4u";
	platform.cpu = firmware.cpu[0] ? firmware.cpu : "unknown";
	platform.firmware = firmware.name[0] ? firmware.name : "unknown";
	platform.reset = prom_error();
	platform.command_line = firmware.command_line;
	platform.command_line_cut = firmware.command_line_cut;
	platform.memory_size = memory_size();
	platform.clock_hz = clock_rate();
	platform.clock_bits = 63;
	platform.cpu_number = UPA_ID;
	for (size_t i = 0; i < firmware.bridge_count; i++)
		add_sabre(&firmware.bridges[i]);
	for (size_t i = 0; i < firmware.other_count; i++)
		add_other(firmware.others[i]);
	if (firmware_stays())
		use_console();
	else
		platform.nodes[platform.node_count++] = (struct platform_node){
			.compatible = "ns16550", .registers = { { { QEMU_UART }, 8 } },
		};
	platform.emulated = is_emulated();
}

const struct platform *arch_platform(void)
{
	return &platform;
}

uint64_t arch_clock(void)
{
	uint64_t tick;

	__asm__ volatile ("rd %%tick, %0" : "=r" (tick));
	return tick & TICK_COUNTER;
}

/* entry.S comes here on our own stack and translations. */
void start(void)
{
	if (prom_started_us())
		prom_read();
	memory_init();
	if (firmware_stays())
		memory_spare_firmware();
	platform_init();
	boot_main();
}
