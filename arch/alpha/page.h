/* SPDX-License-Identifier: BSD-2-Clause */
/* The page of the CPU's memory management: see arch/arch.h. */
#ifndef PAGE_H
#define PAGE_H

#define CPU_PAGE_SIZE	8192ul

#endif
