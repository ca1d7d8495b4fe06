/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The writer of TAP version 14: the plan, one line a point, YAML blocks, comments. It only writes; what a verdict
 * means is decided by tests/conformance.
 */
#ifndef TAP_H
#define TAP_H

#include <stdbool.h>

/* The version line and the plan. No points at all: "1..0 # SKIP reason"; else the reason is not looked at. */
void tap_plan(unsigned points, const char *skip_reason);

/*
 * One point. directive is "" or a text such as "SKIP no such device" or "TODO name"; description and directive are
 * escaped. yaml is NULL or lines, each ending in a newline, printed between --- and ... with two spaces before them.
 * In all texts here, what is not printing ASCII is printed as "?".
 */
void tap_point(unsigned number, bool ok, const char *description, const char *directive, const char *yaml);

/* "# " and the text, once for each line in it. What comes before the plan is kept and follows it: the plan is first. */
void tap_comment(const char *text, ...) __attribute__((format(printf, 1, 2)));

/* Everything is lost: stops a parser at once. */
void tap_bail_out(const char *reason);

#endif
