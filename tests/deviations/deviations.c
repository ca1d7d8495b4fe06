/* SPDX-License-Identifier: BSD-2-Clause */
/* Looking up deviations: see deviations.h. The lists are in the other files of this folder. */
#include "tests/deviations/deviations.h"

#include <stddef.h>

TABLE_DECLARE(deviations, const struct deviation_list);

const struct deviation *deviation_get(unsigned number)
{
	TABLE_EACH(deviations, const struct deviation_list, entry) {
		if (number < (*entry)->count)
			return &(*entry)->deviations[number];
		number -= (*entry)->count;
	}
	return NULL;
}

static unsigned number_of(const struct release *release)
{
	return (unsigned)release->major << 16 | release->minor << 8 | release->micro;
}

static bool within(const struct deviation *deviation, const struct release *qemu)
{
	unsigned number = number_of(qemu), until = number_of(&deviation->until);

	return number >= number_of(&deviation->since) && (until == 0 || number < until);
}

/* What a build on the way to a release will be: 10.2.50 to 10.2.99 lead to 11.0.0. There are three releases a year. */
static struct release coming(const struct release *qemu)
{
	bool last = qemu->minor >= 2;

	return (struct release) { qemu->major + last, last ? 0 : qemu->minor + 1, 0 };
}

#define ON_THE_WAY	50	/* in place of the third number: no release */

enum applies { NO, PERHAPS, YES };

/* A build between two releases may have what the one shows and what the other shows. */
static enum applies applies(const struct deviation *deviation, const struct release *qemu)
{
	struct release next = coming(qemu);
	bool now = within(deviation, qemu);

	if (number_of(&deviation->since) == 0 && number_of(&deviation->until) == 0)
		return YES;
	if (number_of(qemu) == 0)
		return PERHAPS;
	if (qemu->micro < ON_THE_WAY || within(deviation, &next) == now)
		return now ? YES : NO;
	return PERHAPS;
}

bool deviation_may_show(const struct deviation *deviation, const struct deviation_place *place)
{
	return place->emulated == (deviation->profile == PROFILE_QEMU) &&
	       glob_match_any(deviation->machine, place->machine) &&
	       (!deviation->firmware || glob_match_any(deviation->firmware, place->firmware)) &&
	       applies(deviation, &place->qemu) != NO;
}

static bool lists(const struct deviation *deviation, const char *point, const struct deviation_place *place)
{
	return deviation->skip != SKIP_ASKED && glob_match_any(deviation->points, point) &&
	       deviation_may_show(deviation, place);
}

static bool explains(const struct deviation *deviation, const char *reason)
{
	return !reason || glob_match_any(deviation->because, reason);
}

/* Asked for every point, so the lists are gone through but once. */
const struct deviation *deviation_find(const char *point, const char *reason, const struct deviation_place *place)
{
	TABLE_EACH(deviations, const struct deviation_list, entry)
		for (unsigned i = 0; i < (*entry)->count; i++)
			if (lists(&(*entry)->deviations[i], point, place) &&
			    explains(&(*entry)->deviations[i], reason))
				return &(*entry)->deviations[i];
	return NULL;
}

bool deviation_must_show(const struct deviation *deviation, const struct deviation_place *place)
{
	return deviation->shows == ALWAYS && applies(deviation, &place->qemu) == YES;
}
