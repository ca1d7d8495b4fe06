/* SPDX-License-Identifier: BSD-2-Clause */
/* The deviations of this run: see known.h. Tests ask here too, by known_end() of test.h. */
#include "tests/conformance/framework/known.h"

#include "arch/arch.h"
#include "boot/print.h"
#include "boot/string.h"
#include "tests/conformance/framework/test.h"

static const struct command_line *line;

void known_start(const struct command_line *command_line)
{
	line = command_line;
}

static struct deviation_place place(void)
{
	const struct platform *platform = arch_platform();

	return (struct deviation_place) { platform->machine, platform->emulated, line->qemu,
					  platform->firmware };
}

const struct deviation *known_deviation(const char *point, const char *reason)
{
	struct deviation_place here = place();

	return line->deviations ? deviation_find(point, reason, &here) : NULL;
}

bool known_must_show(const struct deviation *deviation)
{
	struct deviation_place here = place();

	return deviation && deviation_must_show(deviation, &here);
}

const char *known_to_be_skipped(const struct deviation *deviation)
{
	static char reason[128];

	if (!deviation || deviation->skip == SKIP_NONE)
		return NULL;
	format(reason, sizeof(reason), "%s: some QEMUs end or hang here; deviations=off tries it", deviation->name);
	return reason;
}

const char *known_end(const char *name)
{
	struct deviation_place here;

	if (!line || !line->deviations)
		return NULL;
	here = place();
	for (unsigned i = 0; deviation_get(i); i++)
		if (strcmp(deviation_get(i)->name, name) == 0)
			return deviation_may_show(deviation_get(i), &here) ? known_to_be_skipped(deviation_get(i)) :
			       NULL;
	return NULL;
}
