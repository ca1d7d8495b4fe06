/* SPDX-License-Identifier: BSD-2-Clause */
/* Registers that a test has to itself: see borrow.h. */
#include "tests/conformance/probe/borrow.h"

#include "boot/trap.h"
#include "drivers/engine/engine.h"

struct borrower {
	struct trial *trial;
	void (*body)(struct trial *trial);
};

static void call_body(void *argument)
{
	const struct borrower *borrower = argument;

	borrower->body(borrower->trial);
}

static void stop_engine(void *argument)
{
	struct trial *trial = argument;

	if (trial->subject->engine)
		engine_stop(trial->subject->engine);
}

/* A trap is an error, and no more than the end of what trapped. */
static void guarded(struct trial *trial, void (*function)(void *), void *argument)
{
	static struct trap_record record;
	char buffer[200] = "";
	struct text text = { buffer, sizeof(buffer), 0, false };

	if (trap_guard(function, argument, &record))
		return;
	trap_summarize(&text, &record);
	trial_error(trial, "trapped: %s", buffer);
}

void borrow(struct trial *trial, const struct borrowing *registers, void (*body)(struct trial *trial))
{
	struct borrower borrower = { trial, body };

	registers->save(trial);
	guarded(trial, call_body, &borrower);
	guarded(trial, stop_engine, trial);
	registers->restore(trial);
}
