/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the tests of the runner begin with: see runner_case.h. Bridges and engines only note what is asked of them.
 */
#include "tests/unit/runner_case.h"

#include <string.h>

#include "boot/command_line.h"
#include "boot/frames.h"
#include "boot/trap.h"
#include "drivers/interrupt/interrupt.h"
#include "drivers/dma/dma.h"
#include "drivers/engine/engine.h"
#include "tests/conformance/framework/runner.h"
#include "tests/conformance/framework/test.h"
#include "tests/deviations/deviations.h"
#include "tests/unit/memory_case.h"

const char busproof_version[] = "0.1";

#define PROVES	"A sentence on what is true."

#define MEMORY_SIZE	(1ul << 20)
#define STRIDE_BYTES	SWEEP_SAMPLE_STRIDE	/* whatever word of it a sample looks at */

static const struct trap_frame bad_address = { .kind = TRAP_BAD_ADDRESS, .name = "entMM", .pc = 0x1234 };
static struct command_line line;
struct runner_case runner;

bool patience_any_answered(void)
{
	return runner.some_engine_works;
}

void engine_stop_all(void)
{
	runner.engines_stopped++;
	if (runner.engine_traps)
		trap(&bad_address);
}

void interrupts_close(void)
{
	runner.interrupts_closed++;
}

static bool fault(struct dma_domain *domain, struct domain_fault *fault)
{
	(void)domain;
	runner.faults_read++;
	format(fault->text, sizeof(fault->text), "master abort");
	return runner.bridge_faulted;
}

static const struct domain_ops ops_of_domain = { .fault = fault };
static const struct domain_driver domain_driver = { .compatible = "model", .ops = &ops_of_domain };
static struct dma_domain domains[2] = { { .driver = &domain_driver }, { .driver = &domain_driver } };

struct dma_domain *domain_get(unsigned number)
{
	return number < 2 ? &domains[number] : NULL;
}

bool dma_restore(struct dma_domain *domain)
{
	(void)domain;
	runner.windows_restored++;
	return !runner.restore_fails;
}

unsigned dma_live(const struct dma_domain *domain)
{
	return domain == &domains[1] ? runner.live_maps : 0;
}

void dma_unmap_all(struct dma_domain *domain)
{
	assert_ptr_equal(domain, &domains[1]);
	runner.maps_taken_away += runner.live_maps;
	runner.live_maps = 0;
}

/* ---- The tests that are run ---- */

static void passes(struct trial *trial)
{
	(void)trial;
	runner.ran++;
}
CONFORMANCE_TEST("run.passes", passes, PROVES, .judged_by = EVIDENCE);

static void fails(struct trial *trial)
{
	runner.ran++;
	trial_fail(trial, "it is %s", "wrong");
	trial_note(trial, "seen", "this");
}
CONFORMANCE_TEST("run.fails", fails, PROVES, .judged_by = EVIDENCE, .clauses = "A-1 A-2");

static void errs(struct trial *trial)
{
	runner.ran++;
	trial_error(trial, "no memory");
}
CONFORMANCE_TEST("run.errs", errs, PROVES, .judged_by = FUNCTIONAL);

static void skips(struct trial *trial)
{
	runner.ran++;
	trial_skip(trial, "nothing here");
}
CONFORMANCE_TEST("run.skips", skips, PROVES);

static const char *never(const struct subject *subject)
{
	(void)subject;
	return "it does not apply";
}

static void must_not_run(struct trial *trial)
{
	trial_fail(trial, "it was run");
}
CONFORMANCE_TEST("run.does-not-apply", must_not_run, PROVES, .skip = never);

static unsigned one(void)
{
	return 1;
}

static void get_reserved(unsigned number, struct subject *subject)
{
	static struct pci_function function = { .reserved = "the firmware keeps it: its console" };

	(void)number;
	format(subject->name, SUBJECT_NAME, "console");
	subject->function = &function;
}

static void get_reserved_partner(unsigned number, struct subject *subject)
{
	static struct engine partner;

	get_reserved(number, subject);
	partner.function = subject->function;
	subject->function = NULL;
	subject->partner = &partner;
}

static const struct conformance_scope scope_reserved = { .count = one, .get = get_reserved };
static const struct conformance_scope scope_reserved_partner = {
	.count = one, .get = get_reserved_partner };

