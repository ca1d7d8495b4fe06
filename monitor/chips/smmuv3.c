/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Registers of the SMMUv3.
 *
 * Source: IHI 0070, chapter 6.
 */
#include "drivers/iommu/smmuv3.h"
#include "monitor/registers.h"

static const struct monitor_register smmu_registers[] = {
	{ "IDR0", SMMU_IDR0, READ_LE32, false,
	  FIELDS({ 1, "stage-2" }, { IDR0_S1P, "stage-1" }, { 0xc, "table-formats" }, { IDR0_COHACC, "coherent" },
	    { 3u << 24, "stalls" }, { 3u << 27, "stream-levels" }) },
	{ "IDR1", SMMU_IDR1, READ_LE32, false,
	  FIELDS({ 0x3f, "stream-bits" }, { 0x1fu << 16, "events-log2" }, { 0x1fu << 21, "commands-log2" }) },
	{ "IDR5", SMMU_IDR5, READ_LE32, false,
	  FIELDS({ 7, "address-size" }, { IDR5_GRAN4K, "4K" }, { IDR5_GRAN16K, "16K" }, { IDR5_GRAN64K, "64K" }) },
	{ "CR0", SMMU_CR0, READ_LE32, false,
	  FIELDS({ CR0_SMMUEN, "on" }, { CR0_EVENTQEN, "events" }, { CR0_CMDQEN, "commands" }) },
	{ "CR0ACK", SMMU_CR0ACK, READ_LE32, false, NULL },
	{ "CR1", SMMU_CR1, READ_LE32, false, NULL },
	{ "CR2", SMMU_CR2, READ_LE32, false, FIELDS({ CR2_RECINVSID, "record-bad-streams" }) },
	{ "GBPA", SMMU_GBPA, READ_LE32, false, NULL },
	{ "IRQ_CTRL", SMMU_IRQ_CTRL, READ_LE32, false, NULL },
	{ "GERROR", SMMU_GERROR, READ_LE32, true, FIELDS({ GERROR_CMDQ, "command" }) },
	{ "GERRORN", SMMU_GERRORN, READ_LE32, true, FIELDS({ GERROR_CMDQ, "command" }) },
	{ "STRTAB_BASE", SMMU_STRTAB_BASE, READ_LE64, false, NULL },
	{ "STRTAB_CFG", SMMU_STRTAB_BASE_CFG, READ_LE32, false,
	  FIELDS({ 0x3f, "log2" }, { STRTAB_TWO_LEVELS, "two-levels" }) },
	{ "CMDQ_BASE", SMMU_CMDQ_BASE, READ_LE64, false, FIELDS({ 0x1f, "log2" }) },
	{ "CMDQ_PROD", SMMU_CMDQ_PROD, READ_LE32, false, NULL },
	{ "CMDQ_CONS", SMMU_CMDQ_CONS, READ_LE32, true, FIELDS({ 0x7fu << 24, "error" }) },
	{ "EVENTQ_BASE", SMMU_EVENTQ_BASE, READ_LE64, false, FIELDS({ 0x1f, "log2" }) },
	{ "EVENTQ_PROD", SMMU_EVENTQ_PROD, READ_LE32, true, FIELDS({ EVENTQ_OVERFLOW, "overflow" }) },
	{ "EVENTQ_CONS", SMMU_EVENTQ_CONS, READ_LE32, true, FIELDS({ EVENTQ_OVERFLOW, "overflow" }) },
};

static const struct monitor_bank smmu = {
	.compatible = "arm,smmu-v3", .title = "SMMU", .registers = smmu_registers,
	.count = sizeof(smmu_registers) / sizeof(smmu_registers[0]),
};
MONITOR_BANK(smmu);
