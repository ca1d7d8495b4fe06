/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Judges a sighting of the oracle's by the view that the specification asks for, and puts it into the matrix.
 */
#ifndef JUDGE_H
#define JUDGE_H

#include "tests/conformance/framework/matrix.h"
#include "tests/conformance/probe/oracle.h"

/* Records what was seen, and fails the trial unless it is the view that the specification asks for, in an access that
 * the device has completed. */
void judge_view(struct trial *trial, enum structure structure, struct sighting sighting);

#endif
