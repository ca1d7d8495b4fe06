/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Registers of a GIC: of the distributor, of version 2 and 3, as far as lines of PCI reach; of the first redistributor
 * and of an ITS, by which messages come, or of a v2m frame.
 *
 * Source: Arm Generic Interrupt Controller Architecture Specification, version 2.0 (IHI 0048) and 3 (IHI 0069).
 */
#include "drivers/interrupt/its.h"
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

#define GIC_BANK(name) \
	{ .compatible = name, .title = "GICD", .registers = gic_registers, \
	  .count = sizeof(gic_registers) / sizeof(gic_registers[0]) }

static const struct monitor_bank gic_v2 = GIC_BANK("arm,cortex-a15-gic");
MONITOR_BANK(gic_v2);
static const struct monitor_bank gic_v3 = GIC_BANK("arm,gic-v3");
MONITOR_BANK(gic_v3);

#define GICR_WAKER		0x0014
#define TABLE_AT		{ 0x0000fffffffff000ull, "table@" }

/* Of the first CPU: the frame of its LPIs. */
static const struct monitor_register redistributor_registers[] = {
	{ "GICR_CTLR", GICR_CTLR, READ_LE32, false, FIELDS({ GICR_LPIS, "lpis" }, { GICR_PENDING, "pending" }) },
	{ "GICR_TYPER", GICR_TYPER, READ_LE64, false,
	  FIELDS({ GICR_HAS_LPIS, "has-lpis" }, { 0x10, "last" }, { 0xffff00, "number" }) },
	{ "GICR_WAKER", GICR_WAKER, READ_LE32, false, FIELDS({ 2, "sleep" }, { 4, "asleep" }) },
	{ "GICR_PROPBASER", GICR_PROPBASER, READ_LE64, false, FIELDS({ 0x1f, "bits-1" }, TABLE_AT) },
	{ "GICR_PENDBASER", GICR_PENDBASER, READ_LE64, false, FIELDS({ PENDBASER_ZERO, "zero" }, TABLE_AT) },
};

static const struct monitor_bank redistributor = {
	.compatible = "arm,gic-v3", .title = "GICR", .registers_at = 1, .registers = redistributor_registers,
	.count = sizeof(redistributor_registers) / sizeof(redistributor_registers[0]),
};
MONITOR_BANK(redistributor);

#define BASER(n) \
	{ "GITS_BASER" #n, GITS_BASER(n), READ_LE64, false, \
	  FIELDS({ ITS_VALID, "valid" }, { 7ull << 56, "type" }, { 0x1full << 48, "entry-1" }, { 0xff, "pages-1" }, \
		 TABLE_AT) }

static const struct monitor_register its_registers[] = {
	{ "GITS_CTLR", GITS_CTLR, READ_LE32, false, FIELDS({ GITS_ENABLED, "on" }, { GITS_QUIESCENT, "quiescent" }) },
	{ "GITS_TYPER", GITS_TYPER, READ_LE64, false,
	  FIELDS({ TYPER_PHYSICAL, "lpis" }, { 0xf0, "event-bytes-1" }, { 0x1f00, "event-bits-1" },
		 { 0x3e000, "device-bits-1" }, { TYPER_BY_ADDRESS, "by-address" }) },
	{ "GITS_CBASER", GITS_CBASER, READ_LE64, false,
	  FIELDS({ ITS_VALID, "valid" }, { 0xff, "pages-1" }, TABLE_AT) },
	{ "GITS_CWRITER", GITS_CWRITER, READ_LE64, false, NULL },
	{ "GITS_CREADR", GITS_CREADR, READ_LE64, true, FIELDS({ CREADR_STALLED, "stalled" }) },
	BASER(0), BASER(1),
};

static const struct monitor_bank its = {
	.compatible = "arm,gic-v3-its", .title = "ITS", .registers = its_registers,
	.count = sizeof(its_registers) / sizeof(its_registers[0]),
};
MONITOR_BANK(its);

static const struct monitor_register v2m_registers[] = {
	{ "MSI_TYPER", 0x008, READ_LE32, false, FIELDS({ 0x3ff0000, "first" }, { 0x3ff, "count" }) },
};

static const struct monitor_bank v2m = {
	.compatible = "arm,gic-v2m-frame", .title = "V2M", .registers = v2m_registers, .count = 1,
};
MONITOR_BANK(v2m);
