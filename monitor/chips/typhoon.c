/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Registers of the 21272: of each Pchip, and of the Cchip.
 *
 * Source: 21272 Chipset Hardware Reference Manual (DS-0025A-TE), chapter 10.
 */
#include "drivers/interrupt/cchip.h"
#include "drivers/iommu/typhoon.h"
#include "monitor/registers.h"

#define WINDOW(n) \
	{ "WSBA" #n, PCHIP_WSBA(n), READ_LE64, false, \
	  FIELDS({ WSBA_ENA, "enabled" }, { WSBA_SG, "paged" }, { WSBA_ADDR, "base@" }) }, \
	{ "WSM" #n, PCHIP_WSM(n), READ_LE64, false, FIELDS({ WSM_MASK, "mask@" }) }, \
	{ "TBA" #n, PCHIP_TBA(n), READ_LE64, false, FIELDS({ TBA_ADDR, "table@" }) }

static const struct monitor_register pchip_registers[] = {
	WINDOW(0), WINDOW(1), WINDOW(2),
	{ "WSBA3", PCHIP_WSBA(3), READ_LE64, false,
	  FIELDS({ WSBA_ENA, "enabled" }, { WSBA_SG, "paged" }, { WSBA_ADDR, "base@" },
	    { WSBA3_DAC, "dual-address" }) },
	{ "WSM3", PCHIP_WSM(3), READ_LE64, false, FIELDS({ WSM_MASK, "mask@" }) },
	{ "TBA3", PCHIP_TBA(3), READ_LE64, false, FIELDS({ TBA_ADDR, "table@" }) },
	{ "PCTL", PCHIP_PCTL, READ_LE64, false,
	  FIELDS({ PCTL_HOLE, "hole" }, { PCTL_MWIN, "monster-window" }, { PCTL_PTEVRFY, "verify-entries" }) },
	{ "PLAT", PCHIP_PLAT, READ_LE64, false, FIELDS({ PLAT_LATENCY, "latency" }) },
	{ "PERROR", PCHIP_PERROR, READ_LE64, true,
	  FIELDS({ PERROR_LOST, "lost" }, { 0x002, "serr" }, { 0x004, "perr" }, { 0x008, "discard-timer" },
	    { PERROR_SGE, "entry-not-valid" }, { 0x020, "address-parity" }, { 0x040, "target-abort" },
	    { 0x080, "read-parity" }, { 0x100, "no-devsel" }, { 0x400, "uncorrectable" },
	    { 0x800, "correctable" }, { 0xfffffffc0000ull, "address>>2" }, { PERROR_INV, "address-not-valid" },
	    { 0xfull << 52, "command" }) },
	{ "PERRMASK", PCHIP_PERRMASK, READ_LE64, true, FIELDS({ 0xfff, "recorded" }) },
};

static const struct monitor_bank pchip = {
	.compatible = "typhoon", .title = "Pchip", .registers = pchip_registers,
	.count = sizeof(pchip_registers) / sizeof(pchip_registers[0]),
};
MONITOR_BANK(pchip);

#define REQUESTS	FIELDS({ INTERRUPT_LINE(DRIR_ISA), "isa" }, { INTERRUPT_LINE(DRIR_ISA) - 1, "pci" })

/* How the chip is put together; nothing of it is ever written. */
#define CCHIP_CSC		0x000
#define CCHIP_MISC		0x080
#define CCHIP_AAR(n)		(0x100 + 0x40 * (n))
#define ARRAY			FIELDS({ 0xfull << 12, "size" }, { 1ull << 8, "split" }, { 0x7ff000000ull, "base@" })

static const struct monitor_register cchip_registers[] = {
	{ "CSC", CCHIP_CSC, READ_LE64, false, FIELDS({ 1ull << 14, "pchip-1" }) },
	{ "MISC", CCHIP_MISC, READ_LE64, true,
	  FIELDS({ 0xffull << 32, "revision" }, { 1ull << 28, "no-such-memory" }, { 7ull << 29, "of" },
	    { 0xfull << 8, "from-cpus" }, { 0xfull << 4, "timer" }, { 3, "this-cpu" }) },
	{ "AAR0", CCHIP_AAR(0), READ_LE64, false, ARRAY }, { "AAR1", CCHIP_AAR(1), READ_LE64, false, ARRAY },
	{ "AAR2", CCHIP_AAR(2), READ_LE64, false, ARRAY }, { "AAR3", CCHIP_AAR(3), READ_LE64, false, ARRAY },
	{ "DRIR", CCHIP_DRIR, READ_LE64, false, REQUESTS },
	{ "DIM0", CCHIP_DIM(0), READ_LE64, false, REQUESTS },
	{ "DIM1", CCHIP_DIM(1), READ_LE64, false, REQUESTS },
	{ "DIM2", CCHIP_DIM(2), READ_LE64, false, REQUESTS },
	{ "DIM3", CCHIP_DIM(3), READ_LE64, false, REQUESTS },
	{ "DIR0", CCHIP_DIR(0), READ_LE64, false, REQUESTS },
};

static const struct monitor_bank cchip = {
	.compatible = "cchip", .title = "Cchip", .registers = cchip_registers,
	.count = sizeof(cchip_registers) / sizeof(cchip_registers[0]),
};
MONITOR_BANK(cchip);
