/* SPDX-License-Identifier: BSD-2-Clause */
/* sources: tests/conformance/framework/refuse.c boot/command_line.c boot/glob.c boot/clock.c boot/frames.c boot/sweep.c
 * boot/fatal.c boot/tap.c boot/format.c boot/print.c */
/*
 * The way a run ends: the last line and the exit status are what the tests came to, and a trap that nobody catches is a
 * failure. boot/main.c and boot/trap.c are included, the latter so that each test can begin with no trap behind it;
 * what the start brings up is this file's, and notes that it was asked for.
 */
#include "boot/trap.c"
#define last_words main_last_words
#include "boot/main.c"
#undef last_words

#include <stdlib.h>
#include <string.h>

#include "tests/unit/host/host.h"

const char busproof_version[] = "0";

static unsigned failures;		/* that conformance_run() finds */
static bool traps_in_run, destructive_allowed, host_listens;
static unsigned exits_with_failure, engines_tried, runs, enumerated;
static char given_back[64];		/* what has been put back, in its order */
static bool traps_in_return;
static unsigned typed_and_missed;

static const struct trap_frame bad_address = { .kind = TRAP_BAD_ADDRESS, .name = "entMM", .pc = 0x1234 };

unsigned conformance_run(const struct command_line *command_line)
{
	uint64_t start, end;

	runs++;
	tap_plan(command_line->error_count, "");
	/* Whatever moves in free memory from here on must be seen. */
	assert_true(frames_next_free(0, &start, &end));
	assert_true(*(uint64_t *)arch_pointer((phys_addr) { end - 8 }) == frames_pattern(end - 8));
	if (traps_in_run)
		trap(&bad_address);
	return failures;
}

void exit_failure(void)
{
	exits_with_failure++;
}

void blk_allow_destructive(bool allow)
{
	destructive_allowed = allow;
}

void host_event_start(bool listens)
{
	host_listens = listens;
}

unsigned engine_count(void)
{
	return 2;
}

struct engine *engine_get(unsigned number)
{
	static struct engine engines[2];

	return &engines[number];
}

/* The first one traps, as a device may of which nothing is known. */
bool engine_start(struct engine *engine)
{
	engines_tried++;
	if (engine == engine_get(0))
		trap(&bad_address);
	return true;
}

unsigned host_attach(const struct platform *platform, const char *unknown[HOST_UNKNOWN + 1])
{
	(void)platform;
	unknown[0] = NULL;
	return 0;
}

static unsigned page_wanted;

void domain_choose_page(unsigned bytes)
{
	page_wanted = bytes;
}

/* A machine whose translator has pages of 16 KiB, where it is told to. */
bool domain_has_page(unsigned bytes)
{
	return bytes == page_wanted && bytes == 16384;
}

struct dma_domain *domain_get(unsigned number)
{
	(void)number;
	return NULL;
}

bool dma_start(struct dma_domain *domain)
{
	(void)domain;
	return true;
}

void engine_stop(struct engine *engine)
{
	(void)engine;
}

unsigned virtio_attach(void)
{
	return 0;
}

uint64_t console_lost(void)
{
	return 0;
}

unsigned console_missed(void)
{
	return typed_and_missed;
}

bool console_open(const struct platform *platform)
{
	(void)platform;
	return true;
}

/* What the firmware left is kept before anything is changed, and put back in this order. */
void pci_keep_handoff(void)
{
	assert_int_equal(enumerated, 0);
	strcat(given_back, "keep ");
}

void pci_enumerate(void)
{
	enumerated++;
}

void engine_stop_all(void)
{
	strcat(given_back, "engines ");
}

void interrupts_close(void)
{
	strcat(given_back, "interrupts ");
	if (traps_in_return)
		trap(&bad_address);
}

void pci_restore_handoff(void)
{
	strcat(given_back, "pci ");
}

void domain_restore(void)
{
	strcat(given_back, "domains ");
}

#define DOES_NOTHING(function) \
	void function(void) \
	{ \
	}

