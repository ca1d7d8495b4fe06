/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Registers and translation table entries of Sabre's IOMMU, for its driver and for the suite that judges the chip.
 * Offsets are from Sabre's registers; all are 64 bits wide and big-endian.
 *
 * Source: UltraSPARC-IIi User's Manual (805-0087); OpenBSD psychoreg.h and iommureg.h for names.
 */
#ifndef IOMMU_SABRE_H
#define IOMMU_SABRE_H

#include <stdint.h>

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
#define   AFSR_P_DTE		(1ull << 56)		/*   translation error, the first */
#define   AFSR_S_DTE		(1ull << 57)		/*   another one since */
#define   AFSR_ERRORS		0x6f00000000000000ull	/*   all sticky bits */
#define DMA_UE_AFAR		0x038			/* its address */
#define DMA_WRSYNC		0x1c20			/* read: waits until DMA writes accepted so far are in memory */
#define PCI_PIO_AFSR		0x2010			/* errors of the CPU's accesses, write one to clear */
#define   PIO_AFSR_ERRORS	0xff00000000000000ull	/*   all sticky bits */
#define PCI_TAS			0x2028			/* bit n: 512 MiB from n * 512 MiB on are DMA, to the IOMMU */
#define   TAS_UNIT		(512ull << 20)
#define   TAS_UNITS		8
#define IOMMU_TLB_TAG(n)	(0xa580 + 8 * (n))	/* diagnostics, n = 0..15 */
#define   TAG_VPN		0x7ffffull		/*   bus address <31:13> */
#define IOMMU_TLB_DATA(n)	(0xa600 + 8 * (n))
#define   DATA_V		(1ull << 30)		/*   the entry is valid */
#define   DATA_PPN		0x1fffffull		/*   physical address <33:13> */
#define IOMMU_TLB_ENTRIES	16

/* Translation table entry: 8 bytes a page, big-endian. */
#define TTE_V			(1ull << 63)		/* valid: the device may read */
#define TTE_SIZE		(1ull << 61)		/* a page of 64 KiB, whose PA begins at bit 16 */
#define TTE_STREAM		(1ull << 60)		/* through the streaming buffer, which Sabre does not have */
#define TTE_LOCALBUS		(1ull << 59)
#define TTE_CONTEXT		(0xfffull << 47)	/* of later chips */
#define TTE_PA			0x1ffffffe000ull	/* physical <40:13>; Sabre itself has <33:13> */
#define TTE_PA_ABSENT		0x1fc00000000ull	/*   <40:34>, which Sabre does not have */
#define TTE_C			(1ull << 4)		/* cacheable: must be set for RAM, DMA is coherent then */
#define TTE_REACH		(1ull << 41)		/* beyond <40:13> */
#define SABRE_PAGE_SHIFT	13			/* without TTE_SIZE */
#define SABRE_PAGE		(1ull << SABRE_PAGE_SHIFT)
#define TTE_W			(1ull << 1)		/* the device may write */

#endif
