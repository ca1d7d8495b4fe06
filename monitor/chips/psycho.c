/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Registers of Psycho: what it is, its IOMMU, errors, both of its buses with their streaming buffers, and interrupts.
 * The nodes of both buses show them.
 *
 * Source: NetBSD psychoreg.h; Linux pci_psycho.c.
 */
#include "monitor/chips/tsb.h"

#define BUS_FIELDS	FIELDS({ 1ull << 35, "streaming-hole" }, { 1ull << 34, "serr" }, { 1ull << 33, "66MHz" }, \
			       { 1ull << 21, "parking" }, { 1ull << 8, "error-interrupt" }, { 0x3f, "slots" })
#define BUFFER_FIELDS	FIELDS({ STRBUF_EN, "on" }, { STRBUF_DE, "diagnostics" }, { STRBUF_RR_DIS, "no-rerun" }, \
			       { STRBUF_LE, "lock" }, { STRBUF_LPTR, "which" })
#define PIO_AFSR(bus)	(PCI_CTL(bus) + 0x10)
#define PIO_FIELDS	FIELDS({ 0xff00000000000000ull, "errors" })

static const struct monitor_register psycho_registers[] = {
	{ "CONTROL", CONTROL, READ_BE64, false,
	  FIELDS({ 0xfull << 60, "implementation" }, { 0xfull << 56, "version" }, { IGN_MOST << 46, "group" }) },
	IOMMU_ROWS,
	{ "DMA_UE_AFSR", DMA_UE_AFSR, READ_BE64, true, FIELDS({ 0xfc00000000000000ull, "errors" }) },
	{ "DMA_UE_AFAR", DMA_UE_AFAR, READ_BE64, true, NULL },
	{ "PCI_CTL_A", PCI_CTL(0), READ_BE64, true, BUS_FIELDS },
	{ "PCI_PIO_AFSR_A", PIO_AFSR(0), READ_BE64, true, PIO_FIELDS },
	{ "PCI_DIAG_A", PCI_DIAG(0), READ_BE64, false, NULL },
	{ "STRBUF_CTL_A", STRBUF_CTL(0), READ_BE64, false, BUFFER_FIELDS },
	{ "PCI_CTL_B", PCI_CTL(1), READ_BE64, true, BUS_FIELDS },
	{ "PCI_PIO_AFSR_B", PIO_AFSR(1), READ_BE64, true, PIO_FIELDS },
	{ "PCI_DIAG_B", PCI_DIAG(1), READ_BE64, false, NULL },
	{ "STRBUF_CTL_B", STRBUF_CTL(1), READ_BE64, false, BUFFER_FIELDS },
	{ "IMAP_A0", IMAP_PCI(0), READ_BE64, false, MAPPING },
	{ "IMAP_B0", IMAP_PCI(4), READ_BE64, false, MAPPING },
	{ "IMAP_SCSI", IMAP_ON_BOARD(0), READ_BE64, false, MAPPING },
	{ "IMAP_ETHERNET", IMAP_ON_BOARD(1), READ_BE64, false, MAPPING },
	INTERRUPT_STATE_ROWS,
};

static const struct monitor_bank psycho = {
	.compatible = "psycho", .title = "Psycho", .registers = psycho_registers,
	.count = sizeof(psycho_registers) / sizeof(psycho_registers[0]),
};
MONITOR_BANK(psycho);