DOES_NOTHING(console_flush)
DOES_NOTHING(pci_print_handoff)
DOES_NOTHING(domain_attach)
DOES_NOTHING(dma_choose_numbers)
DOES_NOTHING(virtio_iommu_attach)
DOES_NOTHING(interrupts_attach)
DOES_NOTHING(pci_print_tree)
DOES_NOTHING(virtio_add_engines)
DOES_NOTHING(engine_add_functions)
DOES_NOTHING(matrix_print)
DOES_NOTHING(driven_print)

/* ---- The monitor, which notes that it was asked for, and when ---- */

static unsigned monitors, keys_asked, runs_at_monitor;
static bool key_pressed, flows, watches;
static enum monitor_end monitor_end;

enum monitor_end monitor_run(struct command_line *command_line, unsigned *failed)
{
	(void)command_line;
	(void)failed;
	monitors++;
	runs_at_monitor = runs;
	return monitor_end;
}

bool monitor_key(uint64_t nanoseconds)
{
	assert_true(nanoseconds > 0);
	keys_asked++;
	return key_pressed;
}

bool monitor_goes_on(void)
{
	return monitor_end == MONITOR_GOES_ON;
}

bool monitor_has_run(void)
{
	return false;
}

void console_flow(void)
{
	flows = true;
}

void tests_watch(void)
{
	watches = true;
}

static int start(void **state)
{
	host_setup(state);
	host_add_memory(FRAMES_BY_ADDRESS_END, MEMORY_LEAST);
	failures = exits_with_failure = engines_tried = runs = enumerated = 0;
	traps_in_run = traps_in_return = destructive_allowed = host_listens = false;
	monitors = keys_asked = runs_at_monitor = 0;
	key_pressed = flows = watches = false;
	monitor_end = MONITOR_GOES_ON;
	given_back[0] = 0;
	innermost = NULL;
	traps_without_guard = 0;
	return 0;
}

static void boot(void *command_line)
{
	host_platform.command_line = command_line;
	boot_main();
}

static enum host_end run(const char *command_line)
{
	host_output_length = 0;
	host_output[0] = 0;
	return host_run(boot, (void *)command_line);
}

static void expect_last_line(const char *text)
{
	size_t length = strlen(text);

	assert_true(host_output_length >= length);
	assert_string_equal(host_output + host_output_length - length, text);
}

static void a_good_run_passes(void **state)
{
	(void)state;
	assert_int_equal(run(""), HOST_POWERED_OFF);
	expect_last_line("\n# busproof: PASS\n");
	assert_int_equal(exits_with_failure, 0);
	assert_int_equal(runs, 1);
	assert_int_equal(engines_tried, 2);
	assert_false(destructive_allowed);
	assert_false(host_listens);
}

static void a_failure_fails_the_run(void **state)
{
	(void)state;
	failures = 3;
	assert_int_equal(run(""), HOST_POWERED_OFF);
	expect_last_line("\n# busproof: FAIL 3\n");
	assert_int_equal(exits_with_failure, 1);
	assert_int_equal(run("halt=reboot"), HOST_REBOOTED);
	expect_last_line("\n# busproof: FAIL 3\n");
	assert_int_equal(exits_with_failure, 2);
}

/* On QEMU nobody meets it who has not asked: nothing waits, listens or keeps anything. */
static void no_monitor_on_qemu(void **state)
{
	(void)state;
	failures = 1;
	run("");
	run("log=summary");
	run("monitor=off");
	assert_int_equal(monitors + keys_asked, 0);
	assert_false(flows || watches);
}

