/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Names chosen by globs: * is any text, also none; ? is any one character. All else stands for itself.
 */
#include <stddef.h>

#include "boot/command_line.h"

static bool ends(char c)
{
	return c == 0 || c == ',';
}

/*
 * Does name match the glob that ends at a comma or at the end of the text? When a character does not fit, the last *
 * takes one more; going back further is never needed, because what stood before it matched the shortest way.
 */
static bool glob_match(const char *glob, const char *name)
{
	const char *after_star = NULL;
	const char *star_end = NULL;

	for (;;) {
		if (*glob == '*') {
			after_star = ++glob;
			star_end = name;
		} else if (*name == 0) {
			return ends(*glob);
		} else if (!ends(*glob) && (*glob == '?' || *glob == *name)) {
			glob++;
			name++;
		} else if (after_star) {
			glob = after_star;
			name = ++star_end;
		} else {
			return false;
		}
	}
}

static bool glob_names(const char *glob, const char *name)
{
	while (*name && *glob == *name) {
		glob++;
		name++;
	}
	return *name == 0 && (ends(*glob) || *glob == '/');
}

static bool any(const char *globs, const char *name, bool (*fits)(const char *glob, const char *name))
{
	while (*globs) {
		if (fits(globs, name))
			return true;
		while (!ends(*globs))
			globs++;
		if (*globs == ',')
			globs++;
	}
	return false;
}

bool glob_match_any(const char *globs, const char *name)
{
	return any(globs, name, glob_match);
}

bool glob_names_any(const char *globs, const char *name)
{
	return any(globs, name, glob_names);
}