static const char *must_not_be_asked(const struct subject *subject)
{
	(void)subject;
	return "a test has looked at what the firmware keeps";
}

static void must_not_touch(struct trial *trial)
{
	trial_fail(trial, "it was run");
}
CONFORMANCE_TEST("kept.function", must_not_touch, PROVES, .scope = &scope_reserved, .skip = must_not_be_asked);

static void must_not_touch_partner(struct trial *trial)
{
	trial_fail(trial, "it was run");
}
CONFORMANCE_TEST("kept.partner", must_not_touch_partner, PROVES, .scope = &scope_reserved_partner);

static void traps(struct trial *trial)
{
	(void)trial;
	runner.ran++;
	trap(&bad_address);
}
CONFORMANCE_TEST("run.traps", traps, PROVES);

static void records(struct trial *trial)
{
	trial_record(trial, "it does this");
}
CONFORMANCE_TEST("run.records", records, PROVES, .judged_by = RECORD);

/* As a device would that writes past its buffer, or after its test is over. */
static void write_astray(void)
{
	uint64_t start, end;

	assert_true(frames_next_free(0, &start, &end));
	memset(arch_pointer((phys_addr) { start + FRAME_SIZE }), 0, STRIDE_BYTES);
}

static void strays(struct trial *trial)
{
	(void)trial;
	write_astray();
}
CONFORMANCE_TEST("run.strays", strays, PROVES);

static void strays_and_skips(struct trial *trial)
{
	write_astray();
	trial_skip(trial, "nothing here");
}
CONFORMANCE_TEST("run.strays-and-skips", strays_and_skips, PROVES);

static void leaves_frames_and_maps(struct trial *trial)
{
	phys_addr frame;

	assert_true(frames_take(2, FRAME_SIZE, &frame));
	memset(arch_pointer(frame), 0, 2 * FRAME_SIZE);
	runner.live_maps = 3;
	if (trial->subject->number == 1)
		trap(&bad_address);
}

static unsigned two(void)
{
	return 2;
}

static void name_number(unsigned number, struct subject *subject)
{
	subject->number = number;
	format(subject->name, SUBJECT_NAME, "number-%u", number);
}

static const struct conformance_scope numbers = { .count = two, .get = name_number, .words = "each number" };
const struct conformance_scope scope_bus_engine = { .count = two, .get = name_number, .words = "each number" };
CONFORMANCE_TEST("run.leaves", leaves_frames_and_maps, PROVES, .scope = &numbers);

static void is_slow(struct trial *trial)
{
	(void)trial;
	host_clock += 11000000000ull;
}
CONFORMANCE_TEST("run.slow", is_slow, PROVES);

/* A limit decides that it fails: always, or the first time only. */
static void fails_by_a_limit(struct trial *trial)
{
	runner.ran++;
	clock_limit_reached();
	trial_fail(trial, "nothing came");
}
CONFORMANCE_TEST("limit.fails", fails_by_a_limit, PROVES);

static void fails_once_by_a_limit(struct trial *trial)
{
	if (++runner.ran > 1)
		return;
	clock_limit_reached();
	trial_fail(trial, "nothing came yet");
}
CONFORMANCE_TEST("limit.fails-once", fails_once_by_a_limit, PROVES);

static void draws_a_number(struct trial *trial)
{
	runner.drawn[runner.draws++] = trial_random(trial);
}
CONFORMANCE_TEST("random.draws", draws_a_number, PROVES, .scope = &numbers);

static void meets_a_limit(struct trial *trial)
{
	runner.seen_in_try[runner.tries % 2].random = trial_random(trial);
	runner.seen_in_try[runner.tries % 2].patience = clock_patience(1);
	if (runner.tries++ >= runner.late_tries)
		return;
	clock_limit_reached();
	trial_fail(trial, "nothing came");
}
CONFORMANCE_TEST("limit.decides", meets_a_limit, PROVES, .judged_by = EVIDENCE);

/* What must not come, and comes late; and what is only recorded. */
static void comes_late(struct trial *trial)
{
	if (runner.tries++ < runner.late_tries)
		clock_limit_reached();
	else
		trial_fail(trial, "it came");
}
CONFORMANCE_TEST("limit.late", comes_late, PROVES, .judged_by = EVIDENCE);

