/* sources: drivers/engine/engine.c drivers/pci/interrupt.c boot/clock.c boot/format.c boot/print.c */
/*
 * The table of engines: what finds no room is counted, and those that run are stopped. And waiting: an engine that was
 * silent too often is waited for less long, until it answers.
 */
#include <string.h>

#include "drivers/engine/engine.h"
#include "drivers/pci/pci.h"
#include "tests/unit/host/host.h"

/* As many functions of a known kind as a test says. */
static struct pci_function functions[ENGINE_FUNCTIONS + 3];
static unsigned function_count;

unsigned pci_count(void)
{
	return function_count;
}

struct pci_function *pci_get(unsigned number)
{
	return &functions[number];
}

uint16_t pci_read16(const struct pci_function *function, unsigned reg)
{
	(void)function;
	(void)reg;
	return 0;
}

void pci_write16(const struct pci_function *function, unsigned reg, uint16_t value)
{
	(void)function;
	(void)reg;
	(void)value;
}

static const struct engine_driver driver = {
	.kind = "known", .ids = { { 0x1234, 0x5678 } }, .state_size = ENGINE_STATE,
};
ENGINE_DRIVER(driver);

static void counts_what_is_left_out(void **state)
{
	static const struct engine another = { .kind = "another", .function = &functions[0] };

	(void)state;
	function_count = ENGINE_FUNCTIONS + 3;
	for (unsigned i = 0; i < function_count; i++)
		functions[i] = (struct pci_function) { .vendor = 0x1234, .product = i == 1 ? 1 : 0x5678 };
	engine_add_functions();
	assert_int_equal(engine_count(), ENGINE_FUNCTIONS);
	assert_int_equal(engine_left_out(), 2);
	while (engine_count() < ENGINES)
		assert_true(engine_add(&another));
	assert_int_equal(engine_left_out(), 2);
	assert_false(engine_add(&another));
	assert_false(engine_add(NULL));
	assert_int_equal(engine_left_out(), 4);
	assert_int_equal(engine_count(), ENGINES);
	assert_null(engine_get(ENGINES));
}

static unsigned stops;

static bool start(struct engine *engine)
{
	return !engine->state;
}

static void stop(struct engine *engine)
{
	(void)engine;
	stops++;
}

/* Those that were started, whether they came up or not, and each of them once. */
static void stops_what_was_started(void **state)
{
	static const struct engine_ops ops = { .start = start, .stop = stop };
	static int failing;

	(void)state;
	for (unsigned i = 0; i < 3; i++)
		engine_get(i)->ops = &ops;
	engine_get(1)->state = &failing;
	engine_get(2)->state = NULL;
	assert_false(engine_start(engine_get(1)));
	assert_true(engine_start(engine_get(2)));
	engine_stop_all();
	assert_int_equal(stops, 2);
	engine_stop_all();
	engine_stop(engine_get(2));
	assert_int_equal(stops, 2);
}

static void be_silent(struct engine *engine)
{
	for (unsigned i = 0; i < ENGINE_SILENCES; i++) {
		engine_waited(engine, ENGINE_LIMIT, ENGINE_SILENT);
		/* An answer that need not come tells nothing when it does not. */
		engine_waited(engine, ENGINE_PATIENCE, ENGINE_SILENT);
	}
}

static void answer(struct engine *engine)
{
	for (unsigned i = 0; i < ENGINE_ANSWERS; i++)
		engine_waited(engine, ENGINE_PATIENCE, ENGINE_DONE);
}

/* However many they are; the first is as long as any. */
static void waits_share_little_while_nothing_works(void **state)
{
	struct engine engine = { .kind = "dead", .function = &functions[0] }, alive = engine;
	uint64_t total = 0;

	(void)state;
	assert_false(engine_none_completed());
	assert_int_equal(engine_limit(&engine, ENGINE_LIMIT), ENGINE_LIMIT);
	for (unsigned i = 0; i < 1000; i++) {
		total += engine_limit(&engine, ENGINE_LIMIT);
		engine_waited(&engine, ENGINE_LIMIT, ENGINE_SILENT);
	}
	assert_in_range(total, ENGINE_LIMIT_DEAD / 2, ENGINE_LIMIT_DEAD + 1000 * ENGINE_GRACE_LEAST);
	assert_true(engine_none_completed());
	engine_waited(&alive, ENGINE_LIMIT, ENGINE_DONE);
	assert_true(engine_any_completed());
	assert_int_equal(engine_limit(&alive, ENGINE_LIMIT), ENGINE_LIMIT);
}

