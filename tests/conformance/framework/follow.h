/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Does a failure follow the bridge or the device? A test that runs on every engine and fails on each of them tells of
 * the bridge, one that fails on some of them tells of those.
 */
#ifndef FOLLOW_H
#define FOLLOW_H

#include "tests/conformance/framework/test.h"

void follow_forget(void);
/* Takes note of a point's verdict. known: a deviation lists it. */
void follow_note(const struct trial *trial, bool known);
/* Comment lines for tests of scope_bus_engine that failed, where there was more than one engine to compare. */
void follow_print(void);

#endif
