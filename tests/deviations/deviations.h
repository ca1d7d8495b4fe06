/*
 * Deviations: known, named differences from the standard on one platform. A table in the image itself, so that a boot
 * by hand, the gate and a board farm give the same verdict.
 *
 * A listed point that fails is "not ok ... # TODO name" and does not fail the run. A deviation marked ALWAYS that does
 * not show on a point it lists fails the run, so that the table never outlives the bug.
 */
#ifndef DEVIATIONS_H
#define DEVIATIONS_H

#include <stdbool.h>

#include "boot/table.h"

enum deviation_profile { PROFILE_QEMU, PROFILE_HARDWARE };
/*
 * SOMETIMES: on some devices or machines. RACY: on the same machine now, and then not. FATAL: it ends or hangs some
 * QEMUs, so the point is a SKIP that names it, and is tried with deviations=off only.
 */
enum deviation_shows { ALWAYS, SOMETIMES, RACY, FATAL };

struct deviation {
	const char *name;
	const char *points;		/* globs of point names, separated by commas */
	const char *machine;		/* "clipper", "sun4u", or "*" */
	enum deviation_profile profile;
	enum deviation_shows shows;
	const char *reason;		/* what is seen, what is right, and how to see it by hand */
	const char *reference;		/* a clause id, a manual's section, a source file */
	const char *needs;		/* NULL, or what no machine of the gate has: it must not show there */
	const char *because;		/* NULL, or a glob of the reason: failing for another one fails the run */
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

/* The deviation that lists this point on this machine, or NULL. reason: of its failure; NULL when it has passed. */
const struct deviation *deviation_find(const char *point, const char *reason, const char *machine, bool emulated);

#endif
