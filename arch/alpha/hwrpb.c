/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The hardware restart parameter block, read without trust: an offset in it may lead anywhere, so each word is
 * loaded by alpha_peek(), and what cannot be read is not there.
 *
 * What the fields mean is left to memory.c and platform.c, where they are is in hwrpb.h.
 *
 * Source: Alpha Architecture Reference Manual, the HWRPB.
 */
#include "arch/alpha/alpha.h"

bool hwrpb_valid(void)
{
	uint64_t id, page_size;

	return alpha_peek(HWRPB + HWRPB_ID, &id) && id == HWRPB_ID_VALUE &&
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
