/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What tests of the view oracle begin with: a machine with decoys, and two engines of software that do with memory what
 * the test wants, rightly or wrongly. One is to be in the bus view, the other in the physical one.
 */
#ifndef ORACLE_CASE_H
#define ORACLE_CASE_H

#include "tests/conformance/probe/oracle.h"
#include "tests/unit/dma_case.h"
#include "tests/unit/pci_stub.h"
#include "tests/unit/trial_case.h"

/* How an engine behaves; all zero: it takes numbers in no view, and says that it is done. */
struct case_behaviour {
	unsigned view;			/* enum view: where it goes; both are possible */
	enum engine_result result;
	bool does_not_start;
	unsigned late;			/* looks for its end that still find it silent */
	int beside;			/* a word that it writes as well, so many bytes from the target's start */
	uint64_t alias;			/* bits in which a number differs that it writes as well, physically */
	uint64_t drops;			/* bits of each number that it leaves out */
	bool ignores_permissions;	/* of the bridge's entries */
	bool remembers;			/* where a number led when it was first used */
	bool needs_no_bus_master;
	bool sees_zeroes, sees_rubbish;	/* reads */
	bool read_moves;		/* a read that writes the target as well, in the other view */
};

struct case_engine {
	struct engine *engine;
	struct case_behaviour does;
	unsigned starts, stops, transfers;	/* since case_oracle() */
};
extern struct case_engine case_bus, case_physical;

extern bool case_bus_master;		/* on, as long as no test switches it off */

/* cmocka's setup: all as at the start, both engines right, and case_trial is of case_bus.engine. */
int case_oracle(void **state);
int case_oracle_end(void **state);	/* nothing is left, and no frame has moved */
void case_expect(enum verdict verdict, const char *reason);	/* the reason begins so; clears the trial */

#endif
