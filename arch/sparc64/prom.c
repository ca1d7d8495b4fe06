/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Where our own PROM (prom/reset.S) stands in the firmware's place: what a firmware would have said and done.
 *
 * QEMU's configuration device says how much memory there is and has the command line: the file "opt/busproof/append"
 * (-fw_cfg name=opt/busproof/append,string=...), and what follows -append, which QEMU takes with -kernel only. The CPU
 * says which one it is. All else of QEMU's sun4u is always at the same place. PCI is as the reset has left it, which
 * is all that drivers/pci needs; the console's port is reachable from the start.
 *
 * Source: QEMU hw/sparc64/sun4u.c, hw/pci-host/sabre.c; The SPARC Architecture Manual, Version 9, 5.2.9 (VER) and 7.2
 * (RED state); UltraSPARC-I/II User's Manual (802-7220), UltraSPARC-IIi User's Manual (805-0087), the version register.
 */
#include "arch/arch.h"
#include "arch/sparc64/cpu.h"
#include "arch/sparc64/firmware.h"
#include "arch/sparc64/fw_cfg.h"

#define QEMU_FW_CFG		0x1fe02000510
#define QEMU_UART_LCR		0x1fe020003fb
#define   LCR_8N1		0x03		/* eight bits, no parity, one stop bit; a reset leaves five bits */

#define SABRE_REGISTERS		0x1fe00000000
#define SABRE_CONFIG		0x1fe01000000
#define SABRE_IO		0x1fe02000000
#define SABRE_MEMORY		0x1ff00000000

#define APPEND			"opt/busproof/append"

#define VERSION_CPU		32		/* manufacturer <63:48>, implementation <47:32> */

#define TT_POWER_ON_RESET	1

enum vector { RESERVED, POWER_ON, WATCHDOG, EXTERNAL, SOFTWARE, RED_STATE };

/* entry.S fills it in; the highest trap level is never 0 after a reset. */
uint64_t reset_record[RESET_WORDS];

static const struct {
	uint32_t version;
	const char *name;
} cpus[] = {
	{ 0x00170010, "SUNW,UltraSPARC" },
	{ 0x00170011, "SUNW,UltraSPARC-II" },
	{ 0x00170012, "SUNW,UltraSPARC-IIi" },
	{ 0x00170013, "SUNW,UltraSPARC-IIe" },
};

static void copy(char *to, size_t size, const char *from)
{
	size_t i = 0;

	for (; i + 1 < size && from[i]; i++)
		to[i] = from[i];
	to[i] = 0;
}

static void name_cpu(void)
{
	uint64_t version;

	__asm__ ("rdpr %%ver, %0" : "=r" (version));
	for (size_t i = 0; i < sizeof cpus / sizeof cpus[0]; i++)
		if (version >> VERSION_CPU == cpus[i].version)
			copy(firmware.cpu, sizeof firmware.cpu, cpus[i].name);
}

/* Adds an item's text behind what is there, with a space in between. */
static void add_words(phys_addr device, uint16_t item, uint64_t length)
{
	char *line = firmware.command_line;
	size_t room = sizeof firmware.command_line;
	size_t end = 0;
	size_t at;

	while (line[end])
		end++;
	at = end > 0 && end + 1 < room ? end + 1 : end;
	if (fw_cfg_text(device, item, length, line + at, room - at, &firmware.command_line_cut) > 0 && at > end)
		line[end] = ' ';
}

static void read_configuration(phys_addr device)
{
	struct fw_cfg_file file;

	firmware.banks[0] = (struct firmware_bank){ 0, fw_cfg_number(device, FW_CFG_RAM_SIZE, 8) };
	firmware.bank_count = 1;
	if (fw_cfg_find(device, APPEND, &file))
		add_words(device, file.item, file.size);
	add_words(device, FW_CFG_CMDLINE, fw_cfg_number(device, FW_CFG_CMDLINE_SIZE, 4));
}

bool prom_started_us(void)
{
	return reset_record[RESET_TL] != 0;
}

void prom_read(void)
{
	copy(firmware.name, sizeof firmware.name, "its own PROM image");
	firmware.of_emulators = true;
	mmio_write8((phys_addr){ QEMU_UART_LCR }, LCR_8N1);
	name_cpu();
	if (fw_cfg_present((phys_addr){ QEMU_FW_CFG }))
		read_configuration((phys_addr){ QEMU_FW_CFG });
	firmware.bridges[0] = (struct firmware_bridge){
		.driver = "sabre", .registers = SABRE_REGISTERS,
		.config = { .start = SABRE_CONFIG }, .io = { .start = SABRE_IO }, .memory = { .start = SABRE_MEMORY },
	};
	firmware.bridge_count = 1;
}

/* QEMU's own resets are power-on resets, whichever vector they come through. */
static bool is_error(void)
{
	if (!prom_started_us() || reset_record[RESET_VECTOR] == POWER_ON)
		return false;
	return reset_record[RESET_VECTOR] != WATCHDOG || reset_record[RESET_TT] != TT_POWER_ON_RESET;
}

const struct trap_frame *prom_error(void)
{
	static const char *const vectors[RESET_VECTORS] = {
		[RESERVED] = "reserved reset vector",
		[POWER_ON] = "power_on_reset",
		[WATCHDOG] = "watchdog_reset",
		[EXTERNAL] = "externally_initiated_reset",
		[SOFTWARE] = "software_initiated_reset",
		[RED_STATE] = "RED_state_exception",
	};
	static const char *const words[RESET_WORDS] = { "vector", "tl", "tt", "tpc", "tstate" };
	static struct trap_frame frame;

	if (!is_error())
		return NULL;
	frame = (struct trap_frame){
		.kind = TRAP_OTHER,
		.name = vectors[reset_record[RESET_VECTOR] % RESET_VECTORS],
		.code = reset_record[RESET_TT],
		.pc = reset_record[RESET_TPC],
		.register_count = RESET_WORDS,
		.register_names = words,
		.registers = reset_record,
	};
	return &frame;
}
