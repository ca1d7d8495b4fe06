/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Registers of Sabre: its IOMMU, its errors, its interrupts.
 *
 * Source: UltraSPARC-IIi User's Manual (805-0087).
 */
#include "drivers/interrupt/sabre.h"
#include "drivers/iommu/sabre.h"
#include "monitor/chips/tsb.h"

static const struct monitor_register sabre_registers[] = {
	IOMMU_ROWS,
	{ "PCI_TAS", PCI_TAS, READ_BE64, false, FIELDS({ 0xff, "spaces" }) },
	{ "DMA_UE_AFSR", DMA_UE_AFSR, READ_BE64, true,
	  FIELDS({ AFSR_P_DTE, "translation-error" }, { AFSR_S_DTE, "another" }, { AFSR_ERRORS, "errors" }) },
	{ "DMA_UE_AFAR", DMA_UE_AFAR, READ_BE64, true, NULL },
	{ "PCI_PIO_AFSR", PCI_PIO_AFSR, READ_BE64, true, FIELDS({ PIO_AFSR_ERRORS, "errors" }) },
	{ "IMAP_PCI0", IMAP_PCI(0), READ_BE64, false, MAPPING },
	{ "IMAP_PCI1", IMAP_PCI(1), READ_BE64, false, MAPPING },
	{ "IMAP_PCI2", IMAP_PCI(2), READ_BE64, false, MAPPING },
	{ "IMAP_PCI3", IMAP_PCI(3), READ_BE64, false, MAPPING },
	{ "IMAP_PCI_ERROR", IMAP_PCI_ERROR, READ_BE64, false, MAPPING },
	INTERRUPT_STATE_ROWS,
};

static const struct monitor_bank sabre = {
	"sabre", "Sabre", 0, sabre_registers, sizeof(sabre_registers) / sizeof(sabre_registers[0]),
};
MONITOR_BANK(sabre);
