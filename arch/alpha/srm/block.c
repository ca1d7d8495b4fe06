/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The HWRPB as the first stage reads it: the console has mapped it, and so it can be loaded from as it is.
 */
#include "arch/alpha/srm/srm.h"

bool srm_read(uint64_t address, uint64_t *value)
{
	*value = *(const volatile uint64_t *)address;
	return true;
}

uint64_t srm_field(uint64_t offset)
{
	return hwrpb_field(srm_read, offset);
}

uint64_t srm_slot(void)
{
	return srm_field(HWRPB_SLOTS) + srm_field(HWRPB_CPU) * srm_field(HWRPB_SLOT_SIZE);
}
