/* SPDX-License-Identifier: BSD-2-Clause */
/* sources: tests/conformance/probe/host_event.c tests/conformance/framework/verdict.c boot/console.c boot/clock.c
 * boot/tap.c boot/format.c boot/print.c tests/unit/console_model.c tests/unit/trial_case.c */
/*
 * Events of the host, on a console with a host made of software behind it: what is asked, which line is the answer to
 * it, that noise is none, and that a host which says nothing is waited for once.
 */
#include <string.h>

#include "boot/clock.h"
#include "boot/console.h"
#include "boot/tap.h"
#include "tests/conformance/probe/host_event.h"
#include "tests/unit/console_model.h"
#include "tests/unit/host/host.h"
#include "tests/unit/trial_case.h"

static const char *typed;		/* what the host has typed by now */
static unsigned polls_before;		/* looks in vain before it does */
static const char *endless;		/* NULL, or what arrives again and again */
static unsigned repeats;
#define REPEATS_MOST	100000u

static int model_poll(void *device)
{
	(void)device;
	if (polls_before > 0) {
		polls_before--;
		return -1;
	}
	if (endless && !*typed) {
		if (++repeats > REPEATS_MOST)
			fail_msg("it listens for ever");
		typed = endless;
	}
	return *typed ? (unsigned char)*typed++ : -1;
}

static const struct console_ops model_ops = { console_model_send, console_model_flush, model_poll, NULL };
static const struct console model = { &model_ops, NULL };

static int start(void **state)
{
	host_setup(state);
	host_clock_step = MICROSECONDS(20);
	clock_init(1000000000, 64);
	host_platform.console = &model;
	console_model_begin();
	typed = "";
	polls_before = 0;
	endless = NULL;
	repeats = 0;
	trial_case_begin(NULL);
	assert_true(console_open(&host_platform));
	tap_plan(1, NULL);
	host_event_start(true);
	return 0;
}

static void asks_and_waits(void **state)
{
	(void)state;
	polls_before = 1000;
	typed = "host-event 1 done\n";
	assert_true(host_event(&case_trial, NULL, "link %s %s", "01:02.0", "down"));
	assert_non_null(strstr(console_sent, "\r\n# host-event: 1 link 01:02.0 down\r\n"));
	assert_int_equal(polls_before, 0);
	typed = "host-event 2 done\n";
	assert_true(host_event(&case_trial, NULL, "link 01:02.0 up"));
	assert_non_null(strstr(console_sent, "\n# host-event: 2 link 01:02.0 up\r\n"));
	assert_true(trial_good(&case_trial));
}

/* Anything may stand on a serial line: bytes that are no text, lines without end, answers to what was asked before. */
static void noise_is_no_answer(void **state)
{
	static char noise[2000];

	(void)state;
	strcpy(noise, "ok\n\n\377\200 what\rhost-event\nhost-event 2 done\nxhost-event 1 done\nhost-event 11 done\n"
		      "host-event 1done\n");
	memset(noise + strlen(noise), 'x', 1000);
	strcat(noise, "host-event 1 done\nhost-event 1 done\n");
	typed = noise;
	assert_true(host_event(&case_trial, NULL, "key"));
	assert_string_equal(typed, "");
	typed = "host-event 1 refused late\nhost-event 2 done\r\n";
	assert_true(host_event(&case_trial, NULL, "key"));
	assert_true(trial_good(&case_trial));
}

/* Noise that never ends is no more than silence. */
static void noise_without_end(void **state)
{
	(void)state;
	endless = "x\nhost-event 7 done\n";
	assert_false(host_event(&case_trial, NULL, "key"));
	assert_int_equal(case_trial.verdict, VERDICT_ERROR);
	assert_non_null(strstr(case_trial.reason, "did not answer"));
}

static void numbers(void **state)
{
	static const struct {
		const char *line;
		bool good;
		uint64_t number;
	} rows[] = {
		{ "host-event 1 done 0\n", true, 0 },
		{ "host-event 1 done 18446744073709551615\n", true, UINT64_MAX },
		{ "host-event 1 done 18446744073709551616\n", false, 0 },
		{ "host-event 1 done 0x10\n", false, 0 },
		{ "host-event 1 done \n", false, 0 },
		{ "host-event 1 done\n", false, 0 },
		{ "host-event 1 done 5 6\n", false, 0 },
	};

	(void)state;
	for (unsigned i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		uint64_t answer = 77;

		host_event_start(true);
		trial_case_begin(NULL);
		typed = rows[i].line;
		if (host_event(&case_trial, &answer, "balloon-actual") != rows[i].good)
			fail_msg("%s", rows[i].line);
		assert_int_equal(answer, rows[i].good ? rows[i].number : 77);
		assert_int_equal(case_trial.verdict, rows[i].good ? VERDICT_PASS : VERDICT_ERROR);
	}
}