static void the_monitor_comes_when_asked_for(void **state)
{
	static const struct {
		const char *words;
		bool real, key;
		enum monitor_end end;
		unsigned keys, monitors, runs_before, runs;
		enum host_end how;
		const char *last;
	} rows[] = {
		{ "monitor", false, false, MONITOR_GOES_ON, 0, 1, 0, 1, HOST_POWERED_OFF, "busproof: PASS\n" },
		{ "monitor", false, false, MONITOR_QUITS, 0, 1, 0, 0, HOST_GAVE_BACK, "nothing was judged\n" },
		{ "monitor", false, false, MONITOR_REBOOTS, 0, 1, 0, 0, HOST_REBOOTED, "nothing was judged\n" },
		{ "monitor", false, false, MONITOR_SWITCHES_OFF, 0, 1, 0, 0, HOST_POWERED_OFF, "was judged\n" },
		{ "halt=monitor", false, false, MONITOR_QUITS, 0, 1, 1, 1, HOST_GAVE_BACK, "busproof: PASS\n" },
		{ "halt=monitor", false, false, MONITOR_REBOOTS, 0, 1, 1, 1, HOST_REBOOTED, "busproof: PASS\n" },
		{ "monitor=key", false, false, MONITOR_QUITS, 1, 0, 0, 1, HOST_POWERED_OFF, "busproof: PASS\n" },
		{ "monitor=key", false, true, MONITOR_QUITS, 1, 1, 0, 0, HOST_GAVE_BACK, "nothing was judged\n" },
		{ "", true, false, MONITOR_QUITS, 1, 0, 0, 1, HOST_POWERED_OFF, "busproof: PASS\n" },
		{ "", true, true, MONITOR_GOES_ON, 1, 1, 0, 1, HOST_POWERED_OFF, "busproof: PASS\n" },
		{ "monitor=off", true, true, MONITOR_QUITS, 0, 0, 0, 1, HOST_POWERED_OFF, "busproof: PASS\n" },
	};

	for (unsigned i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		runs = monitors = keys_asked = runs_at_monitor = enumerated = 0;
		given_back[0] = 0;
		host_platform.emulated = !rows[i].real;
		key_pressed = rows[i].key;
		monitor_end = rows[i].end;
		assert_int_equal(run(rows[i].words), rows[i].how);
		expect_last_line(rows[i].last);
		assert_int_equal(keys_asked, rows[i].keys);
		assert_int_equal(monitors, rows[i].monitors);
		assert_int_equal(runs_at_monitor, rows[i].runs_before);
		assert_int_equal(runs, rows[i].runs);
	}
	(void)state;
}

/* After a failure a person at a real console is asked once more. */
static void a_failure_offers_it_again(void **state)
{
	(void)state;
	host_platform.emulated = false;
	failures = 2;
	run("");
	assert_int_equal(keys_asked, 2);
	assert_true(flows && watches);
	assert_int_equal(line.log, LOG_SUMMARY);
	enumerated = 0;
	run("log=points");
	assert_int_equal(line.log, LOG_POINTS);
}

static void a_trap_fails_the_run(void **state)
{
	(void)state;
	traps_in_run = true;
	assert_int_equal(run(""), HOST_POWERED_OFF);
	assert_non_null(strstr(host_output, "Bail out! a bad address (entMM, code 0, pc 0x1234), outside of a test\n"));
	expect_last_line("\n# busproof: FAIL 1\n");
	assert_int_equal(exits_with_failure, 1);
}

static void a_reset_fails_the_run(void **state)
{
	(void)state;
	host_platform.reset = &bad_address;
	assert_int_equal(run(""), HOST_POWERED_OFF);
	expect_last_line("\n# busproof: FAIL 1\n");
	assert_int_equal(runs, 0);
}

/* Nothing is done to any device, whatever else the words ask for. */
static void a_bad_word_ends_the_run(void **state)
{
	(void)state;
	assert_int_equal(run("frobnicate"), HOST_POWERED_OFF);
	assert_non_null(strstr(host_output, "\n# nothing was run: unknown word \"frobnicate\""));
	expect_last_line("\n# busproof: FAIL 1\n");
	assert_int_equal(exits_with_failure, 1);
	assert_int_equal(runs + engines_tried, 0);
}

static void too_little_memory_ends_the_run(void **state)
{
	host_teardown(state);
	host_setup(state);
	host_add_memory(FRAMES_BY_ADDRESS_END, MEMORY_LEAST - FRAME_SIZE);
	assert_int_equal(run(""), HOST_POWERED_OFF);
	assert_non_null(strstr(host_output, "\nnot ok 1 - memory\n"));
	assert_non_null(strstr(host_output, "\n# nothing was run: too little memory: 33 MiB, 33 MiB of it free, and 34 "
					    "MiB"));
	expect_last_line("\n# busproof: FAIL 1\n");
	assert_int_equal(exits_with_failure, 1);
	assert_int_equal(runs + engines_tried, 0);
}

