/* Looking up deviations: see deviations.h. The lists are in the other files of this folder. */
#include "tests/deviations/deviations.h"

#include <stddef.h>

#include "boot/command_line.h"

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

static bool lists(const struct deviation *deviation, const char *point, const char *machine, bool emulated)
{
	return emulated == (deviation->profile == PROFILE_QEMU) && glob_match_any(deviation->points, point) &&
	       glob_match_any(deviation->machine, machine);
}

static bool explains(const struct deviation *deviation, const char *reason)
{
	return !reason || !deviation->because || glob_match_any(deviation->because, reason);
}

/* Asked for every point, so the lists are gone through but once. */
const struct deviation *deviation_find(const char *point, const char *reason, const char *machine, bool emulated)
{
	TABLE_EACH(deviations, const struct deviation_list, entry)
		for (unsigned i = 0; i < (*entry)->count; i++)
			if (lists(&(*entry)->deviations[i], point, machine, emulated) &&
			    explains(&(*entry)->deviations[i], reason))
				return &(*entry)->deviations[i];
	return NULL;
}
