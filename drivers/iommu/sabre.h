/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Registers that Sabre's IOMMU has beside those of its kind (tsb.h), for its driver and for the suite that judges the
 * chip.
 *
 * Source: UltraSPARC-IIi User's Manual (805-0087); OpenBSD psychoreg.h and iommureg.h for names.
 */
#ifndef IOMMU_SABRE_H
#define IOMMU_SABRE_H

#include "drivers/iommu/tsb.h"

#define   AFSR_P_DTE		(1ull << 56)		/*   of DMA_UE_AFSR: translation error, the first */
#define   AFSR_S_DTE		(1ull << 57)		/*   another one since */
#define   AFSR_ERRORS		0x6f00000000000000ull	/*   all sticky bits */
#define DMA_WRSYNC		0x1c20			/* read: waits until DMA writes accepted so far are in memory */
#define PCI_PIO_AFSR		0x2010			/* errors of the CPU's accesses, write one to clear */
#define   PIO_AFSR_ERRORS	0xff00000000000000ull	/*   all sticky bits */
#define PCI_TAS			0x2028			/* bit n: 512 MiB from n * 512 MiB on are DMA, to the IOMMU */
#define   TAS_UNIT		(512ull << 20)
#define   TAS_UNITS		8
#define   DATA_PPN		0x1fffffull		/*   of IOMMU_TLB_DATA(n): physical address <33:13> */
#define TTE_PA_ABSENT		0x1fc00000000ull	/* <40:34> of an entry's address, which Sabre does not have */

#endif