/* What the machine has no way to do is not judged, a refusal is an error; and neither is hidden by the other. */
static void refusals(void **state)
{
	(void)state;
	typed = "host-event 1 refused no such verb\nhost-event 2 lacks a peer\nhost-event 3 lacks a peer\n"
		"host-event 4 else\n";
	assert_false(host_event(&case_trial, NULL, "fly"));
	assert_int_equal(case_trial.verdict, VERDICT_ERROR);
	assert_non_null(strstr(case_trial.reason, "no such verb"));
	assert_false(host_event(&case_trial, NULL, "link"));
	assert_int_equal(case_trial.verdict, VERDICT_ERROR);
	trial_case_begin(NULL);
	assert_false(host_event(&case_trial, NULL, "link"));
	assert_int_equal(case_trial.verdict, VERDICT_SKIP);
	assert_non_null(strstr(case_trial.reason, "a peer"));
	trial_case_begin(NULL);
	assert_false(host_event(&case_trial, NULL, "link"));
	assert_int_equal(case_trial.verdict, VERDICT_ERROR);
}

/* One test waits for a host that never answers, and those after it are skipped. */
static void a_silent_host(void **state)
{
	uint64_t before = host_clock;

	(void)state;
	assert_null(needs_host(NULL));
	assert_false(host_event(&case_trial, NULL, "link 01:02.0 down"));
	assert_int_equal(case_trial.verdict, VERDICT_ERROR);
	assert_non_null(strstr(case_trial.reason, "link 01:02.0 down"));
	assert_in_range(host_clock - before, SECONDS(60), SECONDS(200));
	assert_non_null(needs_host(NULL));
	before = host_clock;
	console_model_begin();
	typed = "host-event 2 done\n";
	assert_false(host_event(&case_trial, NULL, "link 01:02.0 up"));
	assert_in_range(host_clock - before, 0, SECONDS(1));
	assert_int_equal(console_sent_length, 0);
}

static void nobody_listens(void **state)
{
	(void)state;
	host_event_start(false);
	assert_non_null(needs_host(NULL));
	typed = "host-event 1 done\n";
	assert_false(host_event(&case_trial, NULL, "link"));
	assert_int_equal(case_trial.verdict, VERDICT_ERROR);
	assert_null(strstr(console_sent, "host-event"));
}

static void a_request_that_is_too_long(void **state)
{
	(void)state;
	assert_false(host_event(&case_trial, NULL, "%0200u", 1));
	assert_int_equal(case_trial.verdict, VERDICT_ERROR);
	assert_null(strstr(console_sent, "host-event"));
}

static void count(void *context)
{
	unsigned *counted = context;

	(*counted)++;
}

/* As often as the console is looked at, and for one event. */
static void something_is_done_meanwhile(void **state)
{
	unsigned counted = 0;

	(void)state;
	typed = "host-event 1 done\nhost-event 2 done\n";
	polls_before = 5;
	host_event_meanwhile(count, &counted);
	assert_true(host_event(&case_trial, NULL, "link 01:02.0 up"));
	assert_int_equal(counted, 6);
	assert_true(host_event(&case_trial, NULL, "link 01:02.0 down"));
	assert_int_equal(counted, 6);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(something_is_done_meanwhile, start),
		cmocka_unit_test_setup(asks_and_waits, start),
		cmocka_unit_test_setup(noise_is_no_answer, start),
		cmocka_unit_test_setup(noise_without_end, start),
		cmocka_unit_test_setup(numbers, start),
		cmocka_unit_test_setup(refusals, start),
		cmocka_unit_test_setup(a_silent_host, start),
		cmocka_unit_test_setup(nobody_listens, start),
		cmocka_unit_test_setup(a_request_that_is_too_long, start),
	};

	return cmocka_run_group_tests_name("events of the host", tests, NULL, NULL);
}
