/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Switching off and resetting, from whatever state the PCI bus has been brought to.
 *
 * The power register is an I/O port of the EBus at 1:1.0, behind Simba A at 0:1.1. A test may have numbered the buses
 * otherwise, put other I/O ports there, or closed the bridges; so Simba B and the other devices of bus 1
 * are silenced and the way is opened first.
 *
 * All this is QEMU's sun4u. On a real Ultra 5 the power register is elsewhere behind the EBus, and the console
 * firmware, which has stayed alive there, is asked.
 *
 * Source: QEMU hw/sparc64/sun4u.c (power device), hw/pci-host/sabre.c (reset control), hw/pci-bridge/simba.c;
 * Advanced PCI Bridge User's Manual (805-1251); PCI-to-PCI Bridge Architecture Specification 1.1, the header of type 1.
 */
#include <linux/pci_regs.h>

#include "arch/arch.h"
#include "arch/sparc64/client.h"
#include "arch/sparc64/cpu.h"
#include "arch/sparc64/firmware.h"

#define SABRE_RESET		0x1fe0000f020
#define   RESET_SOFT_POR	0x40000000
#define SABRE_CONFIG		0x1fe01000000
#define POWER			0x1fe02007240
#define   POWER_OFF		0x00000001	/* a little-endian word */

#define FUNCTION(bus, device, function)	((bus) << 16 | (device) << 11 | (function) << 8)
#define SIMBA_B			FUNCTION(0, 1, 0)
#define SIMBA_A			FUNCTION(0, 1, 1)
#define EBUS			FUNCTION(1, 1, 0)

#define SIMBA_IO_DECODE_MAP	0xde		/* bit n: 2 MiB from n * 2 MiB */
#define BRIDGE_COMMAND		(PCI_COMMAND_IO | PCI_COMMAND_MEMORY | PCI_COMMAND_MASTER)
#define EBUS_COMMAND		(PCI_COMMAND_IO | PCI_COMMAND_MEMORY)

#define RESET_SECONDS		1

struct config_write {
	uint32_t function;
	uint8_t reg;
	uint8_t bytes;
	uint16_t value;
};

/* Ports 0 to 0x7fffff through Simba A to bus 1, and nothing but the EBus listens there. */
static const struct config_write open_the_way[] = {
	{ SIMBA_B, PCI_COMMAND, 2, 0 },
	{ SIMBA_B, PCI_SECONDARY_BUS, 1, 2 },
	{ SIMBA_B, PCI_SUBORDINATE_BUS, 1, 2 },
	{ SIMBA_A, PCI_COMMAND, 2, 0 },
	{ SIMBA_A, PCI_PRIMARY_BUS, 1, 0 },
	{ SIMBA_A, PCI_SECONDARY_BUS, 1, 1 },
	{ SIMBA_A, PCI_SUBORDINATE_BUS, 1, 1 },
	{ SIMBA_A, PCI_IO_BASE, 1, 0x00 },
	{ SIMBA_A, PCI_IO_LIMIT, 1, 0xf0 },
	{ SIMBA_A, PCI_IO_BASE_UPPER16, 2, 0x0000 },
	{ SIMBA_A, PCI_IO_LIMIT_UPPER16, 2, 0x007f },
	{ SIMBA_A, SIMBA_IO_DECODE_MAP, 1, 0x0f },
	{ FUNCTION(1, 1, 1), PCI_COMMAND, 2, 0 },
	{ FUNCTION(1, 2, 0), PCI_COMMAND, 2, 0 },
	{ FUNCTION(1, 3, 0), PCI_COMMAND, 2, 0 },
	{ EBUS, PCI_COMMAND, 2, EBUS_COMMAND },
	{ SIMBA_A, PCI_COMMAND, 2, BRIDGE_COMMAND },
};

static void interrupts_off(void)
{
	uint64_t pstate;

	__asm__ volatile ("rdpr %%pstate, %0\n\tandn %0, %1, %0\n\twrpr %0, 0, %%pstate"
			  : "=r" (pstate) : "i" (PSTATE_IE));
}

static void write_config(const struct config_write *write)
{
	phys_addr address = { SABRE_CONFIG + write->function + write->reg };

	if (write->bytes == 1)
		mmio_write8(address, write->value);
	else
		mmio_write16_le(address, write->value);
}

/* What is beside Sabre's bus is none of ours to guess: on another bridge only the firmware can be asked. */
static bool is_elsewhere(void)
{
	return firmware.bridge_count > 0 && !firmware_has_sabre();
}

static void reset(void)
{
	uint64_t end = arch_clock() + RESET_SECONDS * arch_platform()->clock_hz;

	if (is_elsewhere())
		return;
	mmio_write64_be((phys_addr){ SABRE_RESET }, RESET_SOFT_POR);
	while (arch_clock() < end)
		cpu_relax();
}

/* One that does not work may trap and so come here again; then the reset is what is left. */
void arch_power_off(void)
{
	static bool tried;

	interrupts_off();
	if (tried)
		reset();
	tried = true;
	if (firmware_stays()) {
		client_call("SUNW,power-off", 0, NULL, 0, NULL);
		client_call("exit", 0, NULL, 0, NULL);
		reset();
	}
	while (is_elsewhere())
		cpu_relax();
	for (size_t i = 0; i < sizeof open_the_way / sizeof open_the_way[0]; i++)
		write_config(&open_the_way[i]);
	mmio_write32_le((phys_addr){ POWER }, POWER_OFF);
	for (;;)
		cpu_relax();
}

void arch_reboot(void)
{
	interrupts_off();
	reset();
	arch_power_off();
}