static void is_recorded_late(struct trial *trial)
{
	trial_record(trial, runner.tries < runner.late_tries ? "nothing came" : "it came");
	if (runner.tries++ < runner.late_tries)
		clock_limit_reached();
}
CONFORMANCE_TEST("limit.recorded", is_recorded_late, PROVES, .judged_by = RECORD);

static bool about_the_second(const struct subject *subject)
{
	return subject->number == 1;
}

static void is_about_something(struct trial *trial)
{
	passes(trial);
}
CONFORMANCE_TEST("choice.about", is_about_something, PROVES, .scope = &numbers, .about = about_the_second);

static void is_asked_for(struct trial *trial)
{
	passes(trial);
}
CONFORMANCE_TEST("choice.by-name", is_asked_for, PROVES, .only_by_name = true);

/* ---- The deviations ---- */

#define HERE	.machine = "host", .profile = PROFILE_QEMU, .reason = "It is so.", .reference = "A book"

static const struct deviation own[] = {
	{ .name = "late", .points = "limit.known", .shows = SOMETIMES, .because = "*", HERE },
	{ .name = "always", .points = "known.fails,known.passes,known.errs,known.skips,limit.late", .because = "*",
	  HERE },
	{ .name = "sometimes", .points = "known.sometimes", .shows = SOMETIMES, .because = "*", HERE },
	{ .name = "otherwise", .points = "known.otherwise", .because = "the other one was *", HERE },
	{ .name = "of-old", .points = "known.of-old,known.no-more", .because = "a \"\\,*", HERE,
	  .until = { 11, 0, 0 } },
	{ .name = "ends-it", .points = "known.ends-it", .because = "*", HERE, .skip = SKIP_ALL, .until = { 11, 0, 0 } },
	{ .name = "may-end-it", .points = "known.may-end-it", .because = "*", HERE, .skip = SKIP_ASKED },
	{ .name = "elsewhere", .points = "elsewhere.*", .machine = "clipper", .profile = PROFILE_QEMU, .because = "*",
	  .reason = "There it is so.", .reference = "A book" },
	{ .name = "on-a-board", .points = "elsewhere.*", .machine = "*", .profile = PROFILE_HARDWARE, .because = "*",
	  .reason = "There it is so.", .reference = "A book" },
};
DEVIATIONS(own);

#define SAME_AS(name, function, does) \
	static void function(struct trial *trial) \
	{ \
		does(trial); \
	} \
	CONFORMANCE_TEST(name, function, PROVES, .judged_by = EVIDENCE)

SAME_AS("known.fails", fails_as_known, fails);
SAME_AS("limit.known", is_late_as_known, meets_a_limit);
SAME_AS("known.passes", passes_although_known, passes);
SAME_AS("known.errs", errs_although_known, errs);
SAME_AS("known.skips", skips_although_known, skips);
SAME_AS("known.sometimes", passes_as_it_may, passes);
SAME_AS("known.otherwise", fails_otherwise, fails);
SAME_AS("known.of-old", fails_as_of_old, fails);
SAME_AS("known.no-more", passes_no_more, passes);
SAME_AS("known.ends-it", must_not_be_tried, must_not_run);
SAME_AS("elsewhere.fails", fails_here, fails);

static const char *asks(const struct subject *subject)
{
	(void)subject;
	return known_end("may-end-it");
}

static void asks_first(struct trial *trial)
{
	passes(trial);
}
CONFORMANCE_TEST("known.may-end-it", asks_first, PROVES, .skip = asks);

/* ---- How they are run ---- */

int runner_case_start(void **state)
{
	host_setup(state);
	memory_case_add(FRAMES_BY_ADDRESS_END, MEMORY_SIZE);
	frames_fill_free();
	clock_init(host_platform.clock_hz, host_platform.clock_bits);
	runner = (struct runner_case) { .some_engine_works = true };
	return 0;
}

unsigned runner_case_run(const char *words)
{
	host_output_length = 0;
	host_output[0] = 0;
	command_line_parse(&line, words, false);
	return conformance_run(&line);
}

/* A message that is too long for cmocka would lose the end of its last line, and the verdict would follow on it. */
void expect_said(const char *text)
{
	if (!strstr(host_output, text))
		fail_msg("not said: %.300s\nbut: %.600s", text, host_output);
}

void expect_not_said(const char *text)
{
	if (strstr(host_output, text))
		fail_msg("said: %.300s\nin: %.600s", text, host_output);
}
