/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The registers of the Pchip (21272 "Tsunami/Typhoon"), for its driver and for the tests that judge it.
 *
 * Whoever is neither of them opens windows through domain.h.
 *
 * Source: 21272 Chipset Hardware Reference Manual (DS-0025A-TE), chapter 10.
 */
#ifndef IOMMU_TYPHOON_H
#define IOMMU_TYPHOON_H

#include "drivers/iommu/domain.h"

#define TYPHOON_WINDOWS		4	/* without the monster window */

#define PCHIP_WSBA(n)		(0x000 + 0x40 * (n))	/* window space base, n = 0..3 */
#define   WSBA_ENA		0x00000001ull		/*   the window answers */
#define   WSBA_SG		0x00000002ull		/*   pages are looked up in the scatter-gather map */
#define   WSBA_ADDR		0xfff00000ull		/*   base, in units of 1 MiB */
#define   WSBA3_DAC		0x8000000000ull		/*   window 3 only: claims dual-address cycles instead */
#define PCHIP_WSM(n)		(0x100 + 0x40 * (n))	/* window space mask: the address bits inside the window */
#define   WSM_MASK		0x7ff00000ull		/*   in units of 1 MiB; at most 2 GiB */
#define PCHIP_TBA(n)		(0x200 + 0x40 * (n))	/* where the window leads, or its page table */
#define   TBA_ADDR		0x7fffffc00ull		/*   physical <34:10> */
#define PCHIP_PCTL		0x300			/* control */
#define   PCTL_HOLE		0x20ull			/*   512 KiB to 1 MiB is nobody's */
#define   PCTL_MWIN		0x40ull			/*   monster window */
#define   PCTL_PTEVRFY		0x100000000000ull	/*   a page table entry is verified before data is fetched */
#define PCHIP_PLAT		0x340			/* master latency */
#define   PLAT_LATENCY		0xff00ull		/*   in PCI clocks */
#define PCHIP_PERROR		0x3c0			/* first error, frozen until cleared */
#define   PERROR_BITS		0xfffull		/*   what happened; write one to clear */
#define   PERROR_LOST		0x001ull		/*   more happened since */
#define   PERROR_SGE		0x010ull		/*   a page table entry was not valid */
#define   PERROR_ADDR(v)	((uint32_t)((v) >> 16) & ~3u)	/*   PCI address <31:2>, in PERROR<47:18> */
#define   PERROR_INV		0x8000000000000ull	/*   the address is not valid */
#define   PERROR_CMD(v)		((unsigned)((v) >> 52) & 0xf)	/*   PCI command */
#define PCHIP_PERRMASK		0x400			/* which errors are recorded; 0 after reset: none */
#define   PERRMASK_DMA		0x0cffull		/*   all but bit 9 (reserved) and NDS, set by probing */
#define PCHIP_PERRSET		0x440			/* write: makes these errors happen */
#define PCHIP_TLBIV		0x480			/* write: forget the entries of 64 KiB */
#define   TLBIV_ADDR(a)		(((a) & 0xffff0000ull) >> 12)	/*   PCI <31:16> in <19:4> */
#define PCHIP_TLBIA		0x4c0			/* write: forget all cached entries */

/* PCI addresses whose bit 40 alone is set of <63:40> are monster window; <39:35> are ignored: 32 GiB. */
#define MONSTER_BASE		0x10000000000ull
#define MONSTER_SIZE		(1ull << 35)

/* Scatter-gather map entry: 8 bytes a page of 8 KiB, little-endian. */
#define PTE_VALID		0x1ull
#define PTE_PFN(pa)		((pa) >> 13 << 1)
#define PTE_REACH		(1ull << 35)		/* what the memory ports of the chipset have */
#define TYPHOON_PAGE_SHIFT	13
#define TYPHOON_PAGE		(1ull << TYPHOON_PAGE_SHIFT)

/* A window 3 with WSBA3_DAC claims the 4 GiB whose bit 39 alone is set of <63:32>; its table has 4 MiB. */
#define DAC_BASE		0x8000000000ull
#define DAC_TABLE		(4ull << 20)

uint64_t typhoon_read(const struct dma_domain *domain, unsigned reg);
void typhoon_write(const struct dma_domain *domain, unsigned reg, uint64_t value);

/* All that decides where a DMA goes. */
struct typhoon_registers {
	uint64_t wsba[TYPHOON_WINDOWS];
	uint64_t wsm[TYPHOON_WINDOWS];
	uint64_t tba[TYPHOON_WINDOWS];
	uint64_t pctl;
};
void typhoon_save(const struct dma_domain *domain, struct typhoon_registers *registers);
/* Puts them back, but not domain->windows, and has cached entries forgotten. No device may be doing DMA. */
void typhoon_load(struct dma_domain *domain, const struct typhoon_registers *registers);
/* As the console firmware left them, which it needs before it runs again; NULL while quiet() has not run yet. */
const struct typhoon_registers *typhoon_console(const struct dma_domain *domain);

#endif
