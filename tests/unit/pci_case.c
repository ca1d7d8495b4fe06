/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * See pci_case.h.
 */
#include "tests/unit/pci_case.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#define TREES	150
#define DEVICES	60

const struct bus_range case_mem_room = { 0x10000000, 0x3fffffff };

static uint64_t random_state;

int case_start(void **state)
{
	(void)state;
	model_start((struct bus_range) { 0x9000, 0xffff }, case_mem_room);
	return 0;
}

unsigned case_random(unsigned limit)
{
	random_state = random_state * 6364136223846793005ull + 1442695040888963407ull;
	return (unsigned)(random_state >> 33) % limit;
}

void case_random_trees(void (*make)(unsigned devices))
{
	const char *given = getenv("PCI_SEED");
	uint64_t seed = given ? strtoull(given, NULL, 0) : (uint64_t)time(NULL);

	printf("# PCI_SEED=%llu\n", (unsigned long long)seed);
	for (unsigned tree = 0; tree < TREES; tree++) {
		random_state = seed + tree;
		make(DEVICES);
		model_enumerate();
		assert_int_equal(pci_left_out(), 0);
	}
}
