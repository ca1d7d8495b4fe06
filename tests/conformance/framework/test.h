/*
 * How a conformance test is declared, what it is given and how it gives its verdict.
 *
 * A test is a function that judges one thing about one subject. It registers itself with CONFORMANCE_TEST; its scope
 * says which subjects there are (the machine once, every PCI function, every engine in every mode, ...), and the
 * runner makes one TAP point of each test and subject, named "suite.test" or "suite.test/subject". The runner takes
 * back frames and mappings that a test leaves, sweeps memory after it, and turns a trap into an error.
 *
 * A test that returns without a word has passed. The first complaint counts; later ones are kept as evidence. A skip is
 * no complaint: what goes wrong after it counts.
 */
#ifndef FRAMEWORK_H
#define FRAMEWORK_H

#include <stdbool.h>
#include <stdint.h>

#include "boot/print.h"
#include "boot/table.h"

struct engine;
struct host_bridge;
struct pci_function;
struct virtio_device;

/* What a test is run on. Its scope fills in the name and the members that apply. */
#define SUBJECT_NAME	64

struct subject {
	char name[SUBJECT_NAME];		/* "" for the machine as a whole; no blanks */
	struct pci_function *function;
	struct virtio_device *device;
	struct engine *engine;
	struct engine *partner;			/* scopes of pairs */
	struct host_bridge *bridge;
	unsigned number;			/* scopes that only count */
};

struct conformance_scope {
	unsigned (*count)(void);
	void (*get)(unsigned number, struct subject *subject);	/* subject is all zero before */
};

extern const struct conformance_scope scope_provocation;	/* .number: index in arch_provocations */
extern const struct conformance_scope scope_pci_function;	/* .function; "1af4:1044@02:01.0" */
extern const struct conformance_scope scope_host_bridge;	/* .bridge; "typhoon0" */
extern const struct conformance_scope scope_virtio_device;	/* .device, .function; "rng@02:01.0" */
extern const struct conformance_scope scope_engine;		/* .engine, .function; "lsi53c810@02:01.0" */
extern const struct conformance_scope scope_virtio_engine;	/* those that are virtio; "rng@02:01.0/accepted" */
extern const struct conformance_scope scope_bridge_engine;	/* one engine that judges each bridge, with .bridge */
/* Every engine in the bus view that is no virtio device, and one that is, with .bridge; one subject without an engine
 * for a bridge that has none behind it. */
extern const struct conformance_scope scope_bus_engine;
extern const struct conformance_scope scope_opposite_engines;	/* .engine in the bus view, .partner physical */

/*
 * Engines that fulfil a rule, for scopes: how many there are, and one of them as a subject. Whoever asks for one after
 * the other, as the runner does, does not make it look at all of them each time.
 */
typedef bool (*engine_rule)(const struct engine *engine, uint64_t what);
unsigned scope_count_engines(engine_rule rule, uint64_t what);
/* False, and nothing is filled in, when there are not so many. */
bool scope_get_engine(engine_rule rule, uint64_t what, unsigned number, struct subject *subject);

/* How a test knows. RECORD: a MAY clause, whose outcome is noted and never fails. */
enum judged_by { FUNCTIONAL, EVIDENCE, RECORD };

struct trial;

struct conformance_test {
	const char *name;		/* "suite.test" */
	void (*run)(struct trial *trial);
	const struct conformance_scope *scope;	/* NULL: the machine, once */
	/* NULL, or: is there such a point at all? For what another point says already. Must not change during a run. */
	bool (*about)(const struct subject *subject);
	/* NULL, or says why the test does not apply to this subject; NULL when it does. Must not change anything. */
	const char *(*skip)(const struct subject *subject);
	const char *clauses;		/* ids of tests/spec, separated by blanks; NULL when no clause speaks of it */
	enum judged_by judged_by;
	bool only_by_name;		/* runs only when tests= has its whole name, "suite.test" or "suite.test/..." */
	const char *file;		/* where it is declared, below its function */
	unsigned line;
	bool says_lacking;		/* there also where engine->no_writes skips it: others are left out then */
};

#define CONFORMANCE_TEST(test_name, function, ...) \
	static const struct conformance_test test_##function = { \
		.name = test_name, .run = function, .file = __FILE__, .line = __LINE__, __VA_ARGS__ }; \
	TABLE_ADD(tests, const struct conformance_test, test_##function)

enum verdict { VERDICT_PASS, VERDICT_SKIP, VERDICT_FAIL, VERDICT_ERROR };

/* The trial's own: read-only for tests. */
struct trial {
	const struct conformance_test *test;
	const struct subject *subject;
	enum verdict verdict;
	char reason[200];		/* of anything but a pass; of a record: what was seen */
	struct text evidence;		/* YAML lines "key: value" */
	uint64_t random;		/* state of trial_random(), from the seed and the point's name */
};

/* The subject does not do what it must. */
void trial_fail(struct trial *trial, const char *reason, ...) __attribute__((format(printf, 2, 3)));
/* It cannot be judged: busproof's own trouble, or what it stands on does not work. Never a pass. */
void trial_error(struct trial *trial, const char *reason, ...) __attribute__((format(printf, 2, 3)));
/* It turned out, while running, that there is nothing to judge. */
void trial_skip(struct trial *trial, const char *reason, ...) __attribute__((format(printf, 2, 3)));
/* A fact for the report (MAY clauses, choices the device made). */
void trial_record(struct trial *trial, const char *fact, ...) __attribute__((format(printf, 2, 3)));
/* A line of the YAML block: printed when the point does not pass, or with log=debug. */
void trial_note(struct trial *trial, const char *key, const char *value, ...) __attribute__((format(printf, 3, 4)));

/* Fails with "what: expected ..., found ..." unless they are equal; says whether they are. */
bool expect_equal(struct trial *trial, const char *what, uint64_t found, uint64_t expected);
/* Fails with the reason unless the condition holds; says whether it does. */
bool expect(struct trial *trial, bool condition, const char *reason, ...) __attribute__((format(printf, 3, 4)));

uint64_t trial_random(struct trial *trial);

/* Does the trial go on? False after the first complaint or skip. */
static inline bool trial_good(const struct trial *trial)
{
	return trial->verdict == VERDICT_PASS;
}

/* Runs everything that the command line asks for; returns the number of points that make the run fail. */
struct command_line;
unsigned conformance_run(const struct command_line *line);

#endif
