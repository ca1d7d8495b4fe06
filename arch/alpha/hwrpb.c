/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The hardware restart parameter block, read without trust: an offset in it may lead anywhere, so each word is
 * loaded by alpha_peek(), and what cannot be read is not there.
 *
 * What the fields mean is left to memory.c and platform.c.
 *
 * Source: Alpha Architecture Reference Manual, the HWRPB.
 */
#include "arch/alpha/alpha.h"

#define HWRPB		0x10000000ul	/* virtual; the console firmware has mapped it */
#define HWRPB_ID	0x08
#define   ID		0x4857525042000000ul	/* "HWRPB", the first letter on top */
#define HWRPB_PAGE_SIZE	0x28
#define HWRPB_REACH	0x100000ul	/* more than any console's block and its tables take */

bool hwrpb_valid(void)
{
	uint64_t id, page_size;

	return alpha_peek(HWRPB + HWRPB_ID, &id) && id == ID &&
	       alpha_peek(HWRPB + HWRPB_PAGE_SIZE, &page_size) && page_size == CPU_PAGE_SIZE;
}

bool hwrpb_read(uint64_t offset, uint64_t *value)
{
	return offset < HWRPB_REACH && offset % 8 == 0 && hwrpb_valid() && alpha_peek(HWRPB + offset, value);
}

void hwrpb_write(uint64_t offset, uint64_t value)
{
	*(volatile uint64_t *)(HWRPB + offset) = value;
	barrier_full();
}
