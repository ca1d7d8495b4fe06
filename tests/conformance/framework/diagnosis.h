/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What stands behind a point that is not ok: its verdict and reason, the clauses and the source of its test, the
 * deviation that lists it, and the evidence that the test has gathered, as lines of YAML.
 */
#ifndef DIAGNOSIS_H
#define DIAGNOSIS_H

#include "tests/conformance/framework/test.h"
#include "tests/deviations/deviations.h"

/* known: the deviation that lists the point, or NULL; it is explained where it shows first in a run. */
void diagnosis_append(struct text *yaml, const struct trial *trial, const struct deviation *known);

/* Where a text was cut, its last line goes, so that what follows begins a new one. */
void diagnosis_drop_half_line(struct text *text);

#endif
