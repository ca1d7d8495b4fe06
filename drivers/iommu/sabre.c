/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Sabre's IOMMU, inside the UltraSPARC-IIi: one domain for all that is behind both Simba bridges. What it does is
 * tsb.c's.
 *
 * Which addresses reach the IOMMU is said by the target address space register. We give it the lowest 512 MiB: the same
 * numbers are RAM, which makes decoys. No BAR is ever put there.
 *
 * Source: UltraSPARC-IIi User's Manual (805-0087); OpenBSD psychoreg.h and iommureg.h for names.
 */
#include "drivers/iommu/sabre.h"

static const struct tsb_chip chip = {
	.register_count = 1,
	.registers = { { .name = "PCI_TAS", .reg = PCI_TAS, .digits = 2, .back = true } },
	.spaces = PCI_TAS,
	.unclaimed = "no bit of PCI_TAS has it, and it is no address of DMA",
	.write_sync = DMA_WRSYNC,
	.dma_errors = AFSR_ERRORS,
};

static const struct dma_window windows[] = {
	{ WINDOW_PAGED, { 0 }, TAS_UNIT, { 0 }, { 0 } },
};

static const struct domain_driver sabre = {
	.compatible = "sabre",
	.ops = &tsb_ops,
	.chip = &chip,
	.page_shift = TSB_PAGE_SHIFT,
	.can = DOMAIN_WRITE_PROTECTION | DOMAIN_FAULT_RECORD,
	.window_count = 1,
	.windows = windows,
	.paged_window = 0,
	.unclaimed = { 0xa0000000 },		/* no bit of PCI_TAS, and no BAR */
};
DOMAIN_DRIVER(sabre);
