/* SPDX-License-Identifier: BSD-2-Clause */
/* How long an engine is waited for: see patience.h. */
#include "drivers/engine/patience.h"

#include <stddef.h>

static const struct patience *added;
/* Has any of them answered; if not, how long all have been waited for in vain. */
static bool any_answered;
static uint64_t in_vain;

void patience_add(struct patience *patience)
{
	patience->next = added;
	added = patience;
}

void patience_took(struct patience *patience, uint64_t time)
{
	if (time > patience->slowest)
		patience->slowest = time;
}

uint64_t patience_grace(const struct patience *patience)
{
	uint64_t grace = patience->slowest * PATIENCE_GRACE_TIMES;

	if (grace < PATIENCE_GRACE_LEAST)
		return PATIENCE_GRACE_LEAST;
	return grace < PATIENCE_GRACE_MOST ? grace : PATIENCE_GRACE_MOST;
}

static bool alike(const struct patience *a, const struct patience *b)
{
	return a->view == b->view && a->behind == b->behind;
}

/* Has one of those like it fallen silent, and does none always answer? */
static bool others_are_silent(const struct patience *patience)
{
	bool silent = false;

	for (const struct patience *other = added; other; other = other->next) {
		if (other->habit == HABIT_UNKNOWN || !alike(other, patience))
			continue;
		if (other->falls == 0)
			return false;
		silent = true;
	}
	return silent;
}

/* A share of what is left, so that waits for a machine of which nothing works come to an end, however many they are. */
static uint64_t dead_limit(uint64_t limit)
{
	uint64_t left = in_vain < PATIENCE_LIMIT_DEAD ? (PATIENCE_LIMIT_DEAD - in_vain) / PATIENCE_SHARES : 0;

	if (left < PATIENCE_GRACE_LEAST)
		left = PATIENCE_GRACE_LEAST;
	return limit < left ? limit : left;
}

uint64_t patience_limit(const struct patience *patience, uint64_t limit)
{
	bool silent = patience->habit == HABIT_SILENT ||
		      (patience->habit == HABIT_UNKNOWN && others_are_silent(patience));

	if (!any_answered)
		return dead_limit(limit);
	return silent && limit > PATIENCE_LIMIT_SILENT ? clock_patience(PATIENCE_LIMIT_SILENT) : limit;
}

#define FALLS_COUNTED	8

void patience_answered(struct patience *patience)
{
	unsigned falls = patience->falls < FALLS_COUNTED ? patience->falls : FALLS_COUNTED;

	any_answered = true;
	patience->silences = 0;
	if (++patience->answers >= PATIENCE_ANSWERS << falls)
		patience->habit = HABIT_ANSWERS;
}

static void count_silence(struct patience *patience)
{
	patience->answers = 0;
	patience->silences++;
	if (patience->habit == HABIT_SILENT || (patience->falls == 0 && patience->silences < PATIENCE_SILENCES))
		return;
	patience->habit = HABIT_SILENT;
	patience->falls++;
}

/* Waits shorter than ENGINE_LIMIT are for answers that need not come. */
void patience_silent(struct patience *patience, uint64_t limit)
{
	in_vain += patience_limit(patience, limit);
	if (limit < ENGINE_LIMIT)
		return;
	clock_limit_reached();
	count_silence(patience);
}

bool patience_any_answered(void)
{
	return any_answered;
}

bool patience_none_answered(void)
{
	return !any_answered && in_vain > 0;
}
