/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What is known of this platform: the table of deviations (tests/deviations), as it counts in this run, on this machine
 * and under this version of QEMU.
 */
#ifndef KNOWN_H
#define KNOWN_H

#include "boot/command_line.h"
#include "tests/deviations/deviations.h"

/* The run's words: deviations=off, and the version of QEMU. They are kept by address. */
void known_start(const struct command_line *line);

/*
 * The deviation that lists a point, and NULL with deviations=off. reason: of its failure; NULL when it has not failed.
 */
const struct deviation *known_deviation(const char *point, const char *reason);

/* Whether a point that it lists must fail here; false for NULL. */
bool known_must_show(const struct deviation *deviation);

/* Why a point that it lists is not run here, for a SKIP; NULL when it is, or for NULL. Good until the next call. */
const char *known_to_be_skipped(const struct deviation *deviation);

#endif
