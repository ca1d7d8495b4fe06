/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Registers of Sabre: its IOMMU, its errors, its interrupts.
 *
 * Source: UltraSPARC-IIi User's Manual (805-0087).
 */
#include "drivers/interrupt/sabre.h"
#include "drivers/iommu/sabre.h"
#include "monitor/chips/tsb.h"

/* The host bridge's own, which nothing of busproof's writes. */
#define PCI_CONTROL		0x2000
#define PCI_PIO_AFAR		0x2018
#define DMA_CE_AFSR		0x0040
#define DMA_ERRORS \
	FIELDS({ 1ull << 62, "read" }, { 1ull << 61, "write" }, { AFSR_P_DTE, "translation-error" }, \
	       { 1ull << 59, "another-read" }, { 1ull << 58, "another-write" }, { AFSR_S_DTE, "another" }, \
	       { 0xffffull << 32, "bytes" })

static const struct monitor_register sabre_registers[] = {
	{ "PCI_CONTROL", PCI_CONTROL, READ_BE64, true,
	  FIELDS({ 1ull << 36, "read-multiple" }, { 1ull << 34, "serr" }, { 1ull << 21, "park" },
	    { 1ull << 20, "cpu-first" }, { 0xfull << 16, "first" }, { 1ull << 8, "error-interrupt" },
	    { 1ull << 7, "wait-retries" }, { 0xf, "slots" }) },
	IOMMU_ROWS,
	{ "PCI_TAS", PCI_TAS, READ_BE64, false, FIELDS({ 0xff, "spaces" }) },
	{ "DMA_UE_AFSR", DMA_UE_AFSR, READ_BE64, true, DMA_ERRORS },
	{ "DMA_CE_AFSR", DMA_CE_AFSR, READ_BE64, true, DMA_ERRORS },
	{ "DMA_UE_AFAR", DMA_UE_AFAR, READ_BE64, true, NULL },
	{ "PCI_PIO_AFSR", PCI_PIO_AFSR, READ_BE64, true,
	  FIELDS({ 1ull << 63, "master-abort" }, { 1ull << 62, "target-abort" }, { 1ull << 61, "retries" },
	    { 1ull << 60, "parity" }, { 0xfull << 56, "another" }, { 0xffffull << 32, "bytes" }) },
	{ "PCI_PIO_AFAR", PCI_PIO_AFAR, READ_BE64, true, NULL },
	{ "IMAP_PCI0", IMAP_PCI(0), READ_BE64, false, MAPPING },
	{ "IMAP_PCI1", IMAP_PCI(1), READ_BE64, false, MAPPING },
	{ "IMAP_PCI2", IMAP_PCI(2), READ_BE64, false, MAPPING },
	{ "IMAP_PCI3", IMAP_PCI(3), READ_BE64, false, MAPPING },
	{ "IMAP_PCI_ERROR", IMAP_PCI_ERROR, READ_BE64, false, MAPPING },
	INTERRUPT_STATE_ROWS,
};

static const struct monitor_bank sabre = {
	.compatible = "sabre", .title = "Sabre", .registers = sabre_registers,
	.count = sizeof(sabre_registers) / sizeof(sabre_registers[0]),
};
MONITOR_BANK(sabre);
