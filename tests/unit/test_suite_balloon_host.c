/* SPDX-License-Identifier: BSD-2-Clause */
/* sources: tests/unit/virtio_model.list tests/unit/engine_case.list tests/unit/suite_case.list
 * drivers/virtio/device/balloon.c tests/conformance/virtio/balloon/reports.c
 * tests/conformance/virtio/balloon/pages.c */
/*
 * Suite virtio.balloon with a host of software, which has from the device what the device makes of it: each way in
 * which that is something else than what the driver has told is found.
 */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "tests/conformance/virtio/balloon/host.c"
#include "tests/unit/suite_case.h"

#define MEMORY		(128ull << 20)

static struct {
	bool other_order, deaf, numbers_in_order, last_tag_missing, never_asks, mute;
} does;

/* The buffer of statistics that the device has, and what it has told the host. */
static struct model_chain held;
static bool is_held;
static uint64_t told[VIRTIO_BALLOON_S_NR];

static void believe(const struct model_chain *chain)
{
	const struct virtio_balloon_stat *statistics = case_piece(chain, 0);
	unsigned count = chain->pieces[0].size / sizeof(*statistics);

	for (unsigned i = 0; i + does.last_tag_missing < count; i++) {
		unsigned tag = does.numbers_in_order ? i : statistics[i].tag;

		if (tag < VIRTIO_BALLOON_S_NR)
			told[tag] = statistics[i].val;
	}
}

static uint32_t answer(unsigned queue, const struct model_chain *chain)
{
	if (queue != BALLOON_STATS)
		return 0;
	held = *chain;
	is_held = true;
	believe(chain);
	return CHAIN_KEPT;
}

static void ask_device(void)
{
	if (!is_held || does.never_asks)
		return;
	is_held = false;
	virtio_model_use(case_model, BALLOON_STATS, held.head, 0);
}

static uint64_t memory_left(void)
{
	uint32_t pages = case_config(struct virtio_balloon_config)->actual;

	if (does.deaf)
		return MEMORY;
	return MEMORY - (uint64_t)(does.other_order ? __builtin_bswap32(pages) : pages) * BALLOON_PAGE;
}

const char *needs_host(const struct subject *subject)
{
	(void)subject;
	return NULL;
}

bool host_event(struct trial *trial, uint64_t *number, const char *format, ...)
{
	static const char *const names[VIRTIO_BALLOON_S_NR] = {
		[VIRTIO_BALLOON_S_MEMTOT] = "stat-total-memory", [VIRTIO_BALLOON_S_SWAP_IN] = "stat-swap-in",
		[VIRTIO_BALLOON_S_MEMFREE] = "stat-free-memory", [VIRTIO_BALLOON_S_MINFLT] = "stat-minor-faults",
	};
	char words[128];
	va_list list;

	va_start(list, format);
	vsnprintf(words, sizeof(words), format, list);
	va_end(list);
	if (does.mute) {
		trial_skip(trial, "the machine lacks a monitor");
		return false;
	}
	if (strncmp(words, "balloon-actual ", 15) == 0)
		*number = memory_left();
	if (strncmp(words, "stats-interval ", 15) == 0 && words[strlen(words) - 1] != '0')
		ask_device();
	for (unsigned i = 0; i < VIRTIO_BALLOON_S_NR; i++)
		if (names[i] && strncmp(words, "stat ", 5) == 0 && strstr(words, names[i]))
			*number = told[i];
	return true;
}

static void make(void)
{
	memset(&does, 0, sizeof(does));
	memset(told, 0xff, sizeof(told));
	is_held = false;
	case_answer = answer;
	engine_case_make(VIRTIO_ID_BALLOON, VIRTIO_BIT(VIRTIO_BALLOON_F_STATS_VQ), "accepted");
	case_model->config_writable = 0xfull << offsetof(struct virtio_balloon_config, actual);
}

static void a_right_device(void **state)
{
	(void)state;
	make();
	suite_expect_function(actual, VERDICT_PASS, "");
	assert_int_equal(case_config(struct virtio_balloon_config)->actual, 0);
	suite_expect_function(statistics, VERDICT_PASS, "");
	assert_int_equal(told[VIRTIO_BALLOON_S_MEMTOT], NUMBER(ROUND_SECOND));
	does.mute = true;
	suite_expect_function(actual, VERDICT_SKIP, "lacks a monitor");
	suite_expect_function(statistics, VERDICT_SKIP, "lacks a monitor");
}

static void numbers_of_pages(void **state)
{
	(void)state;
	make();
	does.other_order = true;
	suite_expect_function(actual, VERDICT_FAIL,
				"with 0x1 pages in the balloon the host has 0x1000000000 bytes less");
	does.other_order = false;
	does.deaf = true;
	suite_expect_function(actual, VERDICT_FAIL, "with 0x1 pages in the balloon the host has 0 bytes less");
}

static void numbers_of_statistics(void **state)
{
	(void)state;
	make();
	host_clock_step = MILLISECONDS(10);
	does.numbers_in_order = true;
	suite_expect_function(statistics, VERDICT_FAIL, "the host has stat-total-memory as");
	does.numbers_in_order = false;
	does.last_tag_missing = true;
	suite_expect_function(statistics, VERDICT_FAIL, "the host has stat-minor-faults as");
	does.last_tag_missing = false;
	does.never_asks = true;
	suite_expect_function(statistics, VERDICT_FAIL, "asks for statistics, and their buffer does not come back");
}

static void a_first_buffer(void **state)
{
	(void)state;
	make();
	suite_expect_function(first_statistics, VERDICT_FAIL,
				"the host has stat-total-memory as the first buffer says");
	told[VIRTIO_BALLOON_S_MEMTOT] = UINT64_MAX;
	does.numbers_in_order = true;
	suite_expect_function(first_statistics, VERDICT_PASS, "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		ENGINE_TEST(a_right_device),
		ENGINE_TEST(numbers_of_pages),
		ENGINE_TEST(numbers_of_statistics),
		ENGINE_TEST(a_first_buffer),
	};

	return cmocka_run_group_tests_name("suite-balloon-host", tests, NULL, NULL);
}