#define ALL_GIVEN_BACK	"keep engines interrupts pci domains "

/* With a failure as well: whatever the verdict is, it is the firmware's turn, and nothing else ends the machine. */
static void the_machine_is_given_back(void **state)
{
	(void)state;
	assert_int_equal(run("halt=return"), HOST_GAVE_BACK);
	expect_last_line("\n# busproof: PASS\n");
	assert_string_equal(given_back, ALL_GIVEN_BACK);
	failures = 2;
	given_back[0] = 0;
	enumerated = 0;
	assert_int_equal(run("halt=return"), HOST_GAVE_BACK);
	expect_last_line("\n# busproof: FAIL 2\n");
	assert_string_equal(given_back, ALL_GIVEN_BACK);
	assert_int_equal(exits_with_failure, 0);
}

static void only_who_says_so_returns(void **state)
{
	(void)state;
	assert_int_equal(run(""), HOST_POWERED_OFF);
	assert_string_equal(given_back, "");
}

/* The devices are not touched then, and the verdict says why. */
static void a_return_that_is_impossible_ends_the_run(void **state)
{
	(void)state;
	host_no_return = "there is no console";
	assert_int_equal(run("halt=return"), HOST_POWERED_OFF);
	assert_non_null(strstr(host_output, "\nnot ok 1 - halt\n"));
	assert_non_null(strstr(host_output, "\n# nothing was run: halt=return is impossible: there is no console\n"));
	expect_last_line("\n# busproof: FAIL 1\n");
	assert_int_equal(exits_with_failure, 1);
	assert_int_equal(runs + engines_tried, 0);
}

/* A firmware of which nobody knows what it would find gets nothing. */
static void a_return_that_traps_ends_the_machine(void **state)
{
	(void)state;
	traps_in_return = true;
	assert_int_equal(run("halt=return"), HOST_POWERED_OFF);
	expect_last_line("\n# busproof: FAIL 1\n");
	assert_string_equal(given_back, "keep engines interrupts ");
	assert_int_equal(exits_with_failure, 1);
}

static void only_who_says_so_destroys(void **state)
{
	(void)state;
	run("allow=destructive");
	assert_true(destructive_allowed);
}

static void only_who_says_so_is_asked(void **state)
{
	(void)state;
	run("host=on");
	assert_true(host_listens);
}

static void a_page_that_nothing_has_ends_the_run(void **state)
{
	(void)state;
	assert_int_equal(run("iommu-page=16K"), HOST_POWERED_OFF);
	assert_int_equal(runs, 1);
	assert_int_equal(run("iommu-page=64K"), HOST_POWERED_OFF);
	assert_non_null(strstr(host_output, "\nnot ok 1 - iommu-page\n"));
	assert_non_null(strstr(host_output, "told to have pages of 64 KiB\n"));
	expect_last_line("\n# busproof: FAIL 1\n");
	assert_int_equal(runs, 1);
}

#define TEST(name)	cmocka_unit_test_setup_teardown(name, start, host_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(no_monitor_on_qemu, start, host_teardown),
		cmocka_unit_test_setup_teardown(the_monitor_comes_when_asked_for, start, host_teardown),
		cmocka_unit_test_setup_teardown(a_failure_offers_it_again, start, host_teardown),
		TEST(a_good_run_passes),
		TEST(a_failure_fails_the_run),
		TEST(a_trap_fails_the_run),
		TEST(a_reset_fails_the_run),
		TEST(a_bad_word_ends_the_run),
		TEST(too_little_memory_ends_the_run),
		TEST(a_page_that_nothing_has_ends_the_run),
		TEST(only_who_says_so_destroys),
		TEST(only_who_says_so_is_asked),
		TEST(the_machine_is_given_back),
		TEST(only_who_says_so_returns),
		TEST(a_return_that_is_impossible_ends_the_run),
		TEST(a_return_that_traps_ends_the_machine),
	};

	return cmocka_run_group_tests_name("main", tests, NULL, NULL);
}
