/* SPDX-License-Identifier: BSD-2-Clause */
/* The page of the CPU's memory management: see arch/arch.h. The smallest of the three that the architecture has. */
#ifndef PAGE_H
#define PAGE_H

#define CPU_PAGE_SIZE	4096ul

#endif
