/* SPDX-License-Identifier: BSD-2-Clause */
/* Rows that tables of Sun's PCI host bridges for UPA have in common: the IOMMU, and what is shown of interrupts. */
#ifndef MONITOR_TSB_H
#define MONITOR_TSB_H

#include "drivers/interrupt/mondo.h"
#include "drivers/iommu/tsb.h"
#include "monitor/registers.h"

#define IOMMU_ROWS \
	{ "IOMMU_CTL", IOMMU_CTL, READ_BE64, true, \
	  FIELDS({ CTL_MMU_EN, "on" }, { CTL_DIAG_EN, "diagnostics" }, { CTL_TBW_SIZE, "pages-of-64K" }, \
	    { CTL_TSB_SIZE, "entries-1024<<" }, { CTL_LCKEN, "lock" }, { CTL_XLT_ERR, "translation-error" }, \
	    { CTL_ERRSTS_MASK, "why" }) }, \
	{ "IOMMU_TSB", IOMMU_TSB, READ_BE64, false, NULL }

#define MAPPING		FIELDS({ IMAP_V, "valid" }, { IMAP_TID, "cpu" }, { IGN_MOST << IMAP_IGN_SHIFT, "group" })

#define INTERRUPT_STATE_ROWS \
	{ "INT_STATE_PCI", INT_STATE_PCI, READ_BE64, false, NULL }, \
	{ "INT_STATE_OB", INT_STATE_ON_BOARD, READ_BE64, false, NULL }

#endif
