/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The logout frame: what PALcode or the console leaves in memory about a machine check.
 */
#ifndef LOGOUT_H
#define LOGOUT_H

#include "arch/arch.h"

#define LOGOUT_WORDS	24

struct logout {
	unsigned count;
	uint64_t words[LOGOUT_WORDS];
	const char *names[LOGOUT_WORDS];
	const char *errors[TRAP_ERRORS];	/* as in struct trap_frame */
};

/*
 * Reads the frame at a virtual address with peek(), which is false for what cannot be read. Only the frame's size and
 * the offsets of its two parts are believed, and only where they fit each other; else the logout has no words.
 */
void logout_read(struct logout *logout, uint64_t address, bool (*peek)(uint64_t address, uint64_t *value));

#endif
