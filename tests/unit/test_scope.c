/* SPDX-License-Identifier: BSD-2-Clause */
/* sources: tests/conformance/framework/subject.c boot/format.c boot/print.c */
/*
 * Scopes: which candidates are chosen, how many there are, that each is found whatever was asked before it, and what is
 * filled in. The candidates are numbers.
 */
#include "boot/print.h"
#include "boot/string.h"
#include "tests/conformance/framework/scope.h"
#include "tests/unit/host/host.h"

#define CANDIDATES	100u

static unsigned looks;

static unsigned count(void)
{
	return CANDIDATES;
}

static void name_number(unsigned number, struct subject *subject)
{
	format(subject->name, SUBJECT_NAME, "%u", number);
}

static bool is_multiple(unsigned candidate, const struct conformance_scope *scope)
{
	looks++;
	return candidate % scope->what == 0;
}

/* A rule that asks the other scope, as that of bridges does: the last digit. */
static bool ends_with(unsigned candidate, const struct conformance_scope *scope)
{
	struct subject subject = { .number = candidate };
	size_t length;

	scope_get(scope->of, candidate, &subject);
	length = strlen(subject.name);
	return strcmp(subject.name + length - 1, scope->kind) == 0;
}

static void add_row(struct subject *subject)
{
	struct text name = { subject->name, SUBJECT_NAME, strlen(subject->name), false };

	append(&name, "/%u", subject->number);
}

static const struct conformance_scope all = { .count = count, .get = name_number };
static const struct conformance_scope sevens = { .of = &all, .only = is_multiple, .what = 7 };
static const struct conformance_scope tens = { .of = &all, .only = is_multiple, .what = 10, .most = 3 };
static const struct conformance_scope sevens_again = { .of = &all, .only = is_multiple, .what = 7 };
static const struct conformance_scope of_sevens = { .of = &sevens, .only = ends_with, .kind = "4" };
static const struct conformance_scope nothing = { .of = &all, .only = ends_with, .kind = "x" };
static const struct conformance_scope nothing_said = { .of = &all, .only = ends_with, .kind = "x", .or_none = true };
static const struct conformance_scope rows = { .of = &sevens, .rows = 3, .complete = add_row };

static void expect_subject(const struct conformance_scope *scope, unsigned number, const char *name)
{
	struct subject subject = { .number = number };

	scope_get(scope, number, &subject);
	assert_string_equal(subject.name, name);
}

static void all_of_them(void **state)
{
	(void)state;
	assert_int_equal(scope_count(&all), CANDIDATES);
	expect_subject(&all, 0, "0");
	expect_subject(&all, 99, "99");
}

static void those_that_a_rule_chooses(void **state)
{
	(void)state;
	assert_int_equal(scope_count(&sevens), 15);
	expect_subject(&sevens, 0, "0");
	expect_subject(&sevens, 14, "98");
	assert_int_equal(scope_count(&tens), 3);
	expect_subject(&tens, 2, "20");
}

/* In any order, and with others asked in between. */
static void whatever_was_asked_before(void **state)
{
	static const unsigned order[] = { 3, 3, 4, 2, 14, 0, 1, 13, 13, 5 };
	char name[8];

	(void)state;
	for (unsigned i = 0; i < sizeof(order) / sizeof(order[0]); i++) {
		format(name, sizeof(name), "%u", 7 * order[i]);
		expect_subject(&sevens, order[i], name);
		format(name, sizeof(name), "%u", 98 - 7 * order[i]);
		if (i % 2)
			expect_subject(&sevens_again, 14 - order[i], name);
	}
}

/* One behind the other costs one look at each candidate, and not at all of them each time. */
static void one_after_the_other(void **state)
{
	(void)state;
	expect_subject(&tens, 0, "0");
	looks = 0;
	for (unsigned i = 0; i < 15; i++) {
		struct subject subject = { .number = 0 };

		scope_get(&sevens, i, &subject);
	}
	assert_in_range(looks, 99, 99 + 15);
}

/* A scope may choose from one that chooses. */
static void scopes_of_scopes(void **state)
{
	(void)state;
	assert_int_equal(scope_count(&of_sevens), 2);
	expect_subject(&of_sevens, 1, "84");
	expect_subject(&of_sevens, 0, "14");
	expect_subject(&of_sevens, 1, "84");
}

/* A point that says that there is none, or no point. */
static void where_there_are_none(void **state)
{
	struct subject subject = { .number = 0 };

	(void)state;
	assert_int_equal(scope_count(&nothing), 0);
	assert_int_equal(scope_count(&nothing_said), 1);
	scope_get(&nothing_said, 0, &subject);
	assert_string_equal(subject.name, "");
}

static void each_in_rows(void **state)
{
	(void)state;
	assert_int_equal(scope_count(&rows), 45);
	expect_subject(&rows, 0, "0/0");
	expect_subject(&rows, 5, "7/2");
	expect_subject(&rows, 44, "98/2");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(all_of_them),
		cmocka_unit_test(those_that_a_rule_chooses),
		cmocka_unit_test(whatever_was_asked_before),
		cmocka_unit_test(one_after_the_other),
		cmocka_unit_test(scopes_of_scopes),
		cmocka_unit_test(where_there_are_none),
		cmocka_unit_test(each_in_rows),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
