/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Registers of a GIC's distributor, of version 2 and 3, as far as lines of PCI reach.
 *
 * Source: Arm Generic Interrupt Controller Architecture Specification, version 2.0 (IHI 0048) and 3 (IHI 0069).
 */
#include "monitor/registers.h"

#define GICD_CTLR		0x000
#define GICD_TYPER		0x004
#define GICD_ISENABLER(n)	(0x100 + 4 * (n))
#define GICD_ISPENDR(n)		(0x200 + 4 * (n))
#define GICD_ISACTIVER(n)	(0x300 + 4 * (n))
#define GICD_ICFGR(n)		(0xc00 + 4 * (n))

static const struct monitor_register gic_registers[] = {
	{ "CTLR", GICD_CTLR, READ_LE32, false,
	  FIELDS({ 1, "group-0" }, { 2, "group-1" }, { 0x10, "affinity" }, { 1u << 31, "write-pending" }) },
	{ "TYPER", GICD_TYPER, READ_LE32, false, FIELDS({ 0x1f, "lines/32-1" }, { 0xe0, "cpus-1" }) },
	{ "ISENABLER1", GICD_ISENABLER(1), READ_LE32, false, NULL },
	{ "ISENABLER2", GICD_ISENABLER(2), READ_LE32, false, NULL },
	{ "ISPENDR1", GICD_ISPENDR(1), READ_LE32, false, NULL },
	{ "ISPENDR2", GICD_ISPENDR(2), READ_LE32, false, NULL },
	{ "ISACTIVER1", GICD_ISACTIVER(1), READ_LE32, false, NULL },
	{ "ISACTIVER2", GICD_ISACTIVER(2), READ_LE32, false, NULL },
	{ "ICFGR2", GICD_ICFGR(2), READ_LE32, false, NULL },
	{ "ICFGR3", GICD_ICFGR(3), READ_LE32, false, NULL },
	{ "ICFGR4", GICD_ICFGR(4), READ_LE32, false, NULL },
};

#define COUNT	(sizeof(gic_registers) / sizeof(gic_registers[0]))

static const struct monitor_bank gic_v2 = { "arm,cortex-a15-gic", "GICD", 0, gic_registers, COUNT };
MONITOR_BANK(gic_v2);
static const struct monitor_bank gic_v3 = { "arm,gic-v3", "GICD", 0, gic_registers, COUNT };
MONITOR_BANK(gic_v3);