/* A limit that was cut short has decided as well; one for what need not come has not. */
static void says_that_a_limit_was_reached(void **state)
{
	struct engine engine = { .kind = "late", .function = &functions[0] };
	unsigned before = clock_limits_reached();

	(void)state;
	engine_waited(&engine, ENGINE_PATIENCE, ENGINE_SILENT);
	engine_waited(&engine, ENGINE_LIMIT, ENGINE_DONE);
	engine_waited(&engine, ENGINE_LIMIT, ENGINE_FAILED);
	assert_int_equal(clock_limits_reached(), before);
	engine_waited(&engine, ENGINE_LIMIT, ENGINE_SILENT);
	assert_int_equal(clock_limits_reached(), before + 1);
}

static void waits_less_for_a_silent_engine(void **state)
{
	struct engine engine = { .kind = "silent", .function = &functions[0] };

	(void)state;
	for (unsigned i = 0; i + 1 < ENGINE_SILENCES; i++)
		engine_waited(&engine, ENGINE_LIMIT, ENGINE_SILENT);
	assert_int_equal(engine_limit(&engine, ENGINE_LIMIT), ENGINE_LIMIT);
	be_silent(&engine);
	assert_int_equal(engine_limit(&engine, ENGINE_LIMIT), ENGINE_LIMIT_SILENT);
	assert_int_equal(engine_limit(&engine, ENGINE_PATIENCE), ENGINE_LIMIT_SILENT);
	assert_int_equal(engine_limit(&engine, MILLISECONDS(1)), MILLISECONDS(1));
}

/* Some answers are an accident, and the more so the oftener it was silent before. */
static void answers_make_waits_long_again(void **state)
{
	struct engine engine = { .kind = "silent", .function = &functions[0] };

	(void)state;
	be_silent(&engine);
	for (unsigned fall = 1; fall < 12; fall++) {
		unsigned needed = ENGINE_ANSWERS << (fall < 8 ? fall : 8);

		for (unsigned i = 0; i + 1 < needed; i++)
			engine_waited(&engine, ENGINE_LIMIT, ENGINE_DONE);
		assert_int_equal(engine_limit(&engine, ENGINE_LIMIT), ENGINE_LIMIT_SILENT);
		/* Not in a row. */
		engine_waited(&engine, ENGINE_LIMIT, ENGINE_SILENT);
		for (unsigned i = 0; i + 1 < needed; i++)
			engine_waited(&engine, ENGINE_PATIENCE, ENGINE_DONE);
		engine_waited(&engine, ENGINE_LIMIT, ENGINE_FAILED);
		assert_int_equal(engine_limit(&engine, ENGINE_LIMIT), ENGINE_LIMIT_SILENT);
		engine_waited(&engine, ENGINE_LIMIT, ENGINE_DONE);
		assert_int_equal(engine_limit(&engine, ENGINE_LIMIT), ENGINE_LIMIT);
		engine_waited(&engine, ENGINE_LIMIT, ENGINE_SILENT);
		assert_int_equal(engine_limit(&engine, ENGINE_LIMIT), ENGINE_LIMIT_SILENT);
	}
}

/* An engine of which nothing is known is taken for its likes: same view, same bridge. Engines 3 to 6 of the table. */
static void engines_are_known_by_their_likes(void **state)
{
	static struct pci_function near, far;
	static struct host_bridge bridge, another;
	struct engine *engine[4];

	(void)state;
	near.host = &bridge;
	far.host = &another;
	for (unsigned i = 0; i < 4; i++) {
		engine[i] = engine_get(3 + i);
		*engine[i] = (struct engine) { .kind = "one", .view = VIEW_BUS, .function = i == 1 ? &far : &near };
	}
	engine[2]->view = VIEW_PHYSICAL;
	be_silent(engine[0]);
	assert_int_equal(engine_limit(engine[1], ENGINE_LIMIT), ENGINE_LIMIT);
	assert_int_equal(engine_limit(engine[2], ENGINE_LIMIT), ENGINE_LIMIT);
	assert_int_equal(engine_limit(engine[3], ENGINE_LIMIT), ENGINE_LIMIT_SILENT);
	answer(engine[3]);
	assert_int_equal(engine_limit(engine[3], ENGINE_LIMIT), ENGINE_LIMIT);
	engine[3]->view = VIEW_PHYSICAL;
	engine[2]->view = VIEW_BUS;
	assert_int_equal(engine_limit(engine[2], ENGINE_LIMIT), ENGINE_LIMIT_SILENT);
	engine[3]->view = VIEW_BUS;
	assert_int_equal(engine_limit(engine[2], ENGINE_LIMIT), ENGINE_LIMIT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(counts_what_is_left_out),
		cmocka_unit_test(stops_what_was_started),
		cmocka_unit_test(waits_share_little_while_nothing_works),
		cmocka_unit_test(says_that_a_limit_was_reached),
		cmocka_unit_test(waits_less_for_a_silent_engine),
		cmocka_unit_test(answers_make_waits_long_again),
		cmocka_unit_test(engines_are_known_by_their_likes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
