/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Patience: how long an engine is waited for, by how its waits have ended so far.
 *
 * A device that does not work at all would make a run last for minutes, and what its tests have to say is said by then;
 * so waits become short for whoever is silent. What is waited for, and what follows from an answer, is the caller's. Of
 * engines this file knows only which are alike. All times are in nanoseconds.
 */
#ifndef PATIENCE_H
#define PATIENCE_H

#include <stdbool.h>
#include <stdint.h>

#include "boot/clock.h"

/* The limit for a transfer that must work, generous because only a failure waits for it. */
#define ENGINE_LIMIT	SECONDS(2)
/* The limit for an answer that is allowed but not required: a device refused by the bridge may say so, or nothing. */
#define ENGINE_PATIENCE	MILLISECONDS(250)

/* What is known of an engine by how its waits have ended. */
enum habit { HABIT_UNKNOWN, HABIT_ANSWERS, HABIT_SILENT };

/* A part of the engine. */
struct patience {
	const struct patience *next;	/* of all that were added: patience_add() */
	const void *behind;		/* alike are those behind the same host bridge, */
	unsigned view;			/* in the same view */
	uint64_t slowest;		/* that a good transfer took */
	unsigned silences, answers;	/* waits in a row: of ENGINE_LIMIT and in vain, and answered */
	unsigned falls;			/* how often it became silent */
	enum habit habit;
};

/* From now on it tells what to think of those that are alike. It must stay where it is. */
void patience_add(struct patience *patience);

/* Notes how long a good transfer took, one of a size as those that must not happen have. */
void patience_took(struct patience *patience, uint64_t time);
/* Notes how a wait has ended: with an answer, or in vain after a limit as it was asked for, before patience_limit().
 * A failure is neither. */
void patience_answered(struct patience *patience);
void patience_silent(struct patience *patience, uint64_t limit);

/*
 * How long a transfer that must not happen is given to happen: twice what the slowest good one of this engine took so
 * far, within these bounds.
 */
#define PATIENCE_GRACE_LEAST	MILLISECONDS(1)
#define PATIENCE_GRACE_MOST	MILLISECONDS(200)
#define PATIENCE_GRACE_TIMES	2
uint64_t patience_grace(const struct patience *patience);

/*
 * What is left of a limit where the engine has been silent too often. Answers in a row make all waits long again, the
 * more of them the oftener it has fallen silent; from then on one silence is enough. An engine of which nothing is
 * known yet is taken for those that are alike, where one has fallen silent and none always answers: what is wrong there
 * is often the view.
 */
#define PATIENCE_SILENCES	3u
#define PATIENCE_ANSWERS	3u
#define PATIENCE_LIMIT_SILENT	MILLISECONDS(20)
/*
 * As long as no engine has ever answered, all waits share PATIENCE_LIMIT_DEAD: each takes at most one of so many shares
 * of what the waits before it have left. The first is as long as any other.
 */
#define PATIENCE_LIMIT_DEAD	SECONDS(6)
#define PATIENCE_SHARES		3
uint64_t patience_limit(const struct patience *patience, uint64_t limit);

/* Has any engine ever answered? Have some been asked, and none has? */
bool patience_any_answered(void);
bool patience_none_answered(void);

/* poll_until(), for what this engine must do, with what is left of ENGINE_LIMIT; and notes how it ended. */
#define patience_poll(patience, condition) ({ \
	bool done_ = poll_until(condition, patience_limit(patience, ENGINE_LIMIT)); \
	if (done_) \
		patience_answered(patience); \
	else \
		patience_silent(patience, ENGINE_LIMIT); \
	done_; \
})

#endif
