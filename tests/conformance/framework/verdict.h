/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What a test is given, and how it gives its verdict and leaves its evidence. A test that returns without a word has
 * passed. The first complaint counts; later ones are kept as evidence. A skip is no complaint: what goes wrong after it
 * counts.
 */
#ifndef VERDICT_H
#define VERDICT_H

#include <stdbool.h>
#include <stdint.h>

#include "boot/print.h"

struct conformance_test;
struct subject;

enum verdict { VERDICT_PASS, VERDICT_SKIP, VERDICT_FAIL, VERDICT_ERROR };

/* The trial's own: read-only for tests. */
struct trial {
	const struct conformance_test *test;
	const struct subject *subject;
	enum verdict verdict;
	char reason[200];		/* of anything but a pass; of a record: what was seen */
	struct text evidence;		/* YAML lines "key: value" */
	uint64_t random;		/* state of trial_random(), from the seed and the point's name */
};

/* The subject does not do what it must. */
void trial_fail(struct trial *trial, const char *reason, ...) __attribute__((format(printf, 2, 3)));
/* It cannot be judged: busproof's own trouble, or what it stands on does not work. Never a pass. */
void trial_error(struct trial *trial, const char *reason, ...) __attribute__((format(printf, 2, 3)));
/* It turned out, while running, that there is nothing to judge. */
void trial_skip(struct trial *trial, const char *reason, ...) __attribute__((format(printf, 2, 3)));
/* A fact for the report (MAY clauses, choices the device made). */
void trial_record(struct trial *trial, const char *fact, ...) __attribute__((format(printf, 2, 3)));
/* A line of the YAML block: printed when the point does not pass, or with log=debug. */
void trial_note(struct trial *trial, const char *key, const char *value, ...) __attribute__((format(printf, 3, 4)));

/* Fails with "what: expected ..., found ..." unless they are equal; says whether they are. */
bool expect_equal(struct trial *trial, const char *what, uint64_t found, uint64_t expected);
/* Fails with the reason unless the condition holds; says whether it does. */
bool expect(struct trial *trial, bool condition, const char *reason, ...) __attribute__((format(printf, 3, 4)));

uint64_t trial_random(struct trial *trial);

/* Does the trial go on? False after the first complaint or skip. */
static inline bool trial_good(const struct trial *trial)
{
	return trial->verdict == VERDICT_PASS;
}

#endif
