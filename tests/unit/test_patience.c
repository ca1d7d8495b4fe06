/* SPDX-License-Identifier: BSD-2-Clause */
/* sources: drivers/engine/patience.c boot/clock.c */
/*
 * How long an engine is waited for: one that was silent too often less long, until it answers, and all of them less
 * long while none ever has.
 */
#include "drivers/engine/patience.h"
#include "tests/unit/host/host.h"

static void be_silent(struct patience *patience)
{
	for (unsigned i = 0; i < PATIENCE_SILENCES; i++) {
		patience_silent(patience, ENGINE_LIMIT);
		/* An answer that need not come tells nothing when it does not. */
		patience_silent(patience, ENGINE_PATIENCE);
	}
}

static void answer(struct patience *patience)
{
	for (unsigned i = 0; i < PATIENCE_ANSWERS; i++)
		patience_answered(patience);
}

/* However many they are; the first is as long as any. */
static void waits_share_little_while_nothing_works(void **state)
{
	struct patience dead = { 0 }, alive = { 0 };
	uint64_t total = 0;

	(void)state;
	assert_false(patience_none_answered());
	assert_int_equal(patience_limit(&dead, ENGINE_LIMIT), ENGINE_LIMIT);
	for (unsigned i = 0; i < 1000; i++) {
		total += patience_limit(&dead, ENGINE_LIMIT);
		patience_silent(&dead, ENGINE_LIMIT);
	}
	assert_in_range(total, PATIENCE_LIMIT_DEAD / 2, PATIENCE_LIMIT_DEAD + 1000 * PATIENCE_GRACE_LEAST);
	assert_true(patience_none_answered());
	patience_answered(&alive);
	assert_true(patience_any_answered());
	assert_int_equal(patience_limit(&alive, ENGINE_LIMIT), ENGINE_LIMIT);
}

/* A limit that was cut short has decided as well; one for what need not come has not. */
static void says_that_a_limit_was_reached(void **state)
{
	struct patience late = { 0 };
	unsigned before = clock_limits_reached();

	(void)state;
	patience_silent(&late, ENGINE_PATIENCE);
	patience_answered(&late);
	assert_int_equal(clock_limits_reached(), before);
	patience_silent(&late, ENGINE_LIMIT);
	assert_int_equal(clock_limits_reached(), before + 1);
}

static void waits_less_for_a_silent_engine(void **state)
{
	struct patience silent = { 0 };

	(void)state;
	for (unsigned i = 0; i + 1 < PATIENCE_SILENCES; i++)
		patience_silent(&silent, ENGINE_LIMIT);
	assert_int_equal(patience_limit(&silent, ENGINE_LIMIT), ENGINE_LIMIT);
	be_silent(&silent);
	assert_int_equal(patience_limit(&silent, ENGINE_LIMIT), PATIENCE_LIMIT_SILENT);
	assert_int_equal(patience_limit(&silent, ENGINE_PATIENCE), PATIENCE_LIMIT_SILENT);
	assert_int_equal(patience_limit(&silent, MILLISECONDS(1)), MILLISECONDS(1));
}

/* Some answers are an accident, and the more so the oftener it was silent before. */
static void answers_make_waits_long_again(void **state)
{
	struct patience silent = { 0 };

	(void)state;
	be_silent(&silent);
	for (unsigned fall = 1; fall < 12; fall++) {
		unsigned needed = PATIENCE_ANSWERS << (fall < 8 ? fall : 8);

		for (unsigned i = 0; i + 1 < needed; i++)
			patience_answered(&silent);
		assert_int_equal(patience_limit(&silent, ENGINE_LIMIT), PATIENCE_LIMIT_SILENT);
		/* Not in a row. */
		patience_silent(&silent, ENGINE_LIMIT);
		for (unsigned i = 0; i + 1 < needed; i++)
			patience_answered(&silent);
		assert_int_equal(patience_limit(&silent, ENGINE_LIMIT), PATIENCE_LIMIT_SILENT);
		patience_answered(&silent);
		assert_int_equal(patience_limit(&silent, ENGINE_LIMIT), ENGINE_LIMIT);
		patience_silent(&silent, ENGINE_LIMIT);
		assert_int_equal(patience_limit(&silent, ENGINE_LIMIT), PATIENCE_LIMIT_SILENT);
	}
}

/* An engine of which nothing is known is taken for its likes: same view, same bridge. */
static void engines_are_known_by_their_likes(void **state)
{
	static const int near, far;
	static struct patience first = { .behind = &near, .view = 2 }, elsewhere = { .behind = &far, .view = 2 };
	static struct patience other_view = { .behind = &near, .view = 1 }, alike = { .behind = &near, .view = 2 };
	const struct patience unknown = { .behind = &near, .view = 2 };

	(void)state;
	patience_add(&first);
	patience_add(&elsewhere);
	patience_add(&other_view);
	patience_add(&alike);
	be_silent(&first);
	assert_int_equal(patience_limit(&elsewhere, ENGINE_LIMIT), ENGINE_LIMIT);
	assert_int_equal(patience_limit(&other_view, ENGINE_LIMIT), ENGINE_LIMIT);
	assert_int_equal(patience_limit(&alike, ENGINE_LIMIT), PATIENCE_LIMIT_SILENT);
	assert_int_equal(patience_limit(&unknown, ENGINE_LIMIT), PATIENCE_LIMIT_SILENT);
	/* Answers elsewhere say nothing, one that always answers here does. */
	answer(&other_view);
	answer(&elsewhere);
	assert_int_equal(patience_limit(&unknown, ENGINE_LIMIT), PATIENCE_LIMIT_SILENT);
	answer(&alike);
	assert_int_equal(patience_limit(&alike, ENGINE_LIMIT), ENGINE_LIMIT);
	assert_int_equal(patience_limit(&unknown, ENGINE_LIMIT), ENGINE_LIMIT);
}

/* Twice what the slowest good transfer took, within bounds. */
static void grace_follows_the_slowest_transfer(void **state)
{
	struct patience patience = { 0 };

	(void)state;
	assert_int_equal(patience_grace(&patience), PATIENCE_GRACE_LEAST);
	patience_took(&patience, MILLISECONDS(3));
	patience_took(&patience, MILLISECONDS(1));
	assert_int_equal(patience_grace(&patience), MILLISECONDS(6));
	patience_took(&patience, SECONDS(1));
	assert_int_equal(patience_grace(&patience), PATIENCE_GRACE_MOST);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(waits_share_little_while_nothing_works),
		cmocka_unit_test(says_that_a_limit_was_reached),
		cmocka_unit_test(waits_less_for_a_silent_engine),
		cmocka_unit_test(answers_make_waits_long_again),
		cmocka_unit_test(engines_are_known_by_their_likes),
		cmocka_unit_test(grace_follows_the_slowest_transfer),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
