/* SPDX-License-Identifier: BSD-2-Clause */
/* sources: tests/conformance/probe/borrow.c tests/conformance/framework/verdict.c
 * boot/trap.c boot/clock.c boot/fatal.c boot/tap.c boot/format.c boot/print.c */
/*
 * Registers that a test borrows come back however it ends: by returning, by a failure, by a trap of its own, and by one
 * of the engine that is stopped after it; and not before the engine is stopped.
 */
#include "boot/trap.h"
#include "drivers/engine/engine.h"
#include "tests/conformance/probe/borrow.h"
#include "tests/unit/host/host.h"

static const struct trap_frame bad_address = { .kind = TRAP_BAD_ADDRESS, .name = "entMM", .pc = 0x1234 };

static unsigned reg, kept;
static bool stopped, stop_traps;

void engine_stop(struct engine *engine)
{
	(void)engine;
	stopped = true;
	assert_int_not_equal(reg, 7);
	if (stop_traps)
		trap(&bad_address);
}

static void save(struct trial *trial)
{
	(void)trial;
	kept = reg;
}

static void restore(struct trial *trial)
{
	(void)trial;
	assert_true(stopped);
	reg = kept;
}

static const struct borrowing registers = { save, restore };

static void ends(struct trial *trial)
{
	(void)trial;
	reg = 1;
}

static void fails(struct trial *trial)
{
	reg = 2;
	trial_fail(trial, "no");
}

static void traps(struct trial *trial)
{
	(void)trial;
	reg = 3;
	trap(&bad_address);
	reg = 4;
}

static void come_back_however_it_ends(void **state)
{
	static const struct {
		void (*body)(struct trial *trial);
		bool stop_traps;
		enum verdict verdict;
	} rows[] = {
		{ ends, false, VERDICT_PASS }, { fails, false, VERDICT_FAIL }, { traps, false, VERDICT_ERROR },
		{ ends, true, VERDICT_ERROR }, { traps, true, VERDICT_ERROR },
	};
	struct engine engine = { .kind = "one" };
	const struct subject subject = { .engine = &engine };

	(void)state;
	for (unsigned i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		static char evidence[1024];
		struct trial trial = { .subject = &subject, .evidence = { evidence, sizeof(evidence), 0, false } };

		reg = 7;
		stopped = false;
		stop_traps = rows[i].stop_traps;
		borrow(&trial, &registers, rows[i].body);
		if (reg != 7 || trial.verdict != rows[i].verdict)
			fail_msg("row %u: register %u, verdict %u", i, reg, trial.verdict);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(come_back_however_it_ends, host_setup, host_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
