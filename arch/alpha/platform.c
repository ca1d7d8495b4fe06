/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the machine is, in the words of the HWRPB, and where a 21272 (Tsunami, Typhoon) has its registers.
 *
 * The 21272 is the only core logic this port knows; on a machine that says it has another one no host is listed.
 * Registers are only named here, what they mean is in drivers/host, iommu and interrupt.
 *
 * Source: Alpha Architecture Reference Manual, the HWRPB; 21272 Hardware Reference Manual.
 */
#include "arch/alpha/alpha.h"

#define HWRPB_SERIAL_NUMBER	0x40	/* 16 characters */
#define   SERIAL_QEMU		0x554d4551ul	/* "QEMU" */
#define   SERIAL_OWN		0x666f6f7270737562ul	/* "busproof", as pal/hwrpb.c begins it */
#define HWRPB_VARIATION		0x58
#define   VARIATION_MEMBER(v)	((v) >> 10 & 0x3f)
#define HWRPB_CYCLES		0x70	/* cycle counter, in Hz */
#define   SLOT_CPU_TYPE		0xb0
#define     CPU_EV67		11

/* A counter slower or faster than this does not exist; a wrong rate would make every time limit wrong. */
#define CLOCK_LOWEST		1000000ul
#define CLOCK_HIGHEST		10000000000ul
#define CLOCK_QEMU		250000000ul

/* CPU addresses of hose 0; hose 1 is a fixed distance above. */
#define PCI_MEMORY		0x80000000000ul
#define PCI_MEMORY_SIZE		0x100000000ul
#define PCHIP			0x80180000000ul
#define PCHIP_SIZE		0x800ul
#define CCHIP_SIZE		0x800ul
#define PCI_IO			0x801fc000000ul
#define PCI_IO_SIZE		0x2000000ul
#define PCI_CONFIG		0x801fe000000ul
#define PCI_CONFIG_SIZE		0x1000000ul
#define BAR_MEMORY		{ 0x10000000, 0x3fffffff }
#define BAR_IO			{ 0x9000, 0xffff }	/* above what ISA devices of these boards decode */
#define BUSES			{ 0, 255 }
#define HOSE_DISTANCE		0x200000000ul
#define COM1			(PCI_IO + 0x3f8)

static const char *const cpu_names[] = {
	[2] = "EV4", [4] = "LCA4", [5] = "EV5", [6] = "EV45", [7] = "EV56", [8] = "EV6", [9] = "PCA56", [10] = "PCA57",
	[11] = "EV67", [12] = "EV68CB", [13] = "EV68AL", [14] = "EV68CX", [15] = "EV7", [16] = "EV79", [17] = "EV69",
};

/* Members of the Tsunami family by the number in the system variation. */
static const char *const tsunami_names[] = {
	[1] = "dp264", [2] = "warhol", [3] = "windjammer", [4] = "monet", [5] = "clipper", [6] = "goldrush",
	[7] = "webbrick", [8] = "catamaran", [9] = "brisbane", [10] = "melbourne", [11] = "flying clipper",
	[12] = "shark",
};

static struct platform platform;
static char command_line[COMMAND_LINE_BYTES];

/* A field of the HWRPB, or 0 where there is none. */
static uint64_t field(uint64_t offset)
{
	uint64_t value;

	return hwrpb_read(offset, &value) ? value : 0;
}

static const char *name_from(const char *const *names, size_t count, uint64_t number)
{
	return number < count && names[number] ? names[number] : "unknown";
}

uint64_t alpha_slot(void)
{
	return field(HWRPB_SLOTS) + field(HWRPB_CPU) * field(HWRPB_SLOT_SIZE);
}

static const char *cpu_name(void)
{
	uint64_t type = field(alpha_slot() + SLOT_CPU_TYPE);

	return name_from(cpu_names, sizeof cpu_names / sizeof cpu_names[0], (uint32_t)type);
}

/* QEMU's PALcode says so, and has only ever run there. */
bool alpha_booted_by_qemu(void)
{
	return field(HWRPB_SERIAL_NUMBER) == SERIAL_QEMU;
}

bool alpha_booted_by_own_palcode(void)
{
	return field(HWRPB_SERIAL_NUMBER) == SERIAL_OWN;
}

static const char *firmware_name(void)
{
	if (alpha_booted_by_own_palcode())
		return "its own PALcode image";
	if (alpha_booted_by_qemu())
		return "QEMU PALcode";
	return hwrpb_valid() ? "SRM console" : "unknown";
}

