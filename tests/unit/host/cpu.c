/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the toy CPU of the unit tests has of a CPU's own tests: no trap that it could be made to take, and registers
 * that belong to the compiler.
 */
#include "tests/unit/host/host.h"

const struct arch_provocation arch_provocations[1];
const unsigned arch_provocation_count = 0;

int arch_hold_registers(const volatile uint32_t *flag, uint64_t turns, phys_addr address, uint64_t value)
{
	if (*flag)
		return HOLD_EARLY;
	if (address.value)
		mmio_write64_le(address, value);
	while (!*flag && turns-- > 0)
		cpu_relax();
	return *flag ? 0 : HOLD_LATE;
}
