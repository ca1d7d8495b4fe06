/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The IOMMU of Sun's PCI host bridges for UPA, whose translations are in a translation storage buffer (TSB): what the
 * chips have in common, and a table of what they have not, which each fills in (sabre.c, psycho.c).
 *
 * Offsets are from the chip's registers, the first of its node's; all are 64 bits wide and big-endian. The TSB is
 * indexed by the low bits of a bus address, whatever its high bits are. Which addresses reach the IOMMU at all is
 * either said by a register, one bit for each 512 MiB; or it is those at the end of the 4 GiB of single-address cycles,
 * as many as the TSB has entries for.
 *
 * Source: UltraSPARC-IIi User's Manual (805-0087); NetBSD and OpenBSD psychoreg.h and iommureg.h, Linux pci_psycho.c,
 * psycho_common.c and pci_sabre.c, illumos pcipsy.c and pci_sc.c.
 */
#ifndef IOMMU_TSB_H
#define IOMMU_TSB_H

#include "drivers/iommu/domain.h"

/* What IOMMU a chip has otherwise than others. */
#define TSB_REGISTERS		8

/* A register that is shown at the hand-off, beside those of the IOMMU. */
struct tsb_register {
	const char *name;
	unsigned reg, digits;
	bool back;			/* the console firmware gets it back as it was, in the order of the table */
	uint64_t sticky;		/* bits that a one clears: never written */
	uint64_t set, clear;		/* bits, for as long as the chip is ours */
};

struct tsb_chip {
	unsigned register_count;
	struct tsb_register registers[TSB_REGISTERS];
	unsigned spaces;		/* register: which 512 MiB are for the IOMMU; 0: the end of 4 GiB is */
	const char *unclaimed;		/* what is to be said of an address that does not reach it */
	unsigned write_sync;		/* register: a read waits until DMA writes accepted so far are in memory */
	uint64_t dma_errors;		/* sticky bits of DMA_UE_AFSR */
	unsigned streams;		/* streaming buffers: one for each PCI bus, or none */
	unsigned versions;		/* of the chip, in CONTROL, that are known; 0: it does not say one */
};

extern const struct domain_ops tsb_ops;		/* domain->driver->chip is a struct tsb_chip */

uint64_t tsb_read(const struct dma_domain *domain, unsigned reg);
void tsb_write(const struct dma_domain *domain, unsigned reg, uint64_t value);
const struct tsb_chip *tsb_chip(const struct dma_domain *domain);

/*
 * Streaming buffers, tsb_stream.c: what a device writes to a page with TTE_STREAM may stay there until the page is
 * flushed, and a synchronization that was asked for afterwards is done. Of a chip without any they do nothing.
 *
 * tsb_drain(): so for all pages of the range that are in the table; all: of the whole table. DOMAIN_SILENT, and a
 * line that says so, where a buffer does not come to an end within half a second.
 */
bool tsb_streaming(const struct dma_domain *domain);		/* any of the buffers is on */
enum domain_status tsb_drain(struct dma_domain *domain, bus_addr start, uint64_t size);
enum domain_status tsb_drain_all(struct dma_domain *domain);
enum domain_status tsb_stream(struct dma_domain *domain, bus_addr start, uint64_t size, bool on);

#define CONTROL			0x010			/* of a chip on UPA: what it is */
#define   CONTROL_VERSION(v)	((unsigned)((v) >> 56) & 0xf)
#define IOMMU_CTL		0x200			/* control */
#define   CTL_MMU_EN		0x1ull			/*   translation on */
#define   CTL_DIAG_EN		0x2ull			/*   TLB diagnostics reachable */
#define   CTL_TBW_SIZE		0x4ull			/*   table indexed by pages of 64 KiB instead of 8 KiB */
#define   CTL_TSB_SIZE_SHIFT	16			/*   the table has 1024 << n entries, n = 0..7 */
#define   CTL_TSB_SIZE		(7ull << CTL_TSB_SIZE_SHIFT)
#define   CTL_LCKPTR		(0xfull << 19)		/*   which of them */
#define   CTL_LCKEN		(1ull << 23)		/*   TLB entry locking, off */
#define   CTL_XLT_ERR		(1ull << 24)		/*   a translation failed */
#define   CTL_ERRSTS_MASK	(3ull << 25)
#define   CTL_ERRSTS(v)		((unsigned)((v) >> 25) & 3)	/*   why: 0 protection, 1 invalid, 2 time-out, 3 ECC */
#define IOMMU_TSB		0x208			/* physical address of the table, 8 KiB aligned */
#define IOMMU_FLUSH		0x210			/* write: forget the page of this bus address */
#define DMA_UE_AFSR		0x030			/* uncorrectable DMA errors, write one to clear */
#define DMA_UE_AFAR		0x038			/* its address */
#define IOMMU_TLB_TAG(n)	(0xa580 + 8 * (n))	/* diagnostics, n = 0..15 */
#define   TAG_VPN		0x7ffffull		/*   bus address <31:13> */
#define IOMMU_TLB_DATA(n)	(0xa600 + 8 * (n))
#define   DATA_V		(1ull << 30)		/*   the entry is valid */
#define IOMMU_TLB_ENTRIES	16

/* Translation table entry: 8 bytes a page, big-endian. */
#define TTE_V			(1ull << 63)		/* valid: the device may read */
#define TTE_SIZE		(1ull << 61)		/* a page of 64 KiB, whose PA begins at bit 16 */
#define TTE_STREAM		(1ull << 60)		/* through the streaming buffer, which Sabre does not have */
#define TTE_LOCALBUS		(1ull << 59)
#define TTE_CONTEXT		(0xfffull << 47)	/* of later chips */
#define TTE_PA			0x1ffffffe000ull	/* physical <40:13> */
#define TTE_C			(1ull << 4)		/* cacheable: must be set for RAM, DMA is coherent then */
#define TTE_REACH		(1ull << 41)		/* beyond <40:13> */
#define TSB_PAGE_SHIFT	13			/* without TTE_SIZE */
#define TSB_PAGE		(1ull << TSB_PAGE_SHIFT)
#define TTE_W			(1ull << 1)		/* the device may write */

#define TSB_ALIGNMENT		8192
#define TSB_SMALLEST		(8ull << 20)		/* bytes that 1024 entries cover */
#define TSB_LARGEST		(1ull << 30)
#define SAC_END			(1ull << 32)		/* of single-address cycles, all that the IOMMU takes */

/* PCI bus n, 0 or 1, of a chip that has two, A and B. */
#define PCI_CTL(n)		(0x2000 + 0x2000 * (n))	/* control and status */
#define PCI_DIAG(n)		(PCI_CTL(n) + 0x020)
#define STRBUF_CTL(n)		(PCI_CTL(n) + 0x800)	/* streaming buffer */
#define   STRBUF_EN		0x1ull			/*   on */
#define   STRBUF_DE		0x2ull			/*   its tags reachable */
#define   STRBUF_RR_DIS		0x4ull			/*   no cycle is run again for a line that is missing */
#define   STRBUF_LE		0x8ull			/*   entries are locked: which, is in LPTR */
#define   STRBUF_LPTR		0xf0ull
#define STRBUF_FLUSH(n)		(PCI_CTL(n) + 0x808)	/* write: the page of this bus address leaves it */
#define STRBUF_SYNC(n)		(PCI_CTL(n) + 0x810)	/* write: where 64 bytes are told that it has */

#endif
