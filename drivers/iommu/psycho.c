/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Psycho's IOMMU: one domain for both of its PCI buses, in the node of the first. What it does is tsb.c's.
 *
 * Its window is always the end of the 4 GiB, as large as the table, and cannot be closed; nobody says what becomes of
 * addresses below it that are no BAR. We give it 1 GiB, as Linux does, which machines with more than 3 GiB of memory
 * have as numbers of memory too. It is told of no page to stream, and the streaming buffers are off, unless somebody
 * asks for them.
 *
 * Where the sources differ:
 *   write sync		Linux reads the control register to know that DMA writes are in memory, illumos nothing on this
 *			chip, NetBSD nothing on any. The read costs nothing, so we do as Linux does; no verdict stands
 *			on it, as frames are looked at again later.
 *   PCI_CTL		arbitration is on for six slots in Linux, for four in NetBSD and illumos: on for six, of which
 *			there are not so many.
 *   PCI_DIAG		Linux and illumos switch the synchronization of PIO reads with DMA writes off, for an erratum
 *			(1243770, STP2223BGA); NetBSD does not care. Off.
 *   DMA_UE_AFSR	<57:56>, translation error, is in NetBSD's and illumos' tables, which are Sabre's too; in Linux
 *			those are reserved, and <63> and <60> are PIO. Errors are what Linux has.
 *
 * Source: Linux pci_psycho.c and psycho_common.c; illumos pcipsy.c; NetBSD psychoreg.h and psycho.c.
 */
#include "drivers/iommu/tsb.h"

#define PCI_CTL_ERRORS	(3ull << 34)		/* SERR, and a hole in what was streamed: a one clears */
#define PCI_CTL_AEN	0x3full			/* arbitration, by slot */
#define PCI_DIAG_DDWSYNC	0x10ull		/* no synchronization of PIO reads with DMA writes */
#define STRBUF_OURS	(STRBUF_EN | STRBUF_DE | STRBUF_LE | STRBUF_LPTR)
#define WINDOW		(1ull << 30)

/* Given back from the bus up to the streaming buffer, which may begin to fill at once. */
static const struct tsb_chip chip = {
	.register_count = 7,
	.registers = {
		{ .name = "CONTROL", .reg = CONTROL, .digits = 16 },
		{ .name = "PCI_DIAG_A", .reg = PCI_DIAG(0), .digits = 2, .back = true, .set = PCI_DIAG_DDWSYNC },
		{ .name = "PCI_DIAG_B", .reg = PCI_DIAG(1), .digits = 2, .back = true, .set = PCI_DIAG_DDWSYNC },
		{ .name = "PCI_CTL_A", .reg = PCI_CTL(0), .digits = 9, .back = true, .sticky = PCI_CTL_ERRORS,
		  .set = PCI_CTL_AEN },
		{ .name = "PCI_CTL_B", .reg = PCI_CTL(1), .digits = 9, .back = true, .sticky = PCI_CTL_ERRORS,
		  .set = PCI_CTL_AEN },
		{ .name = "STRBUF_CTL_A", .reg = STRBUF_CTL(0), .digits = 2, .back = true, .clear = STRBUF_OURS },
		{ .name = "STRBUF_CTL_B", .reg = STRBUF_CTL(1), .digits = 2, .back = true, .clear = STRBUF_OURS },
	},
	.unclaimed = "the window, at the end of 4 GiB, does not have it",
	.write_sync = CONTROL,
	.dma_errors = 0xfc00000000000000ull,
	.streams = 2,
	.versions = 4,			/* passes 1 to 3, and Psycho+ (illumos) */
};

static const struct dma_window windows[] = {
	{ WINDOW_PAGED, { SAC_END - WINDOW }, WINDOW, { 0 }, { 0 } },
};

static const struct domain_driver psycho = {
	.compatible = "psycho",
	.ops = &tsb_ops,
	.chip = &chip,
	.page_shift = TSB_PAGE_SHIFT,
	.can = DOMAIN_WRITE_PROTECTION | DOMAIN_FAULT_RECORD | DOMAIN_STREAMING,
	.window_count = 1,
	.windows = windows,
	.paged_window = 0,
	.unclaimed = { 0x10000000 },		/* below all BARs */
};
DOMAIN_DRIVER(psycho);
