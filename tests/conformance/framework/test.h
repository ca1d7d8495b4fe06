/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * How a conformance test is declared.
 *
 * A test is a function that judges one thing about one subject. It registers itself with CONFORMANCE_TEST, which takes
 * a sentence that says what it proves: the list of all tests is made of these (make list). Its scope (scope.h) says
 * which subjects there are (the machine once, every PCI function, every engine in every mode, ...), and the runner
 * makes one TAP point of each test and subject, named "suite.test" or "suite.test/subject". The runner takes back
 * frames and mappings that a test leaves, sweeps memory after it, and turns a trap into an error.
 */
#ifndef TEST_H
#define TEST_H

#include "boot/table.h"
#include "tests/conformance/framework/scope.h"
#include "tests/conformance/framework/verdict.h"

/* How a test knows. RECORD: a MAY clause, whose outcome is noted and never fails. */
enum judged_by { FUNCTIONAL, EVIDENCE, RECORD };

struct conformance_test {
	const char *name;		/* "suite.test" */
	const char *proves;		/* one sentence for people: what is true where it passes */
	void (*run)(struct trial *trial);
	const struct conformance_scope *scope;	/* NULL: the machine, once */
	/* NULL, or: is there such a point at all? For what another point says already. Must not change during a run. */
	bool (*about)(const struct subject *subject);
	/* NULL, or says why the test does not apply to this subject; NULL when it does. Must not change anything. */
	const char *(*skip)(const struct subject *subject);
	const char *clauses;		/* ids of tests/spec, separated by blanks; NULL when no clause speaks of it */
	enum judged_by judged_by;
	bool witnessed;			/* RECORD: what came later has shown it; no limit decides what is noted */
	bool only_by_name;		/* runs only when tests= has its whole name, "suite.test" or "suite.test/..." */
	const char *file;		/* where it is declared, below its function */
	unsigned line;
	bool says_lacking;		/* there also where engine->no_writes skips it: others are left out then */
};

/*
 * For skip functions of tests that would end QEMU or hang it on some of their subjects: what the deviation of that name
 * (tests/deviations, .skip = SKIP_ASKED) makes a SKIP say here, or NULL where it does not count.
 */
const char *known_end(const char *deviation);

/* The shortest sentence that says something, with its NUL. */
#define PROVES_LEAST	20

#define CONFORMANCE_TEST(test_name, function, sentence, ...) \
	_Static_assert(sizeof(sentence) > PROVES_LEAST, test_name " must say what it proves"); \
	static const struct conformance_test test_##function = { \
		.name = test_name, .run = function, .proves = sentence, .file = __FILE__, .line = __LINE__, \
		__VA_ARGS__ }; \
	TABLE_ADD(tests, const struct conformance_test, test_##function)

#endif
