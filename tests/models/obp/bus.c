/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The bus side of the OBP model: bridges as a firmware leaves them, the IOMMU on with a table of its own, and a USB
 * host controller (pci-ohci, behind Simba B) that goes on writing the number of each frame through it,
 * once a millisecond.
 *
 * Source: UltraSPARC-IIi User's Manual (805-0087); Advanced PCI Bridge User's Manual (805-1251); OpenHCI for USB 1.0a;
 * QEMU hw/sparc64/sun4u.c (pvpanic and the power register).
 */
#include <linux/pci_regs.h>

#include "tests/models/obp/model.h"

#define SABRE			0x1fe00000000
#define   IOMMU_CTL		0x200
#define     CTL_MMU_EN		1		/* and 1024 entries */
#define   IOMMU_TSB		0x208
#define   PCI_TAS		0x2028
#define     TAS_C0000000	0x40
#define   PCI_CTL		0x2000
#define     PCI_CTL_LEFT	0x00200109	/* parking, error interrupts, the arbiter for two slots */
#define   PCI_DIAG		0x2020
#define     PCI_DIAG_LEFT	0x40
#define CONFIG			0x1fe01000000
#define IO			0x1fe02000000
#define   POWER			0x7240
#define BUS_MEMORY		0x1ff00000000

#define FUNCTION(bus, device, function)	((bus) << 16 | (device) << 11 | (function) << 8)
#define SIMBA_B			FUNCTION(0, 1, 0)
#define SIMBA_A			FUNCTION(0, 1, 1)
#define EBUS			FUNCTION(1, 1, 0)
#define PVPANIC			FUNCTION(2, 0, 0)

#define OHCI_CLASS		0x0c0310
#define OHCI_BAR		0x60100000
#define PVPANIC_BAR		0x60200000
#define   HC_CONTROL		0x04
#define     OPERATIONAL		0x80
#define   HC_HCCA		0x18
#define   HC_FM_INTERVAL	0x34

#define DVMA			0xc0000000
#define HCCA_PAGE		1		/* of the table */
#define FRAME_NUMBER		0x80
#define FRAME_END		0x88
#define PAGE			8192
#define TTE(physical)		(1ull << 63 | (physical) | 0x10 | 0x2)

static uint64_t tsb[1024] __attribute__((aligned(PAGE)));
static uint8_t hcca[PAGE] __attribute__((aligned(PAGE)));
static uint32_t ohci;			/* the function; 0: there is none */

struct setting {
	uint32_t function;
	uint8_t reg, bytes;
	uint32_t value;
};

static const struct setting settings[] = {
	{ SIMBA_A, PCI_PRIMARY_BUS, 4, 0x00010100 },
	{ SIMBA_A, PCI_IO_BASE, 2, 0xf000 }, { SIMBA_A, PCI_IO_BASE_UPPER16, 4, 0x007f0000 },
	{ SIMBA_A, PCI_MEMORY_BASE, 4, 0x5ff02000 },
	{ SIMBA_A, 0xde, 1, 0x0f }, { SIMBA_A, 0xdf, 1, 0x06 }, { SIMBA_A, PCI_COMMAND, 2, 7 },
	{ SIMBA_B, PCI_PRIMARY_BUS, 4, 0x00020200 },
	{ SIMBA_B, PCI_IO_BASE, 2, 0xf000 }, { SIMBA_B, PCI_IO_BASE_UPPER16, 4, 0x00ff0080 },
	{ SIMBA_B, PCI_MEMORY_BASE, 4, 0x9ff06000 },
	{ SIMBA_B, 0xde, 1, 0xf0 }, { SIMBA_B, 0xdf, 1, 0x18 }, { SIMBA_B, PCI_COMMAND, 2, 7 },
	{ EBUS, PCI_COMMAND, 2, 3 },
};

static phys_addr config(uint32_t function, unsigned reg) { return (phys_addr){ CONFIG + function + reg }; }

static void put(const struct setting *at)
{
	if (at->bytes == 1)
		mmio_write8(config(at->function, at->reg), (uint8_t)at->value);
	else if (at->bytes == 2)
		mmio_write16_le(config(at->function, at->reg), (uint16_t)at->value);
	else
		mmio_write32_le(config(at->function, at->reg), at->value);
}

static uint32_t get(const struct setting *at)
{
	if (at->bytes == 1)
		return mmio_read8(config(at->function, at->reg));
	if (at->bytes == 2)
		return mmio_read16_le(config(at->function, at->reg));
	return mmio_read32_le(config(at->function, at->reg));
}

static uint32_t found[sizeof settings / sizeof settings[0]];

static void open_bridges(void)
{
	for (size_t i = 0; i < sizeof settings / sizeof settings[0]; i++)
		put(&settings[i]);
}

static void find_ohci(void)
{
	for (uint32_t at = FUNCTION(2, 0, 0); at < FUNCTION(2, 4, 0); at += FUNCTION(0, 0, 1))
		if (mmio_read32_le(config(at, PCI_CLASS_REVISION)) >> 8 == OHCI_CLASS)
			ohci = at;
}