/* Whoever has booted us: we run from memory of which QEMU's model of the Cchip says that there is none. */
static bool is_emulated(void)
{
	uint64_t array;

	if (alpha_booted_by_qemu() || alpha_booted_by_own_palcode())
		return true;
	for (unsigned i = 0; i < CCHIP_ARRAYS; i++)
		if (!alpha_has_cchip || !alpha_peek(kseg(CCHIP + CCHIP_AAR(i)), &array) || array)
			return false;
	return true;
}

/* Measured: the machine stops dead at the first one. */
static const char *interrupts_obstacle(void)
{
	if (!alpha_booted_by_qemu() || (uint32_t)field(alpha_slot() + SLOT_CPU_TYPE) >= CPU_EV67)
		return NULL;
	return "QEMU's PALcode looks for the line with an instruction (cttz) that this CPU does not have";
}

static const char *machine_name(void)
{
	if (field(HWRPB_SYSTEM) != SYSTEM_TSUNAMI)
		return "unknown";
	return name_from(tsunami_names, sizeof tsunami_names / sizeof tsunami_names[0],
			 VARIATION_MEMBER(field(HWRPB_VARIATION)));
}

static uint64_t clock_rate(void)
{
	uint64_t rate = field(HWRPB_CYCLES);

	return rate >= CLOCK_LOWEST && rate <= CLOCK_HIGHEST ? rate : CLOCK_QEMU;
}

/*
 * QEMU writes the command line below the image, at most 255 characters and a NUL, and does not say when it has left
 * some out: a line that fills its room must be taken for a cut one.
 */
static void read_command_line(void)
{
	const char *text = arch_pointer((phys_addr){ arch_physical(_start).value - PARAMETER_BLOCK_SIZE });
	size_t length = 0;

	while (length < COMMAND_LINE_BYTES - 1 && text[length]) {
		command_line[length] = text[length];
		length++;
	}
	command_line[length] = 0;
	platform.command_line = command_line;
	platform.command_line_cut = length == COMMAND_LINE_BYTES - 1;
}

static struct platform_node *add_node(const struct platform_node *node)
{
	platform.nodes[platform.node_count] = *node;
	return &platform.nodes[platform.node_count++];
}

static void add_pchip(unsigned hose, const struct platform_node *cchip)
{
	uint64_t distance = hose * HOSE_DISTANCE;

	add_node(&(struct platform_node){
		.compatible = "typhoon",
		.number = hose,
		.registers = { { { PCHIP + distance }, PCHIP_SIZE } },
		.interrupts = cchip,
		.range_count = 3,
		.ranges = {
			{ RANGE_CONFIG, 0, { PCI_CONFIG + distance }, PCI_CONFIG_SIZE, { 0, 0 } },
			{ RANGE_IO, 0, { PCI_IO + distance }, PCI_IO_SIZE, BAR_IO },
			{ RANGE_MEMORY, 0, { PCI_MEMORY + distance }, PCI_MEMORY_SIZE, BAR_MEMORY },
		},
		.buses = BUSES,
	});
}

static void find_hosts(void)
{
	const struct platform_node *cchip;
	uint64_t csc;

	/* Another machine may have anything at this address. Without a word from the firmware a look is worth it. */
	if (hwrpb_valid() && field(HWRPB_SYSTEM) != SYSTEM_TSUNAMI)
		return;
	alpha_has_cchip = alpha_peek(kseg(CCHIP + CCHIP_CSC), &csc);
	if (!alpha_has_cchip)
		return;
	cchip = add_node(&(struct platform_node){ .compatible = "cchip", .registers = { { { CCHIP }, CCHIP_SIZE } } });
	add_pchip(0, cchip);
	if (csc & CSC_P1P)
		add_pchip(1, cchip);
}

const struct platform *arch_platform(void)
{
	if (platform.command_line)
		return &platform;
	platform.machine = machine_name();
	platform.cpu = cpu_name();
	platform.firmware = firmware_name();
	platform.no_interrupts = interrupts_obstacle();
	platform.memory_size = alpha_memory_size();
	platform.clock_hz = clock_rate();
	platform.clock_bits = 32;
	platform.cpu_number = pal_whami();
	add_node(&(struct platform_node){ .compatible = "ns16550", .registers = { { { COM1 }, 8 } } });
	find_hosts();
	platform.emulated = is_emulated();
	read_command_line();
	return &platform;
}

/* The upper half of the counter is an offset that software keeps for each process. */
uint64_t arch_clock(void)
{
	return (uint32_t)__builtin_alpha_rpcc();
}
