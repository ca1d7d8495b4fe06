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

const struct deviation *deviation_find(const char *point, const char *machine, bool emulated)
{
	const struct deviation *deviation;

	for (unsigned i = 0; (deviation = deviation_get(i)); i++)
		if (emulated == (deviation->profile == PROFILE_QEMU) && glob_match_any(deviation->machine, machine) &&
		    glob_match_any(deviation->points, point))
			return deviation;
	return NULL;
}
