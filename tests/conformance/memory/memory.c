/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Suite memory: the last word of a run. After every test some of the free memory was looked at (runner.c); here all of
 * it is, every word, so that nothing that moved stays unseen. The Makefile links this suite last.
 */
#include "boot/frames.h"
#include "tests/conformance/framework/test.h"

static void untouched(struct trial *trial)
{
	struct frames_stray stray;

	if (frames_sweep(SWEEP_ALL, &stray))
		return;
	trial_fail(trial, "%llu words of free memory have changed since they were looked at last, the first at %#llx",
		   (unsigned long long)stray.words, (unsigned long long)stray.first.value);
	trial_note(trial, "stray", "found %016llx, expected %016llx", (unsigned long long)stray.found,
		   (unsigned long long)stray.expected);
}
CONFORMANCE_TEST("memory.untouched", untouched,
		 "After the whole run every word of free memory still holds what was left in it.",
		 .judged_by = EVIDENCE);
