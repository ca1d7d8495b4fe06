/* SPDX-License-Identifier: BSD-2-Clause */
/* sources: tests/unit/oracle_case.list */
/*
 * Where nothing translates an engine's addresses: the oracle's word is identity, and what needs two views is skipped by
 * that word. Which addresses such a device is given is test_domains.c's.
 */
#include <string.h>

#include "tests/conformance/probe/engine_trial.h"
#include "tests/unit/oracle_case.h"

/* The view that an oracle of its own sees one transfer in. */
static enum view view_of(struct sighting (*transfer)(struct trial *trial, struct engine *engine,
						       const struct oracle *oracle, uint64_t limit))
{
	struct oracle oracle;
	enum view view;

	assert_true(oracle_make(&case_trial, case_bus.engine, DMA_DEVICE_BOTH, &oracle));
	view = transfer(&case_trial, case_bus.engine, &oracle, ENGINE_LIMIT).view;
	oracle_release(&oracle);
	return view;
}

static void a_number_that_is_the_same_in_both_views(void **state)
{
	(void)state;
	case_bus.engine->function->domain = NULL;
	case_bus.does.view = VIEW_PHYSICAL;
	assert_int_equal(view_of(oracle_device_writes), VIEW_IDENTITY);
	assert_non_null(strstr(case_evidence, "seen in: identity"));
	case_expect(VERDICT_PASS, "");
	assert_int_equal(view_of(oracle_device_reads), VIEW_IDENTITY);
	assert_non_null(strstr(case_evidence, "the device saw: identity"));
	case_expect(VERDICT_PASS, "");
	case_bus.does = (struct case_behaviour) { .view = VIEW_NONE };
	assert_int_equal(view_of(oracle_device_writes), VIEW_NONE);
	assert_int_equal(view_of(oracle_device_reads), VIEW_NONE);
	case_bus.does = (struct case_behaviour) { .view = VIEW_PHYSICAL, .beside = -8 };
	view_of(oracle_device_writes);
	case_expect(VERDICT_FAIL, "memory beside the target moved in the frame");
}

/* What cannot be judged there is skipped by the word, and nothing is an error. */
static void identity_is_said(void **state)
{
	const char *(*const reasons[])(const struct subject *subject) = {
		needs_bus_view, needs_bus_view_reads, needs_physical_view, needs_write_protection,
	};
	struct subject nobody = { .engine = NULL };

	(void)state;
	case_bus.engine->function->domain = NULL;
	case_bus.engine->view = VIEW_IDENTITY;
	for (unsigned i = 0; i < sizeof(reasons) / sizeof(reasons[0]); i++)
		assert_non_null(strstr(reasons[i](case_trial.subject), "view identity"));
	assert_non_null(strstr(needs_engine(&nobody), "view identity"));
	nobody.domain = case_domain;
	assert_null(strstr(needs_engine(&nobody), "identity"));
	assert_null(needs_writes(case_trial.subject));
	assert_int_equal(view_opposite(VIEW_IDENTITY), VIEW_NONE);
	assert_int_equal(view_opposite(VIEW_BUS), VIEW_PHYSICAL);
}

/* Whatever view an engine is added with. */
static void an_engine_without_translation_is_in_view_identity(void **state)
{
	struct engine engine = *case_bus.engine;
	unsigned number = engine_count();
	struct pci_function bare = { .domain = NULL };

	(void)state;
	assert_true(engine_add(&engine));
	assert_int_equal(engine_get(number)->view, VIEW_BUS);
	engine.function = &bare;
	assert_true(engine_add(&engine));
	assert_int_equal(engine_get(number + 1)->view, VIEW_IDENTITY);
}

#define TEST(name)	cmocka_unit_test_setup_teardown(name, case_oracle, case_oracle_end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_number_that_is_the_same_in_both_views),
		TEST(identity_is_said),
		TEST(an_engine_without_translation_is_in_view_identity),
	};

	return cmocka_run_group_tests_name("identity", tests, NULL, NULL);
}
