/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the machine is: the firmware's answers in the words of arch/arch.h, the clock, and the C side of the start.
 */
#include "arch/arch.h"
#include "arch/sparc64/client.h"
#include "arch/sparc64/console.h"
#include "arch/sparc64/cpu.h"
#include "arch/sparc64/firmware.h"
#include "arch/sparc64/memory.h"

/* QEMU's UART answers at this I/O port of Simba A without any set-up. A real Ultra 5's is an se behind the EBus. */
#define QEMU_UART	0x1fe020003f8

/* Refresh, timing and the DIMMs that are there. Source: UltraSPARC-IIi User's Manual (805-0087), memory control. */
#define SABRE_MEMORY_CONTROL_0	0xf010
#define HOST_REGISTERS_SIZE	0x10000

/*
 * Numbers that BARs may get, of those that the bridge leads to. Sabre's IOMMU is sent those of 512 MiB that the target
 * address space register chooses, which busproof puts below them; Psycho's has those above 2 GiB, and the boot PROM is
 * from 0x70000000 on. I/O below is for what is on the board. In front of Simba any bus may have any number.
 */
static const struct chip {
	const char *driver;
	struct platform_bars memory, io;
	bool numbers_its_buses;
} chips[] = {
	{ "sabre", { 0x20000000, 0x9fffffff }, { 0x8000, 0xffffff }, true },
	{ "psycho", { 0x20000000, 0x6fffffff }, { 0x1000, 0xffffff }, false },
};
#define BUS_LAST	255

/* UPA_CONFIG: the CPU's own id. */
#define CONFIG_MID(value)	((unsigned)((value) >> 17) & 0x1f)

/* QEMU's %tick, when the firmware gives no rate or one that no UltraSPARC had. */
#define QEMU_CLOCK_HZ	100000000
#define CLOCK_HZ_MIN	50000000
#define CLOCK_HZ_MAX	4000000000

_Noreturn void start(void);

static struct platform platform;
/* The first nodes of it. */
static unsigned host_count;

static uint64_t clock_rate(void)
{
	if (firmware.clock_hz < CLOCK_HZ_MIN || firmware.clock_hz > CLOCK_HZ_MAX)
		return QEMU_CLOCK_HZ;
	return firmware.clock_hz;
}

static const struct chip *chip_of(const char *driver)
{
	const struct chip *chip = chips;

	while (!client_same(chip->driver, driver))
		chip++;
	return chip;
}

/* Those of the numbers that the bridge leads to; where it is not said how many those are, all. */
static struct platform_range range(enum platform_space space, const struct firmware_range *found,
				   struct platform_bars bars)
{
	uint64_t last = found->first + found->size - 1;

	if (found->size && bars.first < found->first)
		bars.first = found->first;
	if (found->size && bars.last > last)
		bars.last = last;
	return (struct platform_range){ space, found->first, { found->start }, 0, bars };
}

/* The node of the chip's other bus, whose registers are the same; NULL: this is the first. */
static const struct platform_node *find_chip(const struct firmware_bridge *found)
{
	for (unsigned i = 0; i < host_count; i++)
		if (platform.nodes[i].registers[0].start.value == found->registers)
			return &platform.nodes[i];
	return NULL;
}

/* Interrupts of a chip lead to itself, and so do addresses. */
static void add_host(const struct firmware_bridge *found)
{
	struct platform_node *node = &platform.nodes[platform.node_count];
	const struct platform_node *first = find_chip(found);
	const struct chip *chip = chip_of(found->driver);

	*node = (struct platform_node){
		.compatible = found->driver,
		.number = host_count,
		.registers = { { { found->registers }, HOST_REGISTERS_SIZE }, { { found->bus_registers }, 0 } },
		.interrupts = first ? first : node,
		.translator = first,
		.range_count = 3,
		.ranges = {
			range(RANGE_CONFIG, &found->config, (struct platform_bars){ 0, 0 }),
			range(RANGE_IO, &found->io, chip->io),
			range(RANGE_MEMORY, &found->memory, chip->memory),
		},
		.buses = { found->buses[0], chip->numbers_its_buses ? BUS_LAST : found->buses[1] },
		.pin_count = found->pin_count,
		.pin_slots = 31,
	};
	for (unsigned i = 0; i < found->pin_count; i++)
		node->pins[i] = found->pins[i];
	platform.node_count++;
	host_count++;
}

/* So that the report can name it: there is a bus behind it, and no driver is called as it is. */
static void add_other(const char *name)
{
	platform.nodes[platform.node_count++] = (struct platform_node){
		.compatible = name, .range_count = 1, .ranges = { { RANGE_CONFIG, 0, { 0 }, 0, { 0, 0 } } },
	};
}

/* Whoever has booted us: we run from memory of which QEMU's model of Sabre says that nothing controls it. QEMU has no
 * other of these bridges. */
static bool is_emulated(void)
{
	phys_addr control;

	if (firmware.of_emulators)
		return true;
	if (!firmware_has_sabre())
		return false;
	control.value = platform.nodes[0].registers[0].start.value + SABRE_MEMORY_CONTROL_0;
	return mmio_read64_be(control) == 0;
}

/* The firmware's own, whose PCI function then stays as it is. */
static void use_console(void)
{
	struct platform_reserved *reserved = &platform.reserved[0];

	platform.console = &client_console;
	for (size_t i = 0; i < firmware.bridge_count && i < host_count && firmware.console_depth > 0; i++) {
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

/* An UltraSPARC-IIi, which has Sabre inside, can be one only. */
static unsigned cpu_number(void)
{
	uint64_t config;

	if (!firmware.bridge_count || firmware_has_sabre())
		return UPA_ID;
	__asm__ volatile ("ldxa [%%g0] %1, %0" : "=r" (config) : "i" (ASI_UPA_CONFIG));
	return CONFIG_MID(config);
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
	platform.cpu_number = cpu_number();
	for (size_t i = 0; i < firmware.bridge_count; i++)
		add_host(&firmware.bridges[i]);
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
