/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Deviations: known, named differences from the standard on one platform. A table in the image itself, so that a boot
 * by hand, the gate and a board farm give the same verdict.
 *
 * A listed point that fails as listed is "not ok ... # TODO name" and does not fail the run; one that fails for another
 * reason does. A deviation marked ALWAYS that does not show on a point it lists fails the run, so that the table never
 * outlives the bug.
 */
#ifndef DEVIATIONS_H
#define DEVIATIONS_H

#include <stdbool.h>

#include "boot/command_line.h"
#include "boot/table.h"

enum deviation_profile { PROFILE_QEMU, PROFILE_HARDWARE };
/* SOMETIMES: on some devices or machines. RACY: on the same machine now, and then not. */
enum deviation_shows { ALWAYS, SOMETIMES, RACY };

/*
 * Points that would end QEMU or hang it are SKIPs that name the deviation, and tried with deviations=off only. ALL: all
 * that it lists. ASKED: some of them, as their tests say, which ask the table by the deviation's name.
 */
enum deviation_skip { SKIP_NONE, SKIP_ALL, SKIP_ASKED };

struct deviation {
	const char *name;
	const char *points;		/* globs of point names, separated by commas */
	const char *machine;		/* "clipper", "sun4u", "dummy-virt", or "*" */
	enum deviation_profile profile;
	/* NULL, or which firmware's it is, and not the machine's: a glob of what platform->firmware says. */
	const char *firmware;
	enum deviation_shows shows;
	/* Globs of the reason, separated by commas (? stands for one of the reason's own): how its points fail. What
	 * differs from device to device, such as an address, is *, so that no legal one makes a false alarm. */
	const char *because;
	const char *reason;		/* what is seen, what is right, and how to see it by hand */
	const char *reference;		/* a clause id, a manual's section, a source file */
	const char *needs;		/* NULL, or what no machine of the gate has: it must not show there */
	/* It shows from the one on and before the other; all 0: no limit. Where QEMU's version is not known, it may. */
	struct release since, until;
	enum deviation_skip skip;
};

/* A file's own list registers itself with DEVIATIONS(list). */
struct deviation_list {
	const struct deviation *deviations;
	unsigned count;
};
#define DEVIATIONS(list) \
	static const struct deviation_list list##_registered = { list, sizeof(list) / sizeof((list)[0]) }; \
	TABLE_ADD(deviations, const struct deviation_list, list##_registered)

/* All of them, in the order of their files; NULL behind the last. */
const struct deviation *deviation_get(unsigned number);

/* Where a run is. */
struct deviation_place {
	const char *machine;
	bool emulated;
	struct release qemu;		/* all 0: not known */
	const char *firmware;		/* who booted us */
};

/* The deviation that lists this point here, or NULL. reason: of its failure; NULL when it has not failed. Not one that
 * tests ask for. */
const struct deviation *deviation_find(const char *point, const char *reason, const struct deviation_place *place);

/* Whether it counts here at all. */
bool deviation_may_show(const struct deviation *deviation, const struct deviation_place *place);
/* Whether a point that it lists must fail here: no device, machine, moment or version of QEMU decides. */
bool deviation_must_show(const struct deviation *deviation, const struct deviation_place *place);

#endif