static uint16_t frame(void) { return *(volatile uint16_t *)(hcca + FRAME_NUMBER); }

static uint64_t physical_of(const void *at) { return (uintptr_t)at - MODEL_VIRTUAL + MODEL_PHYSICAL; }

static void start_ohci(void)
{
	phys_addr registers = { BUS_MEMORY + OHCI_BAR };
	uint16_t before;

	for (unsigned i = 0; i < PAGE; i++)
		hcca[i] = 0xb9;
	if (!ohci)
		return;
	mmio_write32_le(config(ohci, PCI_BASE_ADDRESS_0), OHCI_BAR);
	mmio_write16_le(config(ohci, PCI_COMMAND), PCI_COMMAND_MEMORY | PCI_COMMAND_MASTER);
	mmio_write32_le((phys_addr){ registers.value + HC_FM_INTERVAL }, 0x27782edf);
	mmio_write32_le((phys_addr){ registers.value + HC_HCCA }, DVMA + HCCA_PAGE * PAGE);
	mmio_write32_le((phys_addr){ registers.value + HC_CONTROL }, OPERATIONAL);
	before = frame();
	while (frame() == before)
		cpu_relax();
}

void bus_start(void)
{
	open_bridges();
	for (size_t i = 0; i < sizeof settings / sizeof settings[0]; i++)
		found[i] = get(&settings[i]);
	tsb[HCCA_PAGE] = TTE(physical_of(hcca));
	mmio_write64_be((phys_addr){ SABRE + IOMMU_TSB }, physical_of(tsb));
	mmio_write64_be((phys_addr){ SABRE + PCI_TAS }, TAS_C0000000);
	mmio_write64_be((phys_addr){ SABRE + PCI_CTL }, PCI_CTL_LEFT);
	mmio_write64_be((phys_addr){ SABRE + PCI_DIAG }, PCI_DIAG_LEFT);
	mmio_write64_be((phys_addr){ SABRE + IOMMU_CTL }, CTL_MMU_EN);
	find_ohci();
	start_ohci();
	print(ohci ? "OBP model: a device goes on writing\r\n" : "OBP model: no device writes\r\n");
}

void bus_quiet_check(void)
{
	for (unsigned i = 0; i < PAGE; i++)
		if ((i < FRAME_NUMBER || i >= FRAME_END) && hcca[i] != 0xb9)
			broken("a buffer of the firmware's was written, at byte", i);
	for (unsigned i = 0; i < 1024; i++)
		if (tsb[i] != (i == HCCA_PAGE ? TTE(physical_of(hcca)) : 0))
			broken("the firmware's table of the IOMMU was written, at entry", i);
}

void bus_check(void)
{
	static const struct { uint32_t reg; uint64_t value; const char *rule; } registers[] = {
		{ IOMMU_CTL, CTL_MMU_EN, "IOMMU_CTL is not as it was:" },
		{ PCI_TAS, TAS_C0000000, "PCI_TAS is not as it was:" },
		{ PCI_CTL, PCI_CTL_LEFT, "control of the PCI bus is not as it was:" },
		{ PCI_DIAG, PCI_DIAG_LEFT, "diagnostics of the PCI bus are not as they were:" },
	};
	uint64_t value;

	for (size_t i = 0; i < sizeof settings / sizeof settings[0]; i++)
		if (get(&settings[i]) != found[i])
			broken("a register of a bridge is not as it was, at bus 0 function and register",
			       settings[i].function | settings[i].reg);
	for (size_t i = 0; i < sizeof registers / sizeof registers[0]; i++) {
		value = mmio_read64_be((phys_addr){ SABRE + registers[i].reg });
		if (value != registers[i].value)
			broken(registers[i].rule, value);
	}
	value = mmio_read64_be((phys_addr){ SABRE + IOMMU_TSB });
	if (value != physical_of(tsb))
		broken("IOMMU_TSB is not as it was:", value);
	if (ohci && mmio_read16_le(config(ohci, PCI_COMMAND)) != (PCI_COMMAND_MEMORY | PCI_COMMAND_MASTER))
		broken("COMMAND of the USB controller is not as it was:", mmio_read16_le(config(ohci, PCI_COMMAND)));
}

void machine_off(void)
{
	open_bridges();
	mmio_write32_le((phys_addr){ IO + POWER }, 1);
	for (;;)
		cpu_relax();
}

void machine_panic(void)
{
	open_bridges();
	mmio_write16_le(config(PVPANIC, PCI_COMMAND), 0);
	mmio_write32_le(config(PVPANIC, PCI_BASE_ADDRESS_0), PVPANIC_BAR);
	mmio_write16_le(config(PVPANIC, PCI_COMMAND), PCI_COMMAND_MEMORY);
	mmio_write8((phys_addr){ BUS_MEMORY + PVPANIC_BAR }, 1);
	machine_off();
}
